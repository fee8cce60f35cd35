package runners

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/files"
)

// prepare has the library write files of ours, and returns what is to be
// appended to GitHub's. The files hold secrets, and are gone when it returns:
// nothing that can fail is left for after the delivery.
func (r github) prepare(h handover) (additions, summary []addition, failed error) {
	base := r.text("RUNNER_TEMP")
	if base == "" {
		base = os.TempDir()
	}
	staging, err := os.MkdirTemp(base, files.Temporary)
	if err != nil {
		return nil, nil, fmt.Errorf("making a directory to prepare GitHub's files in: %w", err)
	}
	defer func() { failed = errors.Join(failed, os.RemoveAll(staging)) }()
	if err := stage(staging, h, h.exports(r.Lookup)); err != nil {
		return nil, nil, fmt.Errorf("preparing GitHub's files: %w", err)
	}
	for _, file := range r.files() {
		file.content, err = os.ReadFile(filepath.Join(staging, file.variable))
		switch {
		case err != nil && !errors.Is(err, fs.ErrNotExist):
			return nil, nil, fmt.Errorf("reading what was prepared for $%s: %w", file.variable, err)
		case len(file.content) == 0:
		case file.variable == summaryFile:
			summary = append(summary, file)
		default:
			additions = append(additions, file)
		}
	}
	return additions, summary, nil
}

// stage lets the library write into files of ours: it would create GitHub's
// with mode 0644, follow links, and panic in the middle.
func stage(dir string, h handover, exports []export) error {
	for _, name := range githubFiles() {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			return err
		}
	}
	exported, err := json.Marshal(exports)
	if err != nil {
		return err
	}
	a := action(io.Discard, func(name string) string { return filepath.Join(dir, name) })
	return guard(func() {
		for _, e := range h.outputs {
			a.SetOutput(e.name, e.value.Open())
		}
		for _, e := range h.environment {
			a.SetEnv(e.name, e.value.Open())
		}
		if len(exports) > 0 {
			// For the post step, which takes back what this one exported.
			a.SaveState(exportedState, string(exported))
		}
		a.AddStepSummary(strings.TrimSuffix(h.summary(), "\n"))
	})
}
