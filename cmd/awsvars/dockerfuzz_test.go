package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/ecr"
)

// FuzzGet: whatever stands on stdin, the helper answers by one line of text, or
// asks about a registry of Amazon ECR. Here a wrong setting keeps it from
// asking anybody.
func FuzzGet(f *testing.F) {
	for _, text := range []string{
		"222222222222.dkr.ecr.eu-west-1.amazonaws.com\n", "https://public.ecr.aws/v2/", "https://index.docker.io/v1/", "", " \n", "222222222222", "public",
		"222222222222.dkr.ecr.us-east-1.evil.com.amazonaws.com", "https://user:hush@222222222222.dkr.ecr.eu-west-1.amazonaws.com",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var stdout bytes.Buffer
		p := process{stdin: strings.NewReader(text), stdout: &stdout, stderr: io.Discard, environ: func() []string { return nil }, dir: t.TempDir(), behindDocker: true}
		p.lookup = func(name string) (string, bool) { return "nowhere", name == "AWSVARS_SOURCE" }
		if p.credentialGet(context.Background(), given{}) == nil {
			t.Fatalf("%q has a login: %s", text, &stdout)
		}
		answer := stdout.String()
		if strings.Count(answer, "\n") != 1 || strings.ContainsAny(answer, "\r\x00\x1b") {
			t.Fatalf("%q is answered by %q", text, answer)
		}
		host := strings.TrimPrefix(strings.TrimPrefix(strings.TrimSpace(text), "https://"), "http://")
		host, _, _ = strings.Cut(host, "/")
		r, err := ecr.Parse(host)
		ours := err == nil && r.Host == host && host != ""
		if ours != strings.Contains(answer, "nowhere") {
			t.Fatalf("%q is answered by %q", text, answer)
		}
	})
}

// FuzzStore: what Docker wants stored is not told.
func FuzzStore(f *testing.F) {
	for _, user := range []string{"AWS", "me"} {
		for _, server := range []string{"222222222222.dkr.ecr.eu-west-1.amazonaws.com", "docker.io"} {
			text, err := json.Marshal(dockerCredentials{server, user, "HushHushHush"})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(text)
			f.Add(text[:len(text)-3])
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var asked dockerCredentials
		secret := "HushHushHush"
		if json.Unmarshal(text, &asked) == nil && !strings.Contains(asked.ServerURL+asked.Username, asked.Secret) && len(asked.Secret) > 9 {
			secret = asked.Secret
		} else if strings.Contains(asked.ServerURL+asked.Username, secret) {
			return
		}
		var stdout, stderr bytes.Buffer
		p := process{stdin: bytes.NewReader(text), stdout: &stdout, stderr: &stderr, environ: func() []string { return nil }, dir: t.TempDir(), behindDocker: true}
		p.lookup = func(name string) (string, bool) { return "nowhere", name == "AWSVARS_SOURCE" }
		if p.credentialStore(context.Background(), given{}) == nil {
			t.Fatalf("%q is stored", text)
		}
		if told := stdout.String() + stderr.String(); strings.Contains(told, secret) || strings.Count(stdout.String(), "\n") != 1 {
			t.Fatalf("%q is answered by %q", text, told)
		}
	})
}
