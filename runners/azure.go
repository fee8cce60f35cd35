package runners

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// azure delivers to Azure Pipelines by logging commands
// (learn.microsoft.com, "Logging commands" and "Set variables in scripts").
//
// All of them go to stderr, with the log. A script may catch stdout, and what
// it catches is no command. The agent reads commands from both streams
// (azure-pipelines-agent, NodeHandler.cs: OutputDataReceived and
// ErrorDataReceived), and the tasks that run scripts join the two
// (azure-pipelines-tasks, BashV3/bash.ts). On one stream no line of the other
// can get into a command, which then would be shown.
type azure struct{ script }

func (azure) Name() string { return azureName }

func (r azure) Check(v variables.Values) error {
	faults := refuse(v, "the runner azure sets variables of the job; choose the runner envfile to write a file", "format", "output").And(checkNoSecret(v))
	name := environmentName(v.Text("namespace"), v)
	for _, word := range []string{"endpoint", "input", "secret", "path", "securefile"} {
		// learn.microsoft.com, "Define variables": the agent hides these.
		if strings.HasPrefix(strings.ToLower(name), word) {
			faults = append(faults, variables.Fault{Setting: "namespace", Given: v.Text("namespace"), Problem: fmt.Sprintf("variables would be called %s…, and Azure keeps names that begin with %s to itself; choose another namespace or prefix", name, word)})
		}
	}
	return faults.Err()
}

// Mask tells the agent every form of every secret.
func (r azure) Mask(secrets []variables.Secret) error {
	var b strings.Builder
	for _, text := range masks(secrets) {
		b.WriteString("##vso[task.setsecret]" + escapeAzure(text) + "\n")
	}
	if b.Len() == 0 {
		return nil
	}
	if _, err := r.Stderr.Write([]byte(b.String())); err != nil {
		return fmt.Errorf("masking secrets: %w", err)
	}
	return nil
}

func (r azure) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	// Azure compares names without their case.
	entries, err := environmentEntries(set, v, true)
	if err != nil {
		return Delivery{}, err
	}
	if !toOthers(v) {
		entries = outlived(entries, r.Host, v)
	}
	var b strings.Builder
	var secret []string
	for _, e := range entries {
		hidden := isSecretOnAzure(set, e)
		if hidden {
			secret = append(secret, e.name)
		}
		command, err := azureCommand(e, hidden, toOthers(v))
		if err != nil {
			return Delivery{}, fmt.Errorf("setting %s for Azure Pipelines: %w%s", e.variable, err, otherFormat(e))
		}
		b.WriteString(command)
	}
	if _, err := r.Stderr.Write([]byte(b.String())); err != nil {
		return Delivery{}, fmt.Errorf("setting variables of the job: %w", err)
	}
	return azureDelivery(len(entries), secret, toOthers(v)), nil
}

func azureDelivery(n int, secret []string, others bool) Delivery {
	delivery := Delivery{Text: count(n, "variable") + " of the job"}
	if others {
		delivery.Text = count(n, "output variable") + " of the step"
		if len(secret) > 0 {
			// github.com/microsoft/azure-pipelines-tasks, issue 17169.
			delivery.Warnings = []string{"a job that takes a secret from another one shows it in its log, under job preparation parameters: " + again}
		}
		return delivery
	}
	if len(secret) > 0 {
		name := secret[len(secret)-1]
		delivery.Text += fmt.Sprintf(", %d of them secret: a step gets those only under env, as %s: $(%s)", len(secret), name, name)
	}
	return delivery
}

// isSecretOnAzure: a variable that is not secret is in the environment of each
// later step. An access key ID under its standard name goes with the secrets:
// alone, half a pair of keys, it stops the AWS tools.
func isSecretOnAzure(set *variables.Set, e entry) bool {
	i := slices.IndexFunc(set.All(), func(v variables.Variable) bool { return v.Name == e.variable })
	if i < 0 {
		// It is a name that is blanked.
		return false
	}
	variable := set.All()[i]
	return variable.IsSecret() || variable.OnRequest && slices.Contains(variable.Standard, e.name)
}

func azureCommand(e entry, secret, output bool) (string, error) {
	value := e.value.Open()
	if err := refuseInvalid(value); err != nil {
		return "", err
	}
	if secret && strings.ContainsAny(value, "\r\n") {
		// azure-pipelines-agent, TaskCommandExtension.cs, MultilineSecret.
		return "", fmt.Errorf("the value has a line break, and the agent takes no secret of several lines")
	}
	properties := "variable=" + e.name
	if secret {
		properties += ";issecret=true"
	}
	if output {
		properties += ";isoutput=true"
	}
	return "##vso[task.setvariable " + properties + "]" + escapeAzure(value) + "\n", refuseNUL(value)
}

// escapeAzure writes the text behind a command, for both readers: the agent
// (CommandStringConvertor.cs, and docs/design/percentEncoding.md) and
// azure-pipelines-task-lib (taskcommand.ts), which there knows no %5D and %3B.
func escapeAzure(text string) string {
	return strings.NewReplacer("%", "%AZP25", "\r", "%0D", "\n", "%0A").Replace(text)
}
