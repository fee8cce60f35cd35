package redaction

import (
	"bytes"
	"encoding/base64"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsvars/awsvars/variables"
)

const (
	fakeKey   = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	fakeToken = "IQoJb3JpZ2luX2VjEJj//////////wEaCXVzLWVhc3QtMSJHMEUCIQDexample/token+with=signs"
)

func redactor(secrets ...string) *Redactor {
	var all []variables.Secret
	for _, secret := range secrets {
		all = append(all, variables.NewSecret(secret))
	}
	return New(all)
}

// through writes the pieces one by one, without a pause, and closes.
func through(t *testing.T, r *Redactor, pieces ...string) string {
	t.Helper()
	var out bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		w := r.Writer(&out)
		for _, piece := range pieces {
			if n, err := w.Write([]byte(piece)); n != len(piece) || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		}
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return out.String()
}

func TestOverlappingSecretsAreHiddenAsOne(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		secrets []string
		text    string
		want    string
	}{
		{"one inside the other", []string{"secret-1", "my-secret-123"}, "<my-secret-123>", "<********>"},
		{"the shorter one alone", []string{"secret-1", "secret-1-long"}, "<secret-1-lo>", "<********-lo>"},
		{"the longer one", []string{"secret-1", "secret-1-long"}, "<secret-1-long>", "<********>"},
		{"a chain", []string{"abcdef", "efghij", "ijklmn"}, "<abcdefghijklmn>", "<********>"},
		{"a chain of one", []string{"ababab"}, "<ababababababa>", "<********a>"},
		{"side by side", []string{"abcdef", "ghijkl"}, "<abcdefghijkl>", "<****************>"},
		{"none", []string{"abcdef"}, "<abcdeabcdeg>", "<abcdeabcdeg>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for size := 1; size <= len(c.text); size++ {
				var pieces []string
				for rest := c.text; rest != ""; rest = rest[min(size, len(rest)):] {
					pieces = append(pieces, rest[:min(size, len(rest))])
				}
				if got := through(t, redactor(c.secrets...), pieces...); got != c.want {
					t.Errorf("in pieces of %d: %q, want %q", size, got, c.want)
				}
			}
		})
	}
}

// TestOnlyWhatMayBeASecretIsHeld: each piece is followed by what is seen so
// far, before any pause.
func TestOnlyWhatMayBeASecretIsHeld(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, secret string
		steps        []string
	}{
		{"a prompt", fakeKey, []string{"Password: ", "Password: "}},
		{"a beginning, and something else", fakeKey, []string{"key w", "key ", "Ja", "key ", "x", "key wJax"}},
		{"a secret is hidden with its last byte", fakeKey, []string{fakeKey[:39], "", fakeKey[39:], "********", "!", "********!"}},
		{"a shorter secret at once, the rest when it is known", "secret-1\nsecret-1 and more", []string{"secret-1", "********", " and", "********", " lex", "******** and lex"}},
		{"a line break that a form may pass over", fakeKey, []string{"d0phbHJ\n", "", "not base64\n", "d0phbHJ\nnot base64\n"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var out bytes.Buffer
				w := redactor(c.secret).Writer(&out)
				for i := 0; i < len(c.steps); i += 2 {
					if _, err := w.Write([]byte(c.steps[i])); err != nil {
						t.Fatal(err)
					}
					if out.String() != c.steps[i+1] {
						t.Errorf("after %q: %q, want %q", c.steps[i], out.String(), c.steps[i+1])
					}
				}
				if err := w.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

// TestAPauseShowsAFewBytes: of a long secret only, and what comes late is
// hidden all the same.
func TestAPauseShowsAFewBytes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, secret, text, early, late, after string
	}{
		{"the end of a prompt", fakeKey, "Go on? w", "Go on? ", "Go on? w", "Go on? w\n"},
		{"three bytes", fakeKey, "wJa", "", "wJa", "wJa\n"},
		{"and a line break", fakeKey, "d0p\r\n", "", "d0p\r\n", "d0p\r\n\n"},
		{"four bytes", fakeKey, "wJal", "", "", "wJal\n"},
		{"of a short secret", "secret-1", "s", "", "s", "s\n"},
		{"of a very short secret", "secret", "s", "", "", "s\n"},
		{"a second one, begun in another", "Xabcde Xabcde Y", "aXabcde Xabcde Y X", "a******** ", "a******** X", "a******** X\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				// A timer writes, too.
				var out shared
				w := redactor(c.secret).Writer(&out)
				for _, step := range []struct {
					text string
					wait time.Duration
					want string
				}{{c.text, quiet - 1, c.early}, {"", 1, c.late}, {"\n", time.Second, c.after}} {
					if step.text != "" {
						if _, err := w.Write([]byte(step.text)); err != nil {
							t.Fatal(err)
						}
					}
					time.Sleep(step.wait)
					synctest.Wait()
					if out.String() != step.want {
						t.Errorf("%s after %q: %q, want %q", step.wait, step.text, out.String(), step.want)
					}
				}
				if err := w.Close(); err != nil {
					t.Error(err)
				}
			})
		})
	}
}

