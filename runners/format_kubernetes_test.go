package runners

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/variables"
)

// dataOf is the config.json in a Secret.
func dataOf(t testing.TB, manifest []byte) []byte {
	t.Helper()
	var s struct{ Data map[string][]byte }
	if err := json.Unmarshal(manifest, &s); err != nil {
		t.Fatal(err)
	}
	return s.Data[".dockerconfigjson"]
}

// TestSecretHasTheFieldsOfKubernetes: the names are those of core/v1, and a
// field that is not asked for is not there.
func TestSecretHasTheFieldsOfKubernetes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given    map[string]string
		metadata map[string]any
	}{
		{nil, map[string]any{"name": "ecr-login"}},
		{map[string]string{"secret-name": "pull.eu-1", "secret-namespace": "apps"}, map[string]any{"name": "pull.eu-1", "namespace": "apps"}},
	} {
		given := map[string]string{"format": "kubernetes-secret"}
		maps.Copy(given, c.given)
		m := newMachine(t, nil)
		deliver(t, "envfile", m.Host, ecrSet(), settings(t, given))
		var got map[string]any
		if err := json.Unmarshal(m.out.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		c.metadata["labels"] = map[string]any{"app.kubernetes.io/managed-by": "awsvars"}
		c.metadata["annotations"] = map[string]any{"awsvars/expires": "2026-01-02T11:00:00Z"}
		want := map[string]any{
			"apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/dockerconfigjson", "metadata": c.metadata,
			"data": map[string]any{".dockerconfigjson": base64.StdEncoding.EncodeToString(dataOf(t, m.out.Bytes()))},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%v (-want +got):\n%s", c.given, diff)
		}
	}
}

// TestMasksHoldInASecret: what a log shows of the document, the masks of the
// variables take out, though base64 has been applied twice.
func TestMasksHoldInASecret(t *testing.T) {
	t.Parallel()
	m, set := newMachine(t, nil), ecrSet()
	deliver(t, "envfile", m.Host, set, settings(t, map[string]string{"format": "kubernetes-secret"}))
	text := m.out.String()
	for _, l := range set.Logins {
		authorization := base64.StdEncoding.EncodeToString([]byte(l.Username + ":" + l.Password.Open()))
		for _, secret := range []string{l.Password.Open(), authorization} {
			if !slices.ContainsFunc(masks([]variables.Secret{variables.NewSecret(secret)}), func(mask string) bool { return strings.Contains(text, mask) }) {
				t.Error("no mask meets the password in base64")
			}
		}
	}
}

// TestSecretThatKubernetesRefusesIsRefused: 1 MiB is where the API server
// stops.
func TestSecretThatKubernetesRefusesIsRefused(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	set := &variables.Set{Logins: []variables.Login{{Host: public, Username: "AWS", Password: variables.NewSecret(strings.Repeat("x", mostSecret/2))}}}
	_, err := open(t, "envfile", m.Host).Deliver(set, settings(t, map[string]string{"format": "kubernetes-secret"}))
	wantError(t, err, "and Kubernetes takes 1048576; ask for fewer registries")
	deliver(t, "envfile", m.Host, set, settings(t, map[string]string{"format": "dockerconfigjson"}))
}

func TestNamesOfASecretAreThoseOfKubernetes(t *testing.T) {
	t.Parallel()
	label, long := strings.Repeat("a", 63), strings.Repeat("a.", 126)+"a"
	for text, takes := range map[string][2]bool{
		"ecr-login": {true, true}, "0": {true, true}, label: {true, true}, "a--b": {true, true},
		"a.b": {true, false}, label + "a": {true, false}, long: {true, false},
		long + "b": {}, "": {}, "-a": {}, "a-": {}, "a..b": {}, ".a": {}, "a.-b": {}, "a.": {}, "A": {}, "a_b": {}, "a/b": {}, "é": {}, "a b": {},
	} {
		if err := checkSubdomain(text); (err == nil) != takes[0] {
			t.Errorf("name %q: %v", text, err)
		}
		if err := checkLabel(text); (err == nil) != takes[1] {
			t.Errorf("namespace %q: %v", text, err)
		}
	}
}
