package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// helperName is what Docker's config.json calls the helper, whose program is
// helperProgram.
const (
	helperName    = "awsvars"
	helperProgram = "docker-credential-" + helperName
)

// The protocol's own texts (docker/docker-credential-helpers,
// credentials/error.go). Docker takes the first one for an answer, and goes on
// without a login.
const (
	textNotFound    = "credentials not found in native keychain"
	textNoServerURL = "no credentials server URL"
)

// commandLine is what stands behind the program's name. Docker looks for a
// helper by the name of its program, and gives it one word.
func (p process) commandLine() []string {
	if strings.TrimSuffix(filepath.Base(p.name), ".exe") != helperProgram {
		return p.args
	}
	return append([]string{"docker-credential"}, p.args...)
}

func (p process) dockerCredentialCommand() *cobra.Command {
	p.behindDocker = true
	c := &cobra.Command{
		Use: "docker-credential", Short: "Docker's credential helper for Amazon ECR; install it", Args: noWords,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	for _, action := range []struct {
		name, short string
		run         func(process, context.Context, given) error
	}{
		{"get", "Print the login to the registry whose host stands on stdin", process.credentialGet},
		{"list", "Print the registries that connectors name", process.credentialList},
		{"store", "Take note of a login: none is stored", process.credentialStore},
		{"erase", "Forget the login to the registry whose host stands on stdin", process.credentialErase},
	} {
		one := &cobra.Command{
			Use: action.name, Short: action.short, Args: noWords,
			Annotations: map[string]string{sessionCommand: "true"},
			Example:     "echo 222222222222.dkr.ecr.eu-west-1.amazonaws.com | awsvars docker-credential get",
		}
		flags := addFlags(one, sessionSettings())
		one.RunE = func(c *cobra.Command, _ []string) error { return action.run(p, c.Context(), flags) }
		c.AddCommand(one)
	}
	version := &cobra.Command{
		Use: "version", Short: "The version of the helper", Args: noWords,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(c.OutOrStdout(), "%s (github.com/awsvars/awsvars) %s\n", helperProgram, version())
			return err
		},
	}
	c.AddCommand(version, p.installCommand(), p.uninstallCommand())
	return c
}

// mostMessage bounds what Docker writes to a helper.
const mostMessage = 64 << 10

// message reads what Docker writes. Nothing ends a read of a pipe that stays
// open, so that one which is interrupted is left to the end of the process.
func (p process) message(ctx context.Context) ([]byte, error) {
	var text []byte
	read := make(chan error, 1)
	go func() {
		var err error
		text, err = io.ReadAll(io.LimitReader(p.stdin, mostMessage+1))
		read <- err
	}()
	select {
	case <-ctx.Done():
		return nil, p.protest(context.Cause(ctx))
	case err := <-read:
		if err == nil && len(text) > mostMessage {
			err = fmt.Errorf("there are more than %d bytes on stdin", mostMessage)
		}
		if err != nil {
			return nil, p.decline(err)
		}
		return text, nil
	}
}

// registryOf returns the registry that Docker asks about, by a host or a URL
// (docker/cli asks by a host, and logs out by URLs too). It is false for what
// is no registry of Amazon ECR.
func registryOf(serverURL string) (ecr.Registry, bool) {
	host := strings.TrimPrefix(strings.TrimPrefix(serverURL, "https://"), "http://")
	host, _, _ = strings.Cut(host, "/")
	r, err := ecr.Parse(host)
	return r, err == nil && r.Host != ""
}

// asked reads the registry from stdin. No registry of ours is no error, for
// Docker asks a helper that is its default store about every registry.
func (p process) asked(ctx context.Context) (serverURL string, r ecr.Registry, ours bool, err error) {
	text, err := p.message(ctx)
	if err != nil {
		return "", r, false, err
	}
	serverURL = strings.TrimSpace(string(text))
	if serverURL == "" {
		return "", r, false, p.decline(errors.New(textNoServerURL))
	}
	r, ours = registryOf(serverURL)
	return serverURL, r, ours, nil
}

// protest says to Docker, which reads stdout, what the log has said to people.
func (p process) protest(err error) error {
	_, _ = fmt.Fprintln(p.stdout, refusal.Line(strings.Join(linesOf(err), " ")))
	return &reported{err}
}

// decline answers Docker by an error, whose status in the protocol is 1.
func (p process) decline(err error) error {
	_ = p.protest(err)
	return &reported{ended(1)}
}

// notFound is Docker's word for a registry without a login.
func (p process) notFound() error { return p.decline(errors.New(textNotFound)) }

// credentialGet prints the login. On a terminal, where no Docker reads, the
// password stays masked.
func (p process) credentialGet(ctx context.Context, flags given) error {
	serverURL, r, ours, err := p.asked(ctx)
	if err != nil {
		return err
	}
	if !ours {
		return p.notFound()
	}
	h, err := p.helper(flags, r)
	if err != nil {
		return err
	}
	if !h.covered {
		h.log.Warn("registry", "text", r.Domain()+": "+h.uncovered())
		return p.notFound()
	}
	login, err := h.login(ctx)
	if err != nil {
		report(h.log, err)
		return p.protest(err)
	}
	document := dockerCredentials{ServerURL: serverURL, Username: login.Username, Secret: variables.Masked}
	if !p.terminal {
		document.Secret = login.Password.Open()
	}
	return p.answer(document)
}

// dockerCredentials is the protocol's message (docker/docker-credential-helpers,
// credentials.Credentials).
type dockerCredentials struct{ ServerURL, Username, Secret string }

func (p process) answer(document any) error {
	encoder := json.NewEncoder(p.stdout)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return &reported{undelivered{err}}
	}
	return nil
}
