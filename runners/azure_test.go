package runners

import (
	"os"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// agentScript reads logging commands with Azure's own parser, and prints for
// each variable its properties and its value.
const agentScript = `
const { commandFromString } = require(process.env.TASKLIB + '/azure-pipelines-task-lib/taskcommand');
for (const line of require('fs').readFileSync(process.argv[2], 'utf8').split('\n')) {
  if (!line.startsWith('##vso[')) continue;
  const { command, properties, message } = commandFromString(line);
  console.log(command + (properties.variable ?? '') + (properties.issecret ?? '') + (properties.isoutput ?? ''), Buffer.from(message).toString('hex'));
}
`

// agentReads returns what Azure's parser makes of a log.
func agentReads(t *testing.T, log string) map[string]string {
	t.Helper()
	node, modules := need(t, "node"), os.Getenv("AWSVARS_TEST_NODE_MODULES")
	if modules == "" {
		missing(t, "npm's azure-pipelines-task-lib, in the directory AWSVARS_TEST_NODE_MODULES")
	}
	path := writeScript(t, "log", log)
	return hexOf(t, run(t, []string{"TASKLIB=" + modules}, node, writeScript(t, "agent.cjs", agentScript), path))
}

func TestAzureGetsVariables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ scope, secret, plain, text string }{
		{"local", "true", "", "7 variables of the job, 3 of them secret: a step gets those only under env, as AWS_SECRET_ACCESS_KEY: $(AWS_SECRET_ACCESS_KEY)"},
		{"result", "truetrue", "true", "7 output variables of the step"},
	} {
		m := newMachine(t, nil)
		delivery := deliver(t, "azure", m.Host, stsSet(t), settings(t, map[string]string{"scope": c.scope}))
		got := agentReads(t, m.log.String())
		command := "task.setvariable"
		compare(t, "the agent", got, map[string]string{
			command + "custom_aws_accessKeyId" + c.plain:               fakeKey,
			command + "custom_aws_secretAccessKey_password" + c.secret: fakeSecret,
			command + "custom_aws_region" + c.plain:                    "eu-west-1",
			command + "AWS_ACCESS_KEY_ID" + c.secret:                   fakeKey,
			command + "AWS_SECRET_ACCESS_KEY" + c.secret:               fakeSecret,
			command + "AWS_REGION" + c.plain:                           "eu-west-1",
			command + "AWS_DEFAULT_REGION" + c.plain:                   "eu-west-1",
		})
		if len(got) != 7 || delivery.Text != c.text || len(delivery.Warnings) != len(c.plain)/4 {
			t.Errorf("%s: %d commands, %q, %q", c.scope, len(got), delivery.Text, delivery.Warnings)
		}
		if m.out.Len() > 0 {
			t.Error("something is on stdout, which a script may catch")
		}
	}
}

// TestTheEndOfEarlierCredentialsIsBlanked where keys without one follow in the
// environment of later steps.
func TestTheEndOfEarlierCredentialsIsBlanked(t *testing.T) {
	t.Parallel()
	const end = "AWS_CREDENTIAL_EXPIRATION"
	left := map[string]string{end: "2020-01-01T00:00:00Z"}
	for _, c := range []struct {
		runner, scope, blank string
		env                  map[string]string
		blanked              bool
	}{
		{"azure", "local", "##vso[task.setvariable variable=" + end + "]\n", left, true},
		{"azure", "local", end, nil, false},
		{"azure", "result", end, left, false},
		{"buildkite", "local", "export " + end + "=''\n", hook(left), true},
		{"buildkite", "local", end, hook(nil), false},
	} {
		m := newMachine(t, c.env)
		deliver(t, c.runner, m.Host, stsSet(t), settings(t, map[string]string{"scope": c.scope}))
		if text := m.log.String() + m.out.String(); strings.Contains(text, c.blank) != c.blanked {
			t.Errorf("%s, %s, %v: %q", c.runner, c.scope, c.env, text)
		}
	}
}

