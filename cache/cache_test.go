package cache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/awsvars/awsvars/variables"
)

var epoch = time.Date(2026, time.November, 1, 12, 0, 0, 0, time.UTC)

// machine is one whose clock tests move.
type machine struct {
	mutex sync.Mutex
	at    Moment
}

func newMachine() *machine { return &machine{at: Moment{Wall: epoch, Boot: "one", Up: time.Hour}} }

func (m *machine) now() Moment {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.at
}

// passes lets time pass; turned sets the clock besides.
func (m *machine) passes(d, turned time.Duration) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	m.at.Wall, m.at.Up = m.at.Wall.Add(d+turned), m.at.Up+d
}

// place is a directory that is no cache yet.
func place(t *testing.T) string { return filepath.Join(t.TempDir(), "xdg", "awsvars") }

func open(t *testing.T, dir string, m *machine, warn func(error)) *Cache {
	t.Helper()
	if warn == nil {
		warn = func(err error) { t.Errorf("warned: %v", err) }
	}
	c, err := Open(dir, m.now, warn)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// service hands out a login of 12 hours by its own, right clock.
type service struct {
	clock *machine
	// behind is how far the clock of the asking machine is behind.
	behind time.Duration
	asked  atomic.Int64
}

func (s *service) ask(context.Context) (Login, error) {
	n := s.asked.Add(1)
	return Login{Registry: "eu-west-1", Username: "AWS", Password: variables.NewSecret(fmt.Sprintf("secret-%d", n)), Expires: s.clock.now().Wall.Add(s.behind + lifetime)}, nil
}

func get(t *testing.T, c *Cache, key Key, s *service) string {
	t.Helper()
	found, err := c.Get(t.Context(), key, "eu-west-1", s.ask)
	if err != nil {
		t.Fatal(err)
	}
	return found.Password.Open()
}

func TestASecondCallAsksNobody(t *testing.T) {
	t.Parallel()
	dir, m := place(t), newMachine()
	s := &service{clock: m}
	key := NewKey("a", "eu-west-1")
	for range 2 {
		// A cache of its own, as another process has.
		if got := get(t, open(t, dir, m, nil), key, s); got != "secret-1" {
			t.Errorf("got %s", got)
		}
	}
	if got := get(t, open(t, dir, m, nil), NewKey("b", "eu-west-1"), s); got != "secret-2" {
		t.Errorf("another key got %s", got)
	}
	info, err := os.Stat(filepath.Join(dir, key.file()))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file: %v, %v", info, err)
	}
	if info, err := os.Stat(dir); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the directory: %v, %v", info, err)
	}
}

func TestKeysAreDifferentWherePartsAre(t *testing.T) {
	t.Parallel()
	seen := map[Key]string{}
	for _, parts := range [][]string{{"ab", "c"}, {"a", "bc"}, {"abc"}, {"a", "b", "c"}, {"ab", "c", ""}, {"ab\nc"}, {}} {
		key := NewKey(parts...)
		if before, twice := seen[key]; twice {
			t.Errorf("%q and %s have one key", parts, before)
		}
		seen[key] = fmt.Sprint(parts)
		if found, is := keyOf(key.file()); !is || found != key {
			t.Errorf("%q: the name of its file is not read back", parts)
		}
	}
}

// TestManyAtOnceAskOnce, also where each has a cache of its own, as a process
// has: the locks of two of them are two.
func TestManyAtOnceAskOnce(t *testing.T) {
	t.Parallel()
	dir, m := place(t), newMachine()
	s := &service{clock: m}
	var group sync.WaitGroup
	for range 50 {
		c := open(t, dir, m, nil)
		group.Go(func() {
			if got, err := c.Get(t.Context(), NewKey("a"), "eu-west-1", s.ask); err != nil || got.Password.Open() != "secret-1" {
				t.Errorf("got %v, %v", got, err)
			}
		})
	}
	group.Wait()
	if n := s.asked.Load(); n != 1 {
		t.Errorf("asked %d times", n)
	}
}

func TestARefusalIsNotKept(t *testing.T) {
	t.Parallel()
	dir, m := place(t), newMachine()
	s, refused := &service{clock: m}, errors.New("access denied")
	c := open(t, dir, m, nil)
	if _, err := c.Get(t.Context(), NewKey("a"), "eu-west-1", func(context.Context) (Login, error) { return Login{}, refused }); !errors.Is(err, refused) {
		t.Errorf("the error is %v", err)
	}
	if got := get(t, c, NewKey("a"), s); got != "secret-1" {
		t.Errorf("got %s", got)
	}
}

