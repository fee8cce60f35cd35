package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// findProgram makes the link, if it is to, and refuses to name a helper that
// Docker would not find: every pull from these registries would fail.
func (i *installation) findProgram() error {
	if i.link {
		if err := i.makeLink(); err != nil {
			return undelivered{err}
		}
	}
	path, _ := i.lookup("PATH")
	for _, dir := range filepath.SplitList(path) {
		// What stands in a relative directory depends on where docker is run.
		if found, err := exec.LookPath(filepath.Join(dir, helperProgram)); filepath.IsAbs(dir) && err == nil && found != "" {
			return nil
		}
	}
	remedy := "give --link to make it beside " + i.program + ", in a directory that is in PATH"
	if i.link {
		remedy = "add " + filepath.Dir(i.program) + " to PATH, for the docker command too"
	}
	return variables.WithHint(undelivered{fmt.Errorf("there is no %s in PATH, and Docker would not find it", helperProgram)}, remedy)
}

func (i *installation) makeLink() error {
	if i.program == "" {
		return errors.New("making the link: where this program is cannot be told")
	}
	name := helperProgram
	if strings.HasSuffix(i.program, ".exe") {
		name += ".exe"
	}
	link, target := filepath.Join(filepath.Dir(i.program), name), filepath.Base(i.program)
	if target == name {
		return nil
	}
	err := os.Symlink(target, link)
	if errors.Is(err, os.ErrExist) {
		if there, _ := os.Readlink(link); there == target {
			return nil
		}
		return fmt.Errorf("making the link: there is another %s already", link)
	}
	if err != nil {
		return fmt.Errorf("making the link: %w", err)
	}
	return nil
}
