package docker

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestOwnerIsTheSessionsLeader: the shell of $(awsvars login | cat) is gone in a
// moment. A program's name may look like the fields behind it.
func TestOwnerIsTheSessionsLeader(t *testing.T) {
	t.Parallel()
	odd := filepath.Join(t.TempDir(), "a) S 1 1 1 (")
	if err := os.Symlink(need(t, "sh"), odd); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(odd, "-c", `echo $$; "$0" -c 'echo $$; read end; :'; read end; :`, odd)
	command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	in, err := command.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var leader, child int
	if _, err := fmt.Fscan(bufio.NewReader(out), &leader, &child); err != nil {
		t.Fatal(err)
	}
	owner := SessionOf(child)
	if owner != ProcessOf(leader) || !owner.Alive() || owner.Started == "" {
		t.Errorf("the owner is %+v, want %+v", owner, ProcessOf(leader))
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	_ = command.Wait()
	if owner.Alive() || SessionOf(child) != (Process{}) {
		t.Error("a session that ended counts as running")
	}
}

// TestOwnerInAnotherContainer cannot be judged: a week decides.
func TestOwnerInAnotherContainer(t *testing.T) {
	t.Parallel()
	elsewhere := ProcessOf(1 << 30)
	elsewhere.Started, elsewhere.Namespace = "1", "pid:[1]"
	older := elsewhere
	older.Namespace = ""
	if !elsewhere.Alive() || older.Alive() {
		t.Error("it counts as ended, or one of this container as running")
	}
	parent := t.TempDir()
	for name, owner := range map[string]Process{"elsewhere": elsewhere, "nobody": {}, "here": ProcessOf(os.Getpid())} {
		for age, made := range map[string]time.Time{"day": time.Now().Add(-24 * time.Hour), "month": time.Now().Add(-30 * 24 * time.Hour)} {
			dir := filepath.Join(parent, privatePrefix+name+"-"+age)
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := (Mark{"job", made, owner}).write(dir); err != nil {
				t.Fatal(err)
			}
			if err := os.Chtimes(dir, made, made); err != nil {
				t.Fatal(err)
			}
		}
	}
	if _, err := Clean(t.Context(), []string{parent}, 12*time.Hour, nil); err != nil {
		t.Fatal(err)
	}
	onlyIn(t, parent, privatePrefix+"elsewhere-day", privatePrefix+"here-day")
}
