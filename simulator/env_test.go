package simulator_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

func TestTheEnvironmentHoldsNoSecretAndItsFilesGo(t *testing.T) {
	t.Parallel()
	sim, err := simulator.Start(simulator.Options{TLS: true})
	if err != nil {
		t.Fatal(err)
	}
	env := strings.Join(sim.Env(), "\n")
	if leaks := simulator.Leaks([]byte(env), sim.Secrets()); len(leaks) > 0 || strings.Contains(env, "AWS_ACCESS_KEY_ID") {
		t.Errorf("secrets in the environment:\n%s", env)
	}
	bundle, _ := sim.Lookup("AWS_CA_BUNDLE")
	text, err := os.ReadFile(bundle)
	if err != nil || !strings.Contains(string(text), string(sim.CA())) {
		t.Errorf("the bundle lacks the authority: %v", err)
	}
	if config, _ := sim.Lookup("AWS_CONFIG_FILE"); config == "" {
		t.Error("a developer's own configuration would be read")
	}
	if err := sim.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(bundle); !os.IsNotExist(err) {
		t.Errorf("the bundle is still there: %v", err)
	}
}

func TestTheRecordHoldsNoSecret(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	w.assume(w.instance(), deployerRole, "secret-handshake")
	w.password()
	token, err := w.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	for _, value := range []string{token, "abcd"} {
		_, _ = w.exchange(githubRole, value)
	}
	record, err := json.Marshal(w.Requests())
	if err != nil {
		t.Fatal(err)
	}
	if leaks := simulator.Leaks(append(record, w.Summary()...), w.Secrets()); len(leaks) > 0 {
		t.Errorf("%d secrets are in the record", len(leaks))
	}
}
