package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/profiles"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// profileWriter writes the profile that the setting write-profile asks for.
type profileWriter struct {
	files     profiles.Files
	profile   profiles.Profile
	overwrite bool
	// written tells what write writes from what comes after it.
	written files.Stamp
}

// profileWriter returns nil where no profile is asked for.
func (o *opening) profileWriter() *profileWriter {
	if !o.values.Has("write-profile") || !o.values.Given("write-profile") {
		return nil
	}
	config, credentials := o.process.machine(o.runner).Files()
	return &profileWriter{
		files:     profiles.Files{Config: o.absolute(config), Credentials: o.absolute(credentials)},
		profile:   profiles.Profile{Name: o.values.Text("write-profile")},
		overwrite: o.values.Bool("overwrite-profile"),
	}
}

func (p process) absolute(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(p.dir, path)
}

// check tells before AWS is asked what would stop write.
func (w *profileWriter) check() error {
	if w.files.Config == "" || w.files.Credentials == "" {
		return fmt.Errorf("writing profile %q: there is no home directory, and AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE are not both set", w.profile.Name)
	}
	return w.files.Check(w.profile, w.overwrite)
}

// fill takes the keys that a set holds.
func (w *profileWriter) fill(set *variables.Set) {
	p := &w.profile
	for _, v := range set.All() {
		switch {
		case slices.Contains(v.Standard, "AWS_ACCESS_KEY_ID"):
			p.AccessKeyID = v.Value.Open()
		case slices.Contains(v.Standard, "AWS_SECRET_ACCESS_KEY"):
			p.SecretAccessKey = v.Value
		case slices.Contains(v.Standard, "AWS_SESSION_TOKEN"):
			p.SessionToken = v.Value
		case slices.Contains(v.Standard, "AWS_CREDENTIAL_EXPIRATION"):
			// It was formatted in the same way; zero says nothing of the end.
			p.Expires, _ = time.Parse(time.RFC3339, v.Value.Open())
		case slices.Contains(v.Standard, "AWS_REGION"):
			p.Region = v.Value.Open()
		}
	}
	w.written = p.Stamp()
}

func (w *profileWriter) write(ctx context.Context) (undo func() error, err error) {
	return w.files.Write(ctx, w.profile, w.overwrite)
}

// quiet tells whether the runner has nothing to deliver: a script that does not
// say where variables go wants no secrets on its stdout, nor in a file, where
// the task, or a profile, has done the work.
func (o *opening) quiet(task tasks.Task) bool {
	switch {
	case o.runner.Name() == "buildkite":
		// Its hook takes whatever there is: a login may have led to a Docker
		// configuration that nobody finds otherwise.
		return false
	case task.Delivers(o.values) == tasks.Never:
		return true
	case o.meant.Tool != nil && o.meant.Tool.Quiet && !o.values.Given("format") && !o.values.Given("output"):
		// Whoever comes from a tool that hands nothing on gets no file that he
		// knows nothing of.
		return true
	case task.Delivers(o.values) == tasks.Always && o.profileWriter() == nil:
		return false
	}
	asked := o.values.Given("format") || o.values.Given("output") || o.values.Given("scope")
	return runners.Scripted(o.runner.Name()) && !asked
}
