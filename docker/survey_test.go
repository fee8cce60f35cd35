//go:build unix

package docker

import (
	"errors"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

// TestStoresAreAskedSideBySide: one that hangs must not hold the directory. This
// one answers once it was asked four times, which no lock may prevent.
func TestStoresAreAskedSideBySide(t *testing.T) {
	t.Parallel()
	const stuck = `#!/bin/sh
echo asked >> "$HELPERS/asked"
while [ "$(grep -c asked "$HELPERS/asked")" -lt 4 ]; do sleep 0.01; done
echo 'the keychain is locked'
exit 1
`
	c := configOf(t, `{"credsStore":"stuck"}`).withHelpers(t, map[string]string{"stuck": stuck})
	var jobs sync.WaitGroup
	for range 4 {
		jobs.Go(func() {
			_, _, err := c.Login(t.Context(), []Login{loginTo(ireland)})
			var unfit *Unfit
			if !errors.As(err, &unfit) || unfit.Reason != Failed {
				t.Errorf("got %v", err)
			}
		})
	}
	jobs.Wait()
	onlyIn(t, c.Directory, "config.json")
}

// TestStoreThatGotALoginSinceItWasAsked: an undo gives it back, and its record
// stays until ours is there.
func TestStoreThatGotALoginSinceItWasAsked(t *testing.T) {
	t.Parallel()
	// Another login takes the lock first, while this one's first question waits.
	const slow = `#!/bin/sh
if [ "$1" = get ] && mkdir "$HELPERS/first" 2>&-; then
	input=$(cat)
	echo asked > "$HELPERS/fifo"
	read go < "$HELPERS/fifo"
	echo "credentials not found in native keychain"
	exit 1
fi
exec "${0%-*}-one" "$@"
`
	c := configOf(t, `{"credHelpers":{"`+ireland+`":"slow"}}`).withHelpers(t, map[string]string{"slow": slow, "one": aStore})
	fifo := filepath.Join(c.variable("HELPERS"), "fifo")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	done := make(chan func() error)
	go func() {
		_, undo, err := c.Login(t.Context(), []Login{otherLogin(ireland)})
		if err != nil {
			t.Error(err)
		}
		done <- undo
	}()
	if text := textOf(t, fifo); text != "asked\n" {
		t.Errorf("the helper said %q", text)
	}
	other := c
	other.Job = "job 2"
	logIn(t, other, loginTo(ireland))
	if err := os.WriteFile(fifo, []byte("go\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	undo := <-done
	c.gives(t, otherLogin(ireland))
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	c.gives(t, loginTo(ireland))
	logOut(t, other, nil, ireland+" in slow: removed")
}
