package connectors

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// WithinProcess is a variable of the environment that a credential_process
// gets from awsvars: the name of its profile. If that is awsvars again and comes
// to the same profile, it would call itself without end.
const WithinProcess = "AWSVARS_WITHIN_PROCESS_OF"

// fromProcess runs a profile's credential_process in a shell, as the SDK does.
func (c *Connector) fromProcess(ctx context.Context, name string, command variables.Secret, log *slog.Logger) (credentials, error) {
	if c.machine.get(WithinProcess) == name {
		return credentials{}, variables.WithHint(
			&Unusable{Step: "running " + processKey, Err: fmt.Errorf("the command of profile %q came back to this profile", name)},
			"let the command name another source, or write the profile anew")
	}
	shell := []string{"sh", "-c", command.Open()}
	if runtime.GOOS == "windows" {
		shell = []string{"cmd.exe", "/C", command.Open()}
	}
	run := exec.CommandContext(ctx, shell[0], shell[1:]...)
	run.Env = append(c.machine.Environ(), WithinProcess+"="+name)
	found, err := output(ctx, processKey, run, log)
	found.who = processKey
	return found, err
}

// fromCLI lets the AWS CLI get the credentials of somebody who signed in with
// a browser. Doing so here would link three more clients of AWS into every
// start, for a kind of profile that jobs hardly have.
func (c *Connector) fromCLI(ctx context.Context, p profile, log *slog.Logger) (credentials, error) {
	arguments := []string{"configure", "export-credentials", "--profile", p.name, "--format", "process"}
	text := "aws configure export-credentials --profile " + p.name + " --format process"
	signIn := "aws sso login --profile " + p.name
	if p.text(loginKey) != "" {
		signIn = "aws login --profile " + p.name
	}
	program := c.find("aws")
	if program == "" {
		return credentials{}, variables.WithHint(
			&Unusable{Step: "asking the AWS CLI", Err: errors.New("the profile is for somebody who signs in with a browser, and there is no aws in PATH")},
			"install version 2 of the AWS CLI, sign in with "+signIn+", and see that this works: "+text)
	}
	command := exec.CommandContext(ctx, program, arguments...)
	command.Env = append(c.machine.Environ(), "AWS_CONFIG_FILE="+c.machine.configFile(), "AWS_SHARED_CREDENTIALS_FILE="+c.machine.credentialsFile())
	found, err := output(ctx, text, command, log)
	if err != nil {
		return found, variables.WithHint(err, "sign in with "+signIn+"; the command is one of version 2 of the AWS CLI")
	}
	found.who = "by " + text
	return found, nil
}

// find looks for a program in the absolute directories of PATH.
func (c *Connector) find(name string) string {
	for _, dir := range filepath.SplitList(c.machine.get("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	return ""
}

// output runs a command that prints credentials (AWS SDKs and Tools Reference
// Guide, "Process credential provider").
func output(ctx context.Context, name string, command *exec.Cmd, log *slog.Logger) (credentials, error) {
	printed, err := printedBy(ctx, name, command, log)
	if err != nil {
		return credentials{}, err
	}
	found, err := processCredentials(printed)
	if err != nil {
		return credentials{}, &Unusable{Step: "reading what " + name + " printed", Err: err}
	}
	return found, nil
}

// printedBy runs a command that prints a secret. What it says on stderr is for
// people and gets into the log, a line each. It has no stdin: nobody is there
// to type, and the rest of a script that is being read must not be eaten.
func printedBy(ctx context.Context, name string, command *exec.Cmd, log *slog.Logger) ([]byte, error) {
	printed, said := &limited{most: mostAnswer}, &limited{most: mostSaid}
	command.Stdout, command.Stderr = printed, said
	// A helper that stays behind may hold the pipe open: what was printed by
	// then counts, if the command itself ended well.
	command.WaitDelay = time.Second
	ownGroup(command)
	err := command.Run()
	for line := range strings.Lines(said.held.String()) {
		if line = strings.TrimSpace(line); line != "" {
			log.Warn("process", "text", line)
		}
	}
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("running %s: %w", name, ctx.Err())
	case printed.over:
		return nil, &Unusable{Step: "running " + name, Err: fmt.Errorf("it prints more than %d bytes", mostAnswer)}
	case err != nil && !errors.Is(err, exec.ErrWaitDelay):
		return nil, &Unusable{Step: "running " + name, Err: err}
	}
	return printed.held.Bytes(), nil
}

// mostSaid bounds what a command may say to people, in bytes.
const mostSaid = 16 << 10

// limited holds what a command prints, up to most bytes, and drops the rest.
// It does not embed its buffer, whose ReadFrom would go past the limit.
type limited struct {
	held bytes.Buffer
	most int
	over bool
}

func (l *limited) Write(p []byte) (int, error) {
	fits := min(len(p), l.most-l.held.Len())
	l.held.Write(p[:fits])
	l.over = l.over || fits < len(p)
	return len(p), nil
}

// processCredentials reads the output without letting the decoder quote it.
func processCredentials(document []byte) (credentials, error) {
	var answer struct {
		Version                       int
		AccessKeyID                   string
		SecretAccessKey, SessionToken variables.Secret
		Expiration                    *time.Time
	}
	if err := json.Unmarshal(document, &answer); err != nil {
		return credentials{}, errors.New("it is not the expected JSON")
	}
	found := credentials{id: answer.AccessKeyID, secret: answer.SecretAccessKey, token: answer.SessionToken}
	switch {
	case answer.Version != 1:
		return credentials{}, fmt.Errorf("its Version is %d, and 1 is known", answer.Version)
	case found.id == "":
		return credentials{}, errors.New("it lacks the AccessKeyId")
	case found.secret.Empty():
		return credentials{}, errors.New("it lacks the SecretAccessKey")
	}
	if answer.Expiration != nil {
		found.expires = answer.Expiration.UTC()
		if time.Now().After(found.expires) {
			return credentials{}, fmt.Errorf("the keys expired at %s", found.expires.Format(time.RFC3339))
		}
	}
	return found, nil
}
