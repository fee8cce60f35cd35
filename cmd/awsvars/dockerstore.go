package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// credentialStore answers docker login, which asks the helper for a login, has
// the registry try it, and then wants it stored (docker/cli,
// cli/command/registry/login.go). An error there would make a login fail that
// works, so that a login to a registry of ours is taken note of and not
// stored: the next get has one. Any other login would be lost, and is refused.
func (p process) credentialStore(ctx context.Context, flags given) error {
	text, err := p.message(ctx)
	if err != nil {
		return err
	}
	var asked struct {
		ServerURL, Username string
		Secret              variables.Secret
	}
	// The decoder's own error may quote a secret.
	if json.Unmarshal(text, &asked) != nil || asked.ServerURL == "" {
		return p.decline(errors.New(textNoServerURL))
	}
	refuse := fmt.Errorf("awsvars stores no logins, it gets those of Amazon ECR by itself; take %q out of credHelpers or credsStore to log in to %q as %q", helperName, asked.ServerURL, asked.Username)
	r, ours := registryOf(asked.ServerURL)
	// The user is AWS for every registry of Amazon ECR (ECR API reference,
	// GetAuthorizationToken).
	if !ours || asked.Username != "AWS" {
		return p.decline(refuse)
	}
	h, err := p.helper(flags, r)
	if err != nil {
		return err
	}
	if !h.covered {
		return p.decline(refuse)
	}
	if store, key := h.kept(ctx); store != nil {
		if own, found := store.Look(key, h.scope()); found && own.Password.Open() == asked.Secret.Open() {
			return nil
		}
	}
	h.log.Warn("login", "text", r.Domain()+": not stored: awsvars gets a login by itself whenever Docker asks for one")
	return nil
}

// credentialErase answers docker logout: the next get asks AWS.
func (p process) credentialErase(ctx context.Context, flags given) error {
	_, r, ours, err := p.asked(ctx)
	if err != nil || !ours {
		return err
	}
	h, err := p.helper(flags, r)
	if err != nil || !h.covered {
		return err
	}
	if store, key := h.kept(ctx); store != nil {
		if err := store.Forget(ctx, key); err != nil {
			report(h.log, err)
			return p.protest(err)
		}
	}
	return nil
}

// credentialList prints the registries that the connectors of this job name by
// account and region or by host, with the user's name, as Docker expects it.
func (p process) credentialList(_ context.Context, flags given) error {
	o := p.prepare("docker-credential", sessionSettings(), flags, func(variables.Values) []string { return nil })
	o.warnOnly()
	hosts, err := o.hosts()
	if err != nil {
		report(o.log, err)
		return p.protest(err)
	}
	users := map[string]string{}
	for _, host := range hosts {
		users[host] = "AWS"
	}
	return p.answer(users)
}

// hosts are those that the connectors of this job name.
func (o *opening) hosts() ([]string, error) {
	if len(o.faults) > 0 {
		return nil, o.faults
	}
	file, err := connectors.FindFile(o.values, o.dir)
	if err == nil && file != nil {
		_, _, err = file.Serving(func(string) bool { return false })
	}
	if err != nil {
		return nil, variables.Faults{{Setting: "connectors", Problem: err.Error()}}
	}
	if file == nil {
		return nil, nil
	}
	var hosts []string
	summaries := connectors.Inspect(file, o.process.machine(o.runner), o.network).Summaries()
	for i, def := range file.Definitions {
		for _, pattern := range def.Registries {
			if r, err := ecr.Parse(pattern); err == nil && r.Domain() != "" && summaries[i].Refused == "" {
				hosts = append(hosts, r.Domain())
			}
		}
	}
	return hosts, nil
}
