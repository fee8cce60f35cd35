//go:build e2e

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
)

// TestTheAWSCLIUsesWhatWeHandOver in every form, and so does a program with the
// Go SDK: each asks the simulator who it is.
func TestTheAWSCLIUsesWhatWeHandOver(t *testing.T) {
	t.Parallel()
	aws := debianAWS(t)
	const (
		want = "arn:aws:sts::222222222222:assumed-role/deployer/awsvars"
		who  = ` sts get-caller-identity --endpoint-url "$AWS_ENDPOINT_URL_STS" --query Arn --output text`
		role = " --source instance --role-arn arn:aws:iam::222222222222:role/deployer --external-id secret-handshake "
	)
	client := filepath.Join(buildClient(t), "client")
	for _, c := range []struct{ name, script string }{
		{"exported variables", `credentials=$(awsvars sts` + role + `--format shell); eval "$credentials"; WHO`},
		{"a written profile", `awsvars sts` + role + `--write-profile deploy; export AWS_PROFILE=deploy; WHO`},
		{"the default profile", `awsvars sts` + role + `--write-profile default; WHO`},
		{"credential_process, by hand", `printf '[profile by-hand]\ncredential_process = awsvars credential-process` + role + `\n' >>"$AWS_CONFIG_FILE"; export AWS_PROFILE=by-hand; WHO`},
		{"credential_process, a written profile", `awsvars credential-process` + role + `--write-profile fresh; export AWS_PROFILE=fresh; WHO`},
		{"serve", `awsvars serve` + role + `-- sh -c 'WHO'`},
		{"serve, past a default profile", `printf '[default]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n' >"$AWS_SHARED_CREDENTIALS_FILE"; awsvars serve` + role + `-- sh -c 'WHO'`},
		{"serve, past stale keys", `export AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE AWS_SECRET_ACCESS_KEY=x AWS_PROFILE=nobody; awsvars serve` + role + `-- sh -c 'WHO'`},
	} {
		for tool, command := range map[string]string{"AWS CLI": aws + who, "Go SDK": `echo who | ` + client + ` | tail -n 1`} {
			t.Run(c.name+", "+tool, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				env := []string{"AWS_CONFIG_FILE=" + filepath.Join(w.home, "config"), "AWS_SHARED_CREDENTIALS_FILE=" + filepath.Join(w.home, "credentials")}
				r := w.run(t, env, "sh", "-euc", strings.ReplaceAll(c.script, "WHO", command))
				if r.status != 0 || strings.TrimSpace(r.stdout) != want {
					t.Errorf("status %d, %q, want %s\n%s", r.status, r.stdout, want, r.stderr)
				}
				w.noLeak(t, "the log", r.log())
			})
		}
	}
}

// TestAWrittenProfileIsTheOnlyOneThatChanges, and one of somebody else is not
// replaced unasked.
func TestAWrittenProfileIsTheOnlyOneThatChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config, credentials := filepath.Join(w.home, "config"), filepath.Join(w.home, "credentials")
	const theirs = "# mine\n[other]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x # keep\n"
	writeFile(t, credentials, theirs, 0o600)
	env := []string{"AWS_CONFIG_FILE=" + config, "AWS_SHARED_CREDENTIALS_FILE=" + credentials}
	for range 2 {
		r := w.run(t, env, "awsvars", "sts", "--source", "instance", "--write-profile", "deploy")
		if r.status != 0 || r.stdout != "" {
			t.Fatalf("status %d, %q\n%s", r.status, r.stdout, r.stderr)
		}
	}
	if got := readFile(t, credentials); !strings.HasPrefix(got, theirs) || strings.Count(got, "[deploy]") != 1 {
		t.Errorf("the file is\n%s", got)
	}
	r := w.run(t, env, "awsvars", "sts", "--source", "instance", "--write-profile", "other")
	if r.status != 5 || !strings.Contains(r.stderr, `awsvars did not write this profile "other"`) || !strings.Contains(r.stderr, "overwrite-profile") {
		t.Errorf("status %d\n%s", r.status, r.stderr)
	}
	if n := len(w.Requests()); n != 6 {
		t.Errorf("%d requests: AWS was asked for what cannot be delivered", n)
	}
	r = w.run(t, env, "awsvars", "sts", "--source", "instance", "--write-profile", "other", "--overwrite-profile")
	if got := readFile(t, credentials); r.status != 0 || strings.Contains(got, "AKIAIOSFODNN7EXAMPLE") || !strings.Contains(got, "# mine\n") {
		t.Errorf("status %d\n%s", r.status, got)
	}
}