func TestWhatFollowsAPauseIsHidden(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		w := redactor(fakeKey).Writer(&out)
		for i := range len(fakeKey) {
			if _, err := w.Write([]byte{fakeKey[i]}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Second)
		}
		if err := w.Close(); err != nil || out.String() != fakeKey[:few]+variables.Masked {
			t.Errorf("%q, %v", out.String(), err)
		}
	})
}

// TestTheEndHidesAGoodPart: who kills a program that prints a secret sees no
// more of it than a program that prints on.
func TestTheEndHidesAGoodPart(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"key: " + fakeKey[:7]:  "key: " + fakeKey[:7],
		"key: " + fakeKey[:8]:  "key: ********",
		"key: " + fakeKey[:39]: "key: ********",
		fakeKey + fakeKey[:9]:  "****************",
		fakeKey + fakeKey[:2]:  "********" + fakeKey[:2],
		"":                     "",
	} {
		if got := through(t, redactor(fakeKey), text); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	lines := base64.StdEncoding.EncodeToString([]byte(fakeToken))[:100]
	if got := through(t, redactor(fakeToken), "token: "+lines[:32]+"\n"+lines[32:64]+"\n"+lines[64:]); got != "token: ********" {
		t.Errorf("%q of several lines", got)
	}
	if got := through(t, redactor("abcdef"), "abcd"); got != "********" {
		t.Errorf("%q of a short secret", got)
	}
}

func TestNothingToHideChangesNothing(t *testing.T) {
	t.Parallel()
	text := "abc {} ----------\n"
	if got := through(t, redactor("", "abc", "true", "----------", "\n\n"), text); got != text {
		t.Errorf("%q", got)
	}
}

// refusing takes nothing.
type refusing struct{ calls int }

func (r *refusing) Write([]byte) (int, error) { r.calls++; return 0, os.ErrClosed }

func TestAReaderThatHasGoneIsToldOf(t *testing.T) {
	t.Parallel()
	to := &refusing{}
	w := redactor(fakeKey).Writer(to)
	for range 2 {
		if n, err := w.Write([]byte("text")); n != 0 || !errors.Is(err, os.ErrClosed) {
			t.Errorf("%d, %v", n, err)
		}
	}
	if err := w.Close(); !errors.Is(err, os.ErrClosed) || to.calls != 1 {
		t.Errorf("%v after %d calls", err, to.calls)
	}
}

// TestAnErrorInAPauseIsToldLater.
func TestAnErrorInAPauseIsToldLater(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := redactor(fakeKey).Writer(&refusing{})
		if _, err := w.Write([]byte("w")); err != nil {
			t.Error(err)
		}
		time.Sleep(time.Second)
		if _, err := w.Write([]byte("x")); !errors.Is(err, os.ErrClosed) {
			t.Error(err)
		}
		_ = w.Close()
	})
}

// TestPublicLinesOfAKeyStay: they are the same for everybody.
func TestPublicLinesOfAKeyStay(t *testing.T) {
	t.Parallel()
	key := "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQEFAASC\n-----END PRIVATE KEY-----\n"
	r := redactor(key)
	if got := through(t, r, "-----BEGIN PRIVATE KEY-----\nother\n  9w0BAQEFAASC\r\n"); got != "-----BEGIN PRIVATE KEY-----\nother\n  ********\r\n" {
		t.Errorf("%q", got)
	}
	if got := through(t, r, "a "+strings.ReplaceAll(key, "\n", "\r\n")+"b"); got != "a ********b" {
		t.Errorf("%q", got)
	}
}

// shared is a buffer that is read while it is written.
type shared struct {
	lock sync.Mutex
	text bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.text.Write(p)
}

func (s *shared) String() string {
	s.lock.Lock()
	defer s.lock.Unlock()
	return s.text.String()
}
