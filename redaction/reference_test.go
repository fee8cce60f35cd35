package redaction

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/awsvars/awsvars/variables"
)

// reference hides forms in a text that is there as a whole: each form at each
// place, then all that overlap as one.
func reference(forms []form, text string, foldsFrom int) string {
	hidden := make([]int, len(text)+1)
	for at := range len(text) {
		for _, f := range forms {
			if last := at + matched(text[at:], f, foldsFrom); last > at {
				hidden[at] = max(hidden[at], last)
			}
		}
	}
	var b strings.Builder
	end, until := referenceEnd(forms, text, foldsFrom), 0
	for at := range len(text) {
		switch last := hidden[at]; {
		case last > 0 && at >= until:
			b.WriteString(variables.Masked)
			until = last
		case last > until:
			until = last
		}
		if at == end && at >= until {
			return b.String() + variables.Masked
		}
		if at == end {
			return b.String()
		}
		if at >= until {
			b.WriteByte(text[at])
		}
	}
	return b.String()
}

// referenceEnd is where the end of text begins that is a good part of a form.
func referenceEnd(forms []form, text string, foldsFrom int) int {
	for at := range len(text) {
		least, count := 0, 0
		for _, f := range forms {
			length, n := walk(text[at:], f, f.folds && len(f.text) >= foldsFrom)
			if length == len(text)-at && n < len(f.text) && (least == 0 || len(f.text) < least) {
				least, count = len(f.text), n
			}
		}
		if count > fewAtEnd || count*halves > least {
			return at
		}
	}
	return -1
}

// matched is the length of the form at the beginning of text, 0 if it is not
// there.
func matched(text string, f form, foldsFrom int) int {
	if length, count := walk(text, f, f.folds && len(f.text) >= foldsFrom); count == len(f.text) {
		return length
	}
	return 0
}

// walk tells how much of text is the beginning of the form, and how many bytes
// of the form that is.
func walk(text string, f form, folds bool) (length, count int) {
	since := fold
	for count < len(f.text) {
		for _, broken := range []string{"\n", "\r\n", "\r"} {
			half := broken == "\r" && text[length:] != broken
			if folds && !half && count > 0 && since >= fold && strings.HasPrefix(text[length:], broken) {
				length, since = length+len(broken), 0
				break
			}
		}
		if length == len(text) || text[length] != f.text[count] {
			break
		}
		length, count, since = length+1, count+1, since+1
	}
	return length, count
}

// split writes text in pieces and returns what comes out.
func split(t *testing.T, r *Redactor, text string, random *rand.Rand) string {
	t.Helper()
	var out bytes.Buffer
	w := r.Writer(&out)
	for rest := text; rest != ""; {
		n := min(len(rest), 1+random.IntN(40))
		if random.IntN(3) == 0 {
			n = min(len(rest), 1+random.IntN(3))
		}
		if _, err := w.Write([]byte(rest[:n])); err != nil {
			t.Fatal(err)
		}
		rest = rest[n:]
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// FuzzAgainstTheReference makes secrets and a text of pieces of their forms,
// out of few characters so that much overlaps.
func FuzzAgainstTheReference(f *testing.F) {
	for seed := range uint64(200) {
		f.Add(seed, "", "")
	}
	f.Add(uint64(1), "IQoJb3JpZ2luX2VjE", "x IQoJb3JpZ2luX2VjEIQoJb3JpZ2lu")
	f.Add(uint64(2), "a\nbcdef\r\nghijkl", "bcdefghijkl a\r\nbcdef\r\nghijkl\n")
	f.Fuzz(func(t *testing.T, seed uint64, secret, text string) {
		if len(secret) > 200 || len(text) > 1000 {
			t.Skip("the reference is slow")
		}
		random := rand.New(rand.NewPCG(seed, seed))
		secrets := []variables.Secret{variables.NewSecret(secret)}
		for range random.IntN(4) {
			secrets = append(secrets, variables.NewSecret(word12(random)))
		}
		r := New(secrets)
		text += pieces(random, r.forms)
		if len(r.forms) == 0 {
			return
		}
		want := reference(r.forms, text, 2*r.span())
		// No time passes in a bubble: nothing is shown because it was quiet.
		synctest.Test(t, func(t *testing.T) {
			if got := split(t, r, text, random); got != want {
				t.Errorf("of %q, with the secrets of seed %d and %q,\n got %q,\nwant %q", text, seed, secret, got, want)
			}
		})
	})
}

// word12 is a word of 3 to 50 bytes out of few.
func word12(random *rand.Rand) string {
	alphabet := []string{"ab", "ab\n", "aaaaab", "/+=a", "ab'\"\\ é", "abcdefghijklmnop"}[random.IntN(6)]
	letters := []rune(alphabet)
	var b strings.Builder
	for range 3 + random.IntN(48) {
		b.WriteRune(letters[random.IntN(len(letters))])
	}
	return b.String()
}

// pieces are parts of forms, some of them broken into lines.
func pieces(random *rand.Rand, forms []form) string {
	var b strings.Builder
	for range random.IntN(8) {
		if len(forms) == 0 {
			return word12(random)
		}
		text := forms[random.IntN(len(forms))].text
		switch random.IntN(6) {
		case 0:
			text = text[random.IntN(len(text)):]
		case 1:
			text = text[:random.IntN(len(text))]
		case 2:
			text = word12(random)
		case 3, 4:
			text = folded(text, random)
		}
		b.WriteString(text)
		b.WriteString([]string{"", "\n", "a", "\r\n", " "}[random.IntN(5)])
	}
	return b.String()
}

// folded breaks text into lines.
func folded(text string, random *rand.Rand) string {
	first, width := 1+random.IntN(40), 30+random.IntN(10)
	ending := []string{"\n", "\r\n"}[random.IntN(2)]
	var b strings.Builder
	for i := range len(text) {
		if i >= first && (i-first)%width == 0 {
			b.WriteString(ending)
		}
		b.WriteByte(text[i])
	}
	return b.String()
}