// TestNoExpiredLoginIsHandedOut, whatever the clock says. Again tells whether
// AWS is asked again.
func TestNoExpiredLoginIsHandedOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		passed, turned time.Duration
		// behind is how far the clock was behind when the login was kept.
		behind time.Duration
		reboot bool
		again  bool
	}{
		{name: "a moment later", passed: time.Minute},
		{name: "with more than an eighth left", passed: lifetime - margin - time.Minute},
		{name: "with less than an eighth left", passed: lifetime - margin + time.Minute, again: true},
		{name: "expired", passed: 13 * time.Hour, again: true},
		{name: "expired, the clock set back since", passed: 13 * time.Hour, turned: -12 * time.Hour, again: true},
		{name: "expired, the clock set back to before it was kept", passed: 13 * time.Hour, turned: -20 * time.Hour, again: true},
		{name: "the clock set back only", turned: -time.Hour, again: true},
		{name: "the clock set forward", turned: 20 * time.Hour, again: true},
		{name: "kept by a clock that was behind", passed: 11 * time.Hour, behind: 5 * time.Hour, again: true},
		{name: "kept by a clock that was behind, and set right since", passed: 11 * time.Hour, behind: 5 * time.Hour, turned: 5 * time.Hour, again: true},
		{name: "the machine started anew, with any clock", passed: time.Minute, reboot: true, again: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m := newMachine()
			s := &service{clock: m, behind: c.behind}
			kept := open(t, place(t), m, nil)
			get(t, kept, NewKey("a"), s)
			m.passes(c.passed, c.turned)
			if c.reboot {
				m.at.Boot, m.at.Up = "two", m.at.Up+time.Minute
			}
			get(t, kept, NewKey("a"), s)
			if again := s.asked.Load() > 1; again != c.again {
				t.Errorf("asked again: %t", again)
			}
		})
	}
}

func TestAClockThatIsFarAheadKeepsNothing(t *testing.T) {
	t.Parallel()
	m := newMachine()
	s := &service{clock: m, behind: -11 * time.Hour}
	var warned error
	c := open(t, place(t), m, func(err error) { warned = err })
	for want := range 2 {
		if got := get(t, c, NewKey("a"), s); got != fmt.Sprintf("secret-%d", want+1) {
			t.Errorf("got %s", got)
		}
	}
	if warned == nil || !strings.Contains(warned.Error(), "the clock of this machine says 2026-11-01T12:00:00Z") {
		t.Errorf("warned: %v", warned)
	}
}

// TestWhatIsNoEntryIsReplaced, and stops nobody.
func TestWhatIsNoEntryIsReplaced(t *testing.T) {
	t.Parallel()
	key := NewKey("a")
	for name, spoil := range map[string]func(t *testing.T, path string){
		"nothing":           func(t *testing.T, path string) { write(t, path, "") },
		"no JSON":           func(t *testing.T, path string) { write(t, path, "hush") },
		"half":              func(t *testing.T, path string) { write(t, path, string(read(t, path)[:100])) },
		"another version":   func(t *testing.T, path string) { change(t, path, `"version":1`, `"version":2`) },
		"a copy of another": func(t *testing.T, path string) { change(t, path, string(key), string(NewKey("b"))) },
		"another registry":  func(t *testing.T, path string) { change(t, path, "eu-west-1", "eu-west-2") },
		"no password":       func(t *testing.T, path string) { change(t, path, "secret-1", "") },
		"a broken password": func(t *testing.T, path string) { change(t, path, "secret-1", `secret\n1`) },
		"too much":          func(t *testing.T, path string) { write(t, path, strings.Repeat(" ", mostBytes)+string(read(t, path))) },
		"open to others": func(t *testing.T, path string) {
			if err := os.Chmod(path, 0o644); err != nil {
				t.Fatal(err)
			}
		},
		"a symbolic link": func(t *testing.T, path string) {
			if err := errors.Join(os.Rename(path, path+".elsewhere"), os.Symlink(path+".elsewhere", path)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, m := place(t), newMachine()
			s := &service{clock: m}
			c := open(t, dir, m, nil)
			get(t, c, key, s)
			spoil(t, filepath.Join(dir, key.file()))
			for range 2 {
				if got := get(t, c, key, s); got != "secret-2" {
					t.Errorf("got %s", got)
				}
			}
			if info, err := os.Lstat(filepath.Join(dir, key.file())); err != nil || info.Mode() != 0o600 {
				t.Errorf("the entry is %v, %v", info.Mode(), err)
			}
		})
	}
}

func TestWhatCannotBeReplacedIsToldAndStopsNobody(t *testing.T) {
	t.Parallel()
	for _, name := range []string{NewKey("a").file(), NewKey("a").lock()} {
		dir, m := place(t), newMachine()
		if err := os.MkdirAll(filepath.Join(dir, name, "x"), 0o700); err != nil {
			t.Fatal(err)
		}
		warned := 0
		c := open(t, dir, m, func(error) { warned++ })
		if got := get(t, c, NewKey("a"), &service{clock: m}); got != "secret-1" || warned != 1 {
			t.Errorf("%s: got %s, warned %d times", name, got, warned)
		}
	}
}

func TestADirectoryOfOthersIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, prepare := range map[string]func(path string) error{
		"others may look": func(path string) error { return errors.Join(os.Mkdir(path, 0o700), os.Chmod(path, 0o755)) },
		"a file":          func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"a link":          func(path string) error { return errors.Join(os.Mkdir(path+"x", 0o700), os.Symlink(path+"x", path)) },
		"relative":        func(string) error { return nil },
		"another owner": func(path string) error {
			if os.Geteuid() != 0 {
				return os.WriteFile(path, nil, 0o600)
			}
			return errors.Join(os.Mkdir(path, 0o700), os.Chown(path, 12345, 12345))
		},
	} {
		path := filepath.Join(dir, name)
		if err := prepare(path); err != nil {
			t.Fatal(err)
		}
		if name == "relative" {
			path = name
		}
		if _, err := Open(path, Now, nil); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestWhatIsOldIsSweptAndNothingElse(t *testing.T) {
	t.Parallel()
	dir, m := place(t), newMachine()
	s := &service{clock: m}
	c := open(t, dir, m, nil)
	get(t, c, NewKey("old"), s)
	write(t, filepath.Join(dir, NewKey("corrupt").file()), "{}")
	write(t, filepath.Join(dir, "foreign.json"), "{}")
	write(t, filepath.Join(dir, temporaryPrefix+"1"+temporarySuffix), "hush")
	write(t, filepath.Join(dir, temporaryPrefix+"2"+temporarySuffix), "hush")
	m.passes(10*time.Hour, 0)
	get(t, c, NewKey("young"), s)
	m.passes(time.Hour, 0)
	for name, age := range map[string]time.Duration{temporaryPrefix + "1" + temporarySuffix: 2 * time.Hour, temporaryPrefix + "2" + temporarySuffix: time.Minute} {
		at := m.now().Wall.Add(-age)
		if err := os.Chtimes(filepath.Join(dir, name), at, at); err != nil {
			t.Fatal(err)
		}
	}
	get(t, c, NewKey("new"), s)
	for name, want := range map[string]bool{
		NewKey("old").file(): false, NewKey("corrupt").file(): false, temporaryPrefix + "1" + temporarySuffix: false,
		NewKey("young").file(): true, NewKey("new").file(): true, "foreign.json": true, temporaryPrefix + "2" + temporarySuffix: true,
	} {
		if _, err := os.Lstat(filepath.Join(dir, name)); errors.Is(err, fs.ErrNotExist) == want {
			t.Errorf("%s: there is %t, want %t", name, !want, want)
		}
	}
}

func TestAForgottenLoginIsAskedForAgain(t *testing.T) {
	t.Parallel()
	m := newMachine()
	s := &service{clock: m}
	c := open(t, place(t), m, nil)
	get(t, c, NewKey("a"), s)
	for range 2 {
		if err := c.Forget(t.Context(), NewKey("a")); err != nil {
			t.Fatal(err)
		}
	}
	if got := get(t, c, NewKey("a"), s); got != "secret-2" {
		t.Errorf("got %s", got)
	}
}

// TestWhoWaitsTooLongAsks: a process that hangs must not stop a build.
func TestWhoWaitsTooLongAsks(t *testing.T) {
	t.Parallel()
	m := newMachine()
	c := open(t, place(t), m, nil)
	unlock, err := c.lock(t.Context(), NewKey("a"), time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	if _, err := c.lock(t.Context(), NewKey("a"), 30*time.Millisecond); err == nil || !strings.Contains(err.Error(), "another process has held the lock") {
		t.Errorf("the error is %v", err)
	}
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Get(interrupted, NewKey("a"), "eu-west-1", nil); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}

func TestNowGoesOn(t *testing.T) {
	t.Parallel()
	first, second := Now(), Now()
	if first.Boot != second.Boot || second.Up < first.Up || first.Boot != Boot() || (first.Boot != "") != (first.Up > 0) {
		t.Errorf("%v, then %v", first, second)
	}
}

func FuzzDecode(f *testing.F) {
	key := NewKey("a")
	good := entry{Login{"eu-west-1", "AWS", variables.NewSecret("secret"), epoch}, Moment{Wall: epoch, Boot: "one", Up: 1}}.encode(key)
	f.Add(good)
	f.Add([]byte(`{"version":1,"key":"`))
	f.Add([]byte("null"))
	f.Fuzz(func(t *testing.T, text []byte) {
		e, err := decode(text, key)
		if err != nil {
			if err.Error() != errCorrupt.Error() {
				t.Errorf("the error may quote the file: %v", err)
			}
			return
		}
		again, err := decode(e.encode(key), key)
		if err != nil || again.Password.Open() != e.Password.Open() || !again.Expires.Equal(e.Expires) || again.Registry != e.Registry {
			t.Errorf("%q is not read back: %v", text, err)
		}
		if strings.ContainsAny(e.Password.Open()+e.Username, " \r\n\x00") {
			t.Errorf("a password that is none: %q", text)
		}
	})
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func change(t *testing.T, path, old, other string) {
	t.Helper()
	text := string(read(t, path))
	if !strings.Contains(text, old) {
		t.Fatalf("the entry does not hold %s", old)
	}
	write(t, path, strings.Replace(text, old, other, 1))
}
