package tasks

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/variables"
)

// place writes the logins where Docker finds them: in its configuration, or in
// one of the job's own where that is asked for, or where the user's store
// cannot take them.
func place(ctx context.Context, w Work, config docker.Config, logins []docker.Login) (docker.Placed, func() error, error) {
	if !w.Values.Bool("private") {
		placed, undo, err := config.Login(ctx, logins)
		var unfit *docker.Unfit
		if !errors.As(err, &unfit) {
			return placed, undo, docked(err)
		}
		w.Log.Warn("store", "text", unfit.Error()+"; a private Docker configuration is used, handed on as DOCKER_CONFIG", "store", unfit.Store, "reason", string(unfit.Reason))
	}
	placed, undo, err := config.Private(ctx, Temporary(w.Machine.Lookup, os.TempDir()), docker.SessionOf(os.Getppid()), logins)
	return placed, undo, docked(err)
}

// Undocked is the error of Docker's configuration, as opposed to AWS's.
type Undocked struct{ Err error }

func (u *Undocked) Error() string { return u.Err.Error() }

// Unwrap returns what went wrong.
func (u *Undocked) Unwrap() error { return u.Err }

func docked(err error) error {
	if err == nil {
		return nil
	}
	return &Undocked{err}
}

func dockerConfig(w Work) (docker.Config, error) {
	given := w.Values.Text("docker-config")
	if given == "" {
		given, _ = w.Machine.Lookup("DOCKER_CONFIG")
	}
	directory, err := docker.Directory(given, w.Machine.Home, w.Machine.Dir)
	if err != nil {
		return docker.Config{}, docked(err)
	}
	return docker.Config{Directory: directory, Environ: w.Machine.Environ(), Job: jobName(w.Machine.Job)}, nil
}

// jobName tells one job from another on the same machine, those of one build
// too. It is empty outside of a CI system, where a logout takes out whatever
// awsvars wrote.
func jobName(job variables.Job) string {
	if job.System == "" {
		return ""
	}
	return strings.Join([]string{job.System, job.Repository, job.Pipeline, job.Build, job.ID}, " ")
}

// Temporary is where a private configuration outlives the step and not the
// job, as far as the CI system has such a place, and otherwise.
func Temporary(lookup func(string) (string, bool), otherwise string) string {
	for _, name := range []string{"RUNNER_TEMP", "AGENT_TEMPDIRECTORY", "TMPDIR"} {
		if path, _ := lookup(name); filepath.IsAbs(path) {
			return path
		}
	}
	return otherwise
}
