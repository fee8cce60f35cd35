package profiles

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/gofrs/flock"

	"github.com/awsvars/awsvars/files"
)

const writersVariable = "AWSVARS_TEST_WRITERS"

// TestFiftyWritersAtOnce: five goroutines in each of nine processes and in
// this one write a profile each, and every profile is there afterwards.
func TestFiftyWritersAtOnce(t *testing.T) {
	t.Parallel()
	if dir, process, is := strings.Cut(os.Getenv(writersVariable), "\n"); is {
		writeFive(t, Files{filepath.Join(dir, "config"), filepath.Join(dir, "credentials")}, process)
		return
	}
	f := filesWith(t, "[profile mine]\noutput = json\n", "[mine]\n")
	var others sync.WaitGroup
	for process := range 9 {
		command := exec.Command(os.Args[0], "-test.run=^TestFiftyWritersAtOnce$")
		command.Env = append(os.Environ(), fmt.Sprintf("%s=%s\n%d", writersVariable, filepath.Dir(f.Config), process))
		others.Go(func() {
			if out, err := command.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
	writeFive(t, f, "9")
	others.Wait()
	for process := range 10 {
		for i := range 5 {
			f.gives(t, keysOf(fmt.Sprintf("p%d-%d", process, i), "eu-west-1"))
		}
	}
	for path, want := range map[string]string{f.Config: "[profile mine]\noutput = json\n", f.Credentials: "[mine]\n"} {
		if text := textOf(t, path); !strings.HasPrefix(text, want) || strings.Count(text, mark) != 50 {
			t.Errorf("%d profiles in\n%s", strings.Count(text, mark), text)
		}
	}
	onlyIn(t, filepath.Dir(f.Config), "config", "credentials", lockName)
}

func writeFive(t *testing.T, f Files, process string) {
	t.Helper()
	var all sync.WaitGroup
	for i := range 5 {
		all.Go(func() {
			p := keysOf(fmt.Sprintf("p%s-%d", process, i), "eu-west-1")
			// Twice, so that it is updated as well.
			for range 2 {
				if _, err := f.Write(t.Context(), p, false); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}

// TestUndoneWhileOthersWrite: what is taken back goes, and nothing else.
func TestUndoneWhileOthersWrite(t *testing.T) {
	t.Parallel()
	f := filesWith(t, "", "[mine]\n")
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			undo, err := f.Write(t.Context(), keysOf(fmt.Sprintf("p%d", i), "eu-west-1"), false)
			if err == nil && i%2 == 1 {
				err = undo()
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range 20 {
		name := fmt.Sprintf("p%d", i)
		if i%2 == 0 {
			f.gives(t, keysOf(name, "eu-west-1"))
		} else if _, ok := f.sdkReads(t, name); ok {
			t.Errorf("%s is still there", name)
		}
	}
	if text := textOf(t, f.Credentials); !strings.HasPrefix(text, "[mine]\n") || strings.Count(text, mark) != 10 {
		t.Errorf("%d profiles", strings.Count(text, mark))
	}
}

// TestBothDirectoriesAreLocked: jobs may share one file and not the other.
func TestBothDirectoriesAreLocked(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "config")
	credentials := []string{filepath.Join(t.TempDir(), "a"), filepath.Join(t.TempDir(), "b")}
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if _, err := (Files{config, credentials[i%2]}).Write(t.Context(), keysOf(fmt.Sprintf("p%d", i), "eu-west-1"), false); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for i := range 20 {
		Files{config, credentials[i%2]}.gives(t, keysOf(fmt.Sprintf("p%d", i), "eu-west-1"))
	}
}

func TestLockThatSomebodyHolds(t *testing.T) {
	t.Parallel()
	f := filesWith(t, "", "[a]\n")
	path := filepath.Join(filepath.Dir(f.Config), lockName)
	lock := flock.New(path)
	if err := lock.Lock(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*files.Pause)
	defer cancel()
	_, err := f.Write(ctx, keysOf("deploy", ""), false)
	wantError(t, err, `writing profile "deploy": waiting for the lock on `+path)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Error(err)
	}
	f.holds(t, "", "[a]\n")
	_, err = files.Lock(t.Context(), path, 3*files.Pause, checkFile)
	var hinted interface{ Hint() string }
	wantError(t, err, "another process has held the lock on "+path)
	if !errors.As(err, &hinted) || !strings.Contains(hinted.Hint(), path) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v has no remedy, or looks like a time limit of the caller", err)
	}
	if err := lock.Unlock(); err != nil {
		t.Fatal(err)
	}
	write(t, f, keysOf("deploy", ""), false)
}

// TestUndoOfAnInterruptedJob: the context is over by then.
func TestUndoOfAnInterruptedJob(t *testing.T) {
	t.Parallel()
	f := filesWith(t, "", "[a]\n")
	ctx, cancel := context.WithCancel(t.Context())
	undo, err := f.Write(ctx, keysOf("deploy", ""), false)
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := undo(); err != nil {
		t.Error(err)
	}
	f.holds(t, "", "[a]\n")
}
