package connectors_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

func TestAProcessThatPrintsNoCredentials(t *testing.T) {
	t.Parallel()
	const step = `getting credentials of profile "p": `
	for _, c := range []struct{ name, command, want string }{
		{"it fails", "echo hush; exit 3", step + "running credential_process: exit status 3"},
		{"it ends, and a helper stays", "sleep 5 & echo hush", step + "reading what credential_process printed: it is not the expected JSON"},
		{"nothing", "true", step + "reading what credential_process printed: it is not the expected JSON"},
		{"no JSON", "echo hush", step + "reading what credential_process printed: it is not the expected JSON"},
		{"another version", `echo '{"Version":2,"SecretAccessKey":"hush"}'`, step + "reading what credential_process printed: its Version is 2, and 1 is known"},
		{"no ID", `echo '{"Version":1,"SecretAccessKey":"hush"}'`, step + "reading what credential_process printed: it lacks the AccessKeyId"},
		{"no secret", `echo '{"Version":1,"AccessKeyId":"AKIA","SessionToken":"hush"}'`, step + "reading what credential_process printed: it lacks the SecretAccessKey"},
		{"a secret that is none", `echo '{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":["hush"]}'`, step + "reading what credential_process printed: it is not the expected JSON"},
		{"old keys", `echo '{"Version":1,"AccessKeyId":"AKIA","SecretAccessKey":"hush","Expiration":"2001-02-03T04:05:06Z"}'`, step + "reading what credential_process printed: the keys expired at 2001-02-03T04:05:06Z"},
		{"without end", "head -c 2000000 /dev/zero", step + "running credential_process: it prints more than 1048576 bytes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			home := files(t, "[profile p]\ncredential_process = "+c.command+"\n", "")
			_, log, err := job{aws: s, settings: settings{"profile": "p"}, env: atHome(nil), home: home}.open(t)
			compare(t, c.name, c.want, message(s, err))
			if strings.Contains(log+message(s, err), "hush") {
				t.Errorf("what the process printed is told:\n%s%v", log, err)
			}
		})
	}
}

// program puts a shell script named aws into a directory of its own.
func program(t *testing.T, script string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte("#!/bin/sh\n"+script), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestASignInIsLeftToTheAWSCLI(t *testing.T) {
	t.Parallel()
	const export = "aws configure export-credentials --profile dev --format process"
	const sso = "[profile dev]\nsso_session = mine\nsso_account_id = 111111111111\nsso_role_name = reader\n[sso-session mine]\nsso_region = eu-west-1\nsso_start_url = https://mine.awsapps.com/start\n"
	s := start(t, simulator.Options{})
	id, secret := s.StaticKeys("ci")
	home := files(t, sso+"[profile p]\nrole_arn = "+reader+"\nsource_profile = dev\n[profile login]\nlogin_session = arn:aws:iam::111111111111:user/me\n", "")
	works := program(t, `[ "aws $*" = "`+export+`" ] && [ "$AWS_CONFIG_FILE" = "`+home+`/.aws/config" ] || exit 9
echo '{"Version":1,"AccessKeyId":"`+id+`","SecretAccessKey":"`+secret+`"}'`)
	fails := program(t, "echo hush; echo the sign-in has expired >&2; exit 255")
	for _, c := range []struct{ name, profile, path, log, want string }{
		{"it is asked", "dev", works, "profile dev, by " + export, ""},
		{"a role from there", "p", "relative:/nonexistent:" + works, "profile p, source profile dev, by " + export, ""},
		{"it fails", "dev", fails, "msg=process text=\"the sign-in has expired\"", `getting credentials of profile "dev": running ` + export + `: exit status 255
hint: sign in with aws sso login --profile dev; the command is one of version 2 of the AWS CLI`},
		{"there is none", "dev", t.TempDir(), "", `getting credentials of profile "dev": asking the AWS CLI: the profile is for somebody who signs in with a browser, and there is no aws in PATH
hint: install version 2 of the AWS CLI, sign in with aws sso login --profile dev, and see that this works: ` + export},
		{"there is none for a login", "login", t.TempDir(), "", `getting credentials of profile "login": asking the AWS CLI: the profile is for somebody who signs in with a browser, and there is no aws in PATH
hint: install version 2 of the AWS CLI, sign in with aws login --profile login, and see that this works: aws configure export-credentials --profile login --format process`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, log, err := job{aws: s, settings: settings{"profile": c.profile}, env: atHome(env{"PATH": c.path}), home: home}.open(t)
			compare(t, c.name, c.want, message(s, err))
			if !strings.Contains(log, c.log) {
				t.Errorf("the log does not say %q:\n%s", c.log, log)
			}
		})
	}
}
