package profiles

import (
	"os"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// TestRemoveStampedTakesOutItsOwn: a job on the same machine may have written
// the profile since.
func TestRemoveStampedTakesOutItsOwn(t *testing.T) {
	t.Parallel()
	for _, ending := range []string{"\n", "\r\n"} {
		f := filesWith(t, "", strings.ReplaceAll("[mine]\naws_access_key_id = a\n", "\n", ending))
		p := Profile{Name: "deploy", AccessKeyID: fakeKey, SecretAccessKey: variables.NewSecret(fakeSecret), Region: "eu-west-1"}
		later := p
		later.SessionToken = variables.NewSecret(fakeToken)
		first, second := p.Stamp(), later.Stamp()
		for _, each := range []Profile{p, later} {
			if _, err := f.Write(t.Context(), each, false); err != nil {
				t.Fatal(err)
			}
		}
		if removed, err := f.RemoveStamped(t.Context(), "deploy", first); err != nil || removed {
			t.Errorf("the first one's: removed %t, %v", removed, err)
		}
		if removed, err := f.RemoveStamped(t.Context(), "mine", first); err != nil || removed {
			t.Errorf("somebody else's: removed %t, %v", removed, err)
		}
		if removed, err := f.RemoveStamped(t.Context(), "deploy", second); err != nil || !removed {
			t.Errorf("its own: removed %t, %v", removed, err)
		}
		if removed, err := f.RemoveStamped(t.Context(), "deploy", second); err != nil || removed {
			t.Errorf("once more: removed %t, %v", removed, err)
		}
		for _, path := range []string{f.Config, f.Credentials} {
			if text, err := os.ReadFile(path); err != nil || strings.Contains(string(text), "deploy") {
				t.Errorf("%s holds %q, %v", path, text, err)
			}
		}
	}
}
