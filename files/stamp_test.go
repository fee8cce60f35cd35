package files

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestStampTellsTextsApart(t *testing.T) {
	t.Parallel()
	text := []byte("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
	s := StampOf(text)
	document, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var read Stamp
	if err := json.Unmarshal(document, &read); err != nil || !read.Of(text) || read.Of(append(text, ' ')) || read.Of(nil) {
		t.Errorf("%s, %v", document, err)
	}
	if other := StampOf(text); bytes.Equal(other.Sum, s.Sum) || bytes.Contains(document, text) {
		t.Errorf("the sum of one text is always the same, or holds it: %s", document)
	}
	for _, nothing := range [][]byte{nil, {}, text} {
		if (Stamp{}).Of(nothing) {
			t.Errorf("the zero stamp is of %q", nothing)
		}
	}
}
