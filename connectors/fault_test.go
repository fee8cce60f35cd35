package connectors_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

func TestAWebIdentitysAnswerThatLacksSomethingNamesTheStep(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Faults: []simulator.Fault{{Service: "sts", Call: "AssumeRoleWithWebIdentity", Kind: "empty"}}})
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("a.b.c"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := job{aws: s, env: env{"AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": reader}}.open(t)
	compare(t, "empty", "assuming a role with the web identity of AWS_WEB_IDENTITY_TOKEN_FILE, role "+reader+": calling http://HOST/: the answer has status 200 and is empty", message(s, err))
}
