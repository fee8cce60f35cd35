package runners

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// agentTime is how long the agent on this machine may take for a word.
const agentTime = 30 * time.Second

// redacts tells whether the agent can be told what to redact: by redactor add
// since version 3.66.0, over the socket of the Job API, which an agent can be
// started without (buildkite/agent, CHANGELOG.md, clicommand/redactor_add.go).
func (r buildkiteHook) redacts() bool { return r.text("BUILDKITE_AGENT_JOB_API_SOCKET") != "" }

// Mask has the agent redact every form of every secret, in one call. What can
// be told to the agent and is not, is an error: then nothing is delivered.
func (r buildkiteHook) Mask(secrets []variables.Secret) error {
	if !r.redacts() {
		if len(secrets) > 0 {
			_, err := fmt.Fprintln(r.Stderr, "redaction the agent redacts by the names of variables only, not what is made of a value, as base64 is; agents of version 3.66.0 and newer, with their Job API on, do")
			return err
		}
		return nil
	}
	document := map[string]string{}
	for i, text := range masks(secrets) {
		if err := refuseInvalid(text); err != nil {
			return fmt.Errorf("masking secrets: %w", err)
		}
		document[strconv.Itoa(i)] = text
	}
	if len(document) == 0 {
		return nil
	}
	text, err := json.Marshal(document)
	if err == nil {
		err = r.tell(text)
	}
	if err != nil {
		return fmt.Errorf("masking secrets: %w; an agent of version 3.66.0 or newer can, and one that is started with --no-job-api redacts by name", err)
	}
	return nil
}

// tell gives the agent a JSON object of texts to redact, on stdin. What the
// agent says of it is not shown.
func (r buildkiteHook) tell(document []byte) error {
	program := r.find("buildkite-agent")
	if program == "" {
		return errors.New("there is no buildkite-agent in PATH")
	}
	ctx, cancel := context.WithTimeout(context.Background(), agentTime)
	defer cancel()
	command := exec.CommandContext(ctx, program, "redactor", "add", "--format", "json")
	command.Env, command.Dir, command.Stdin = r.Environ(), r.Dir, bytes.NewReader(document)
	command.WaitDelay = time.Second
	if err := command.Run(); err != nil {
		return fmt.Errorf("running buildkite-agent redactor add: %w", err)
	}
	return nil
}

// find looks for a program in the absolute directories of PATH.
func (h Host) find(name string) string {
	for _, dir := range filepath.SplitList(h.text("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if found, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return found
		}
	}
	return ""
}

// checkNames refuses a secret that the agent would not redact by its name.
func (r buildkiteHook) checkNames(entries []entry) error {
	for _, e := range entries {
		if (variables.Variable{Name: e.variable}).IsSecret() && e.value.Open() != "" && !r.redactsName(e.name) {
			return fmt.Errorf("handing %s on as %s: the agent redacts no variable of this name; add *_PASSWORD, *_ACCESS_KEY and *_TOKEN to its redacted-vars, or use an agent of version 3.66.0 or newer with its Job API on", e.variable, e.name)
		}
	}
	return nil
}

// redactsName matches as the agent does, against the list that it hands to
// each job (buildkite/agent, agent/job_runner.go, internal/redact/redact.go).
func (r buildkiteHook) redactsName(name string) bool {
	for _, pattern := range strings.Split(r.text("BUILDKITE_REDACTED_VARS"), ",") {
		if matched, err := path.Match(strings.TrimSpace(pattern), name); err == nil && matched {
			return true
		}
	}
	return false
}
