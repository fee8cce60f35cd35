package docker

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"

	"github.com/awsvars/awsvars/files"
)

const writersVariable = "AWSVARS_TEST_DOCKER_WRITERS"

// TestFiftyLoginsAtOnce: five goroutines in each of nine processes and in this
// one log in to a host each, twice; ten log out again. Nothing is lost, and
// nothing else changes.
func TestFiftyLoginsAtOnce(t *testing.T) {
	t.Parallel()
	if dir, process, is := strings.Cut(os.Getenv(writersVariable), "\n"); is {
		logInFive(t, Config{Directory: dir}, process)
		return
	}
	const before, after = "{\n\t\"auths\": {\n\t\t\"a\": {\"auth\":\"QVdTOm9sZA==\" }", "\n\t},\n\t\"x\": [ ]\n}\n"
	c := configOf(t, before+after)
	var others sync.WaitGroup
	for process := range 9 {
		command := exec.Command(os.Args[0], "-test.run=^TestFiftyLoginsAtOnce$")
		command.Env = append(os.Environ(), fmt.Sprintf("%s=%s\n%d", writersVariable, c.Directory, process))
		others.Go(func() {
			if out, err := command.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	logInFive(t, c, "9")
	others.Wait()
	for process := range 10 {
		for i := range 5 {
			host := hostOf(fmt.Sprint(process), i)
			if i == 0 {
				c.givesNone(t, host)
			} else {
				c.gives(t, loginTo(host))
			}
		}
	}
	text := textOf(t, c.file())
	if !strings.HasPrefix(text, before) || !strings.HasSuffix(text, after) {
		t.Errorf("config.json holds %s", text)
	}
	if records, err := c.readState(); err != nil || len(records) != 40 {
		t.Errorf("%d logins are noted, %v", len(records), err)
	}
	onlyIn(t, c.Directory, "config.json", lockName, stateName)
}

func hostOf(process string, i int) string {
	return fmt.Sprintf("%s%d2222222222.dkr.ecr.eu-west-1.amazonaws.com", process, i)
}

func logInFive(t *testing.T, c Config, process string) {
	t.Helper()
	var all sync.WaitGroup
	for i := range 5 {
		all.Go(func() {
			mine := c
			mine.Job = fmt.Sprint("job ", process, i)
			for range 2 {
				if _, _, err := mine.Login(t.Context(), []Login{loginTo(hostOf(process, i))}); err != nil {
					t.Error(err)
				}
			}
			if i == 0 {
				logOut(t, mine, nil, hostOf(process, i)+": removed")
			}
		})
	}
	all.Wait()
}

// TestBesideAProgramThatTakesNoLock: what it writes between our look and our
// rename stays, as the look is taken again.
func TestBesideAProgramThatTakesNoLock(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	s, err := c.readConfig()
	if err != nil {
		t.Fatal(err)
	}
	for what, change := range map[string]func() error{
		"replaced": func() error {
			return errors.Join(os.WriteFile(c.file()+"1", []byte("{}"), 0o600), os.Rename(c.file()+"1", c.file()))
		},
		"removed": func() error { return os.Remove(c.file()) },
		"touched": func() error { return os.Chtimes(c.file(), time.Time{}, time.Now().Add(-time.Hour)) },
		"written": func() error { return os.WriteFile(c.file(), []byte(`{"x":1}`), 0o600) },
	} {
		if s.info == nil {
			t.Fatal("no file")
		}
		if err := change(); err != nil {
			t.Fatal(err)
		}
		want := textOf(t, c.file())
		if err := s.replace("{ }"); !errors.Is(err, errChanged) {
			t.Errorf("%s: %v", what, err)
		}
		c.holds(t, want)
		if err := os.WriteFile(c.file(), []byte("{}"), 0o600); err != nil {
			t.Fatal(err)
		}
		if s, err = c.readConfig(); err != nil {
			t.Fatal(err)
		}
	}
	onlyIn(t, c.Directory, "config.json")
}

func TestLockThatSomebodyHolds(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	path := c.Directory + string(os.PathSeparator) + lockName
	lock := flock.New(path)
	if err := lock.Lock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*files.Pause)
	defer cancel()
	_, _, err := c.Login(ctx, []Login{loginTo(ireland)})
	wantError(t, err, "waiting for the lock on "+path)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	_, err = files.Lock(t.Context(), path, 3*files.Pause, checkFile)
	var hinted interface{ Hint() string }
	wantError(t, err, "another process has held the lock on "+path)
	if !errors.As(err, &hinted) || !strings.Contains(hinted.Hint(), path) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v has no remedy, or looks like a time limit of the caller", err)
	}
	c.holds(t, "{}")
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	logIn(t, c, loginTo(ireland))
}
