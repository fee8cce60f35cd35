package runners

import (
	"bytes"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// order notes what the files held when masks were printed.
type order struct {
	bytes.Buffer
	files []string
	t     testing.TB
}

func (o *order) Write(p []byte) (int, error) {
	for _, path := range o.files {
		if readText(o.t, path) != "" {
			o.t.Errorf("%s was written before the masks", path)
		}
	}
	return o.Buffer.Write(p)
}

func TestGitHubMasksFirst(t *testing.T) {
	t.Parallel()
	s := newStep(t, nil)
	out := &order{t: t, files: []string{s.output, s.env, s.summary}}
	s.Host.Stderr = out
	r := open(t, "github", s.Host)
	set := stsSet(t)
	if err := r.Mask(set.Secrets()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Deliver(set, settings(t, nil)); err != nil {
		t.Fatal(err)
	}
	for _, text := range []string{fakeSecret, base64.StdEncoding.EncodeToString([]byte(fakeSecret)), strings.ReplaceAll(url.QueryEscape(fakeSecret), "%", "%25")} {
		if !strings.Contains(out.String(), "::add-mask::"+text+"\n") {
			t.Errorf("no mask for %s in\n%s", text, out.String())
		}
	}
	if strings.Count(out.String(), "\n") != strings.Count(out.String(), "::add-mask::") {
		t.Error("something else is in the log")
	}
	// eval "$(awsvars sts)" and >/dev/null must not swallow a mask.
	if s.out.Len() > 0 {
		t.Errorf("%d bytes are on stdout", s.out.Len())
	}
}

func TestMasksHideEveryFormOfASecret(t *testing.T) {
	t.Parallel()
	document := "{\n  \"key\": \"" + fakeSecret + "\",\n  \"b\": 1\n}\n"
	texts := masks([]variables.Secret{variables.NewSecret(document), variables.NewSecret(fakeSecret), variables.NewSecret(""), variables.NewSecret("abc"), variables.NewSecret("----\n{}[]{}")})
	hidden := func(log string) string {
		for _, text := range texts {
			log = strings.ReplaceAll(log, text, "***")
		}
		return log
	}
	for prefix := range 6 {
		log := base64.StdEncoding.EncodeToString([]byte(strings.Repeat("u", prefix) + fakeSecret + " and more"))
		// At most the two characters of either border can remain.
		if rest := hidden(log); len(rest) > (prefix+12)/3*4+8 || !strings.Contains(rest, "***") {
			t.Errorf("base64 after %d bytes shows %q of %q", prefix, rest, log)
		}
	}
	for _, text := range texts {
		if len(text) < leastMask || !worthMasking(text) {
			t.Errorf("%q is masked", text)
		}
	}
	for _, harmless := range []string{"{", "}", "  {", "abc", "----"} {
		if hidden(harmless) != harmless {
			t.Errorf("%q is masked", harmless)
		}
	}
}
