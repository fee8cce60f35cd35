package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// processDocument is what the AWS tools expect of a credential_process (AWS
// SDKs and Tools Reference Guide, "Process credential provider").
type processDocument struct {
	Version         int
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string `json:",omitempty"`
	Expiration      string `json:",omitempty"`
}

func (p process) credentialProcessCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "credential-process [--SETTING VALUE]...", DisableFlagsInUseLine: true, Short: "Credentials for the AWS tools' credential_process", Args: noWords,
		Annotations: map[string]string{sessionCommand: "true"},
		Example:     "awsvars credential-process --connector deploy --write-profile deploy && AWS_PROFILE=deploy aws s3 ls",
	}
	flags := addFlags(c, processSettings())
	sealed := c.Flags().VarPF(flag{sealedFlag, variables.Setting{Name: sealedFlag, Type: variables.Bool}, flags}, sealedFlag, "", "")
	sealed.Hidden, sealed.NoOptDefVal = true, "true"
	c.RunE = func(c *cobra.Command, _ []string) error { return p.credentialProcess(c.Context(), flags) }
	return c
}

// sessionCommand marks the commands that hand on one connector's credentials
// by themselves, to no runner.
const sessionCommand = "session"

func sessionSettings() []variables.Setting {
	return append(connectors.Settings(), ownSettings()...)
}

// processSettings are those of credential-process.
func processSettings() []variables.Setting { return append(writtenSettings(), sessionSettings()...) }

// writtenSettings are those of a profile that calls awsvars.
func writtenSettings() []variables.Setting {
	settings := tasks.ProfileSettings()
	settings[0].Help = "Writes a profile of this name that calls awsvars for credentials, with these settings and no others, into the configuration file of the AWS tools, and prints nothing."
	return settings
}

// sealedFlag stands in the command of such a profile: whoever calls it later
// has another environment, which must not decide whose credentials these are.
const sealedFlag = "flags-only"

func sessionGroups(command string) []group {
	own := group{title: "settings"}
	if command == "credential-process" {
		own.settings = writtenSettings()
	}
	return []group{own, {"credentials", connectors.Settings()}, {"general", ownSettings()}}
}

// credentialProcess prints to the tool that called it. On a terminal, where
// nobody else reads, the secrets stay masked.
func (p process) credentialProcess(ctx context.Context, flags given) error {
	o := p.prepare("credential-process", processSettings(), flags, one)
	faults := o.faults
	if _, sealed := flags[sealedFlag]; !sealed {
		faults = faults.And(p.strangers(o.log))
	}
	if len(faults) > 0 {
		return told(o.log, o.runner, faults)
	}
	o.warn()
	if w := o.profileWriter(); w != nil {
		if err := o.processProfile(ctx, w); err != nil {
			return told(o.log, o.runner, err)
		}
		o.runner.End("")
		return nil
	}
	session, err := o.session(ctx)
	if err != nil {
		return told(o.log, o.runner, err)
	}
	if err := o.runner.Mask([]variables.Secret{session.SecretAccessKey, session.SessionToken}); err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	document := processDocument{Version: 1, AccessKeyID: session.AccessKeyID, SecretAccessKey: variables.Masked, SessionToken: variables.Masked}
	if !p.terminal {
		document.SecretAccessKey, document.SessionToken = session.SecretAccessKey.Open(), session.SessionToken.Open()
	}
	if !session.Expires.IsZero() {
		document.Expiration = session.Expires.Format(time.RFC3339)
	}
	o.runner.End("")
	text, err := json.Marshal(document)
	if err == nil {
		_, err = p.stdout.Write(append(text, '\n'))
	}
	if err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	return nil
}
