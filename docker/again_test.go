package docker

import (
	"os"
	"path/filepath"
	"testing"
)

// TestPrivateTwiceInOneJob is one directory, which one logout removes.
func TestPrivateTwiceInOneJob(t *testing.T) {
	t.Parallel()
	c, parent := configOf(t, `{"credsStore":"one","credHelpers":{"`+virginia+`":"two"}}`), t.TempDir()
	helpers := t.TempDir()
	if err := os.WriteFile(filepath.Join(helpers, programPrefix+"one"), []byte("#!/bin/sh\nexit 1"), 0o700); err != nil {
		t.Fatal(err)
	}
	c.Environ = []string{"PATH=" + helpers}
	private, _ := logInPrivately(t, c, parent, loginTo(ireland))
	again, undo := logInPrivately(t, private, parent, loginTo(virginia), otherLogin(ireland))
	if again.Directory != private.Directory {
		t.Errorf("there is another directory, %s", again.Directory)
	}
	plain := private
	plain.Environ = nil
	plain.gives(t, loginTo(virginia))
	plain.gives(t, otherLogin(ireland))
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	plain.gives(t, loginTo(ireland))
	plain.givesNone(t, virginia)
	logInPrivately(t, private, parent, loginTo(virginia))
	logOut(t, private, nil, ireland+": removed", virginia+": removed")
	onlyIn(t, parent)
}

// TestPrivateDirectoryOfAnotherJob is left to it.
func TestPrivateDirectoryOfAnotherJob(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	first, _ := logInPrivately(t, configOf(t, "{}"), parent, loginTo(ireland))
	other := first
	other.Job = "job 2"
	second, _ := logInPrivately(t, other, parent, otherLogin(ireland))
	if second.Directory == first.Directory {
		t.Error("two jobs have one directory")
	}
	logOut(t, second, nil, ireland+": removed")
	first.gives(t, loginTo(ireland))
	onlyIn(t, parent, filepath.Base(first.Directory))
}
