package main

import (
	"fmt"
	"io/fs"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

// The names under which a step on GitHub tells its post step what to take
// back. What it exports is the runner's to tell.
const (
	loginState   = "login"
	profileState = "profile"
	outputState  = "output"
)

// mostOutput bounds a file of variables, in bytes; far above any.
const mostOutput = 16 << 20

// writtenProfile is a profile that a step writes.
type writtenProfile struct {
	Name        string      `json:"name"`
	Config      string      `json:"config"`
	Credentials string      `json:"credentials"`
	Written     files.Stamp `json:"written"`
}

// writtenOutput is a file of variables that a step has written.
type writtenOutput struct {
	Path    string      `json:"path"`
	Written files.Stamp `json:"written"`
}

// remember tells the post step what is there besides the variables. It comes
// before the profile is written and the variables are delivered: who is killed
// in between leaves nothing that is not known. A profile that was not written
// then is told from others by its stamp.
func (o *opening) remember(set *variables.Set, w *profileWriter) error {
	if set.Placed != nil {
		if err := runners.SaveState(o.host(), loginState, set.Placed); err != nil {
			return err
		}
	}
	if w == nil {
		return nil
	}
	return runners.SaveState(o.host(), profileState, writtenProfile{w.profile.Name, w.files.Config, w.files.Credentials, w.written})
}

// rememberOutput tells the post step of a file of variables. The file is there
// already, so that a failure is only told.
func (o *opening) rememberOutput() {
	path := o.absolute(o.values.Text("output"))
	if path == "" || o.runner.Name() != "envfile" || !runners.PostComes(o.host()) {
		return
	}
	content, err := readOutput(path)
	if err == nil {
		err = runners.SaveState(o.host(), outputState, writtenOutput{path, files.StampOf(content)})
	}
	if err != nil {
		o.log.Warn("post", "text", "the post step will leave "+path+" where it is: "+err.Error(), "file", path)
	}
}

// readOutput reads a file of variables, and nothing in its place.
func readOutput(path string) ([]byte, error) {
	content, _, err := files.Read(path, mostOutput, func(path string, info fs.FileInfo) error {
		if kind := files.Kind(info); kind != "" {
			return fmt.Errorf("%s is %s", path, kind)
		}
		return nil
	})
	return content, err
}