// TestAScriptOnAzureIsMasked, too, where it reads the variables itself, and on
// stderr, which it does not catch.
func TestAScriptOnAzureIsMasked(t *testing.T) {
	t.Parallel()
	for system, want := range map[string]bool{"True": true, "": false} {
		m := newMachine(t, map[string]string{"TF_BUILD": system})
		if err := open(t, "envfile", m.Host).Mask(stsSet(t).Secrets()); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(m.log.String(), "##vso[task.setsecret]"+fakeSecret+"\n"); got != want || m.out.Len() > 0 {
			t.Errorf("%q: %q, %q", system, m.log.String(), m.out.String())
		}
	}
}

// azureReads carries values over Azure's parser, as secrets and as others.
func azureReads(t *testing.T, values []string) {
	t.Helper()
	var log strings.Builder
	want := map[string]string{}
	for i, value := range values {
		name := "V" + strings.Repeat("_", i)
		if command, err := azureCommand(entry{name, name, variables.NewSecret(value)}, false, false); err == nil {
			log.WriteString(command)
			want["task.setvariable"+name] = value
		} else if !strings.Contains(err.Error(), "UTF-8") && !strings.Contains(err.Error(), "NUL") {
			t.Errorf("%q is refused: %v", value, err)
		}
	}
	compare(t, "azure-pipelines-task-lib", agentReads(t, log.String()), want)
}

func TestAzureReadsEveryValue(t *testing.T) {
	t.Parallel()
	azureReads(t, append(nasty(), "%AZP25", "%0A", "%5D%3B", "]", "a;b=c", "##vso[task.complete]", "%AZP2525", "%%AZP25"))
}

func FuzzAzure(f *testing.F) {
	f.Add(strings.Join(random(11, 500), "\x00"))
	f.Add("%0A\x00%AZP25\x00]\x00;")
	f.Fuzz(func(t *testing.T, joined string) { azureReads(t, parts(joined)) })
}

func TestAzureMasksEveryForm(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	secrets := []variables.Secret{variables.NewSecret(fakeSecret), variables.NewSecret("line one\nline two")}
	if err := open(t, "azure", m.Host).Mask(secrets); err != nil {
		t.Fatal(err)
	}
	for _, text := range masks(secrets) {
		if !strings.Contains(m.log.String(), "##vso[task.setsecret]"+escapeAzure(text)+"\n") {
			t.Errorf("no mask for %q", text)
		}
	}
	if n := strings.Count(m.log.String(), "\n"); n != strings.Count(m.log.String(), "##vso[task.setsecret]") || n != len(masks(secrets)) || m.out.Len() > 0 {
		t.Errorf("%d lines, %d bytes on stdout", n, m.out.Len())
	}
	if err := open(t, "azure", m.Host).Mask(nil); err != nil {
		t.Error(err)
	}
}

func TestAzureRefuses(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	r := open(t, "azure", m.Host)
	set := variables.NewSet("custom")
	for name, value := range map[string]string{"fine": "x", "a.password": "one\ntwo"} {
		if err := set.Add(name, variables.NewSecret(value)); err != nil {
			t.Fatal(err)
		}
	}
	_, err := r.Deliver(set, settings(t, nil))
	wantError(t, err, "setting custom.a.password for Azure Pipelines: the value has a line break, and the agent takes no secret of several lines", "these formats carry it: shell")
	for value, part := range map[string]string{"a\x00b": "a NUL byte", "\xff": "not valid UTF-8"} {
		_, err := r.Deliver(setOf(t, "fine", value), settings(t, nil))
		wantError(t, err, "setting custom.v1 for Azure Pipelines: ", part)
	}
	_, err = r.Deliver(setOf(t, "x"), settings(t, map[string]string{"upper-case": "true"}))
	if err != nil {
		t.Error(err)
	}
	if strings.Count(m.log.String(), "\n") != 1 {
		t.Errorf("something of a refused set was set: %q", m.log.String())
	}
	wantError(t, r.Check(settings(t, map[string]string{"format": "json", "output": "x"})), "2 settings are wrong", "choose the runner envfile to write a file")
	wantError(t, r.Check(settings(t, map[string]string{"prefix": "Secret_"})), `namespace "custom.aws": variables would be called Secret_custom_aws…, and Azure keeps names that begin with secret to itself`)
}
