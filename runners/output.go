package runners

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// othersFiles are variables that name files in which a CI system collects
// what all steps hand on, or that a shell reads first.
func othersFiles() []string {
	return []string{
		"GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_PATH", "GITHUB_STATE", "GITHUB_STEP_SUMMARY",
		"BASH_ENV", "DRONE_OUTPUT", "HARNESS_OUTPUT_FILE", "HARNESS_OUTPUT_SECRET_FILE", sharedVariables,
	}
}

// fileStem names a file that nobody named, after its set: two tasks in one
// job must not replace each other's file. The usual beginnings are left out,
// so that custom.aws.ecr gives ecr and custom.aws gives aws. Every task that
// delivers has the setting namespace.
func fileStem(v variables.Values) string {
	namespace := v.Text("namespace")
	if variables.CheckName(namespace) != nil {
		// It is refused elsewhere; until then it must be no path.
		return "aws"
	}
	return strings.TrimPrefix(strings.TrimPrefix(namespace, "custom."), "aws.")
}

// checkOutput tells what is wrong with the file that the setting output
// names, and what would stop writing it.
func (h Host) checkOutput(output string) error {
	fault := func(problem string) error {
		return variables.Faults{{Setting: "output", Given: output, Problem: problem}}
	}
	if output == "-" {
		return fault("that is no file; for stdout leave output out and give format")
	}
	path := h.absolute(output)
	for _, name := range othersFiles() {
		if text := h.text(name); text != "" && sameFile(path, h.absolute(text)) {
			return fault(fmt.Sprintf("that is the file of $%s, and output would replace what others wrote there; name another file", name))
		}
	}
	if err := h.checkInside(output, path); err != nil {
		return err
	}
	return checkFile(path)
}

// writeOutput writes the file that the setting output names.
func (h Host) writeOutput(output string, content []byte) error {
	// The check before AWS was asked is old by now.
	if err := h.checkOutput(output); err != nil {
		return err
	}
	return writeFile(h.absolute(output), content)
}

func sameFile(a, b string) bool {
	if a == b {
		return true
	}
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	return err == nil && os.SameFile(one, other)
}

// checkInside refuses a relative path whose directory is, over a symbolic
// link, somewhere else: a clone can bring the link build -> /var/www. Who
// means another place writes it out, with .. or as an absolute path.
func (h Host) checkInside(output, path string) error {
	if filepath.IsAbs(output) {
		return nil
	}
	base := filepath.Clean(h.Dir)
	for !isBelow(path, base) && base != filepath.Dir(base) {
		base = filepath.Dir(base)
	}
	// What cannot be resolved cannot be written to: checkFile says why.
	dir, err := filepath.EvalSymlinks(filepath.Dir(path))
	if err != nil {
		return nil
	}
	if base, err = filepath.EvalSymlinks(base); err != nil {
		return nil
	}
	if dir != base && !isBelow(dir, base) {
		return fmt.Errorf("writing %s: a symbolic link leads its directory to %s, outside of %s; name the file by its absolute path if you mean that", path, dir, base)
	}
	return nil
}
