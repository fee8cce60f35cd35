package images

import (
	"strings"
	"testing"
	"unicode"
)

func FuzzStream(f *testing.F) {
	for _, text := range []string{
		`{"status":"Pushing","progressDetail":{"current":1,"total":2},"id":"a"}` + "\n" + `{"aux":{"Digest":"sha256:ab"}}`,
		`{"errorDetail":{"message":"denied: no"},"error":"denied: no"}`, `{"error":"a\u001b[2J\nb"}`, `{"status":"Mounted from x","id":"a"}`, `{`, `[]`, "",
		`{"status":"Retrying in 5 seconds","id":"\n"}`, `{"progressDetail":{"current":-1,"total":-9},"status":"Pushed","id":"a"}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var o order
		last := map[string]State{}
		err := readStream(strings.NewReader(text), &o, func(e Event) { last[e.Layer] = e.State })
		if err == nil && o.digest == "" {
			t.Error("success without a digest")
		}
		if err != nil && o.digest != "" {
			t.Errorf("%v, with the digest %s", err, o.digest)
		}
		if err != nil && strings.ContainsFunc(err.Error(), unicode.IsControl) {
			t.Errorf("%q", err)
		}
	})
}
