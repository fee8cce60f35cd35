package runners

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/awsvars/awsvars/files"
)

// placeName is the directory for the file of variables. No pattern that
// copies what people call their files takes it along.
const placeName = ".awsvars"

// place is where steps share a file of secrets by default.
type place struct {
	// dir is the directory that .awsvars is made in.
	dir string
	// clone tells that dir is the clone itself, from which images are built.
	clone bool
}

// place finds a directory that the next step sees and that no image's build
// context holds.
//
// The volume of a pipeline is mounted at the base of the workspace, and the
// clone may lie deeper. In Woodpecker it does: a plugin's base is /woodpecker,
// the clone is below src/ (pipeline/frontend/yaml/compiler/convert.go). In
// Drone it does if the pipeline sets workspace.path (drone-runner-docker,
// engine/compiler/workspace.go). Else the clone is all that is shared.
func (r workspace) place() place {
	base, clone := r.text("DRONE_WORKSPACE_BASE"), r.text("DRONE_WORKSPACE")
	if r.name == woodpeckerName {
		base, clone = "/woodpecker", r.text("CI_WORKSPACE")
	}
	if clone == "" {
		clone = r.Dir
	}
	clone = filepath.Clean(clone)
	if base != "" && isBelow(clone, filepath.Clean(base)) && sameDisk(clone, base) {
		return place{dir: filepath.Clean(base)}
	}
	return place{dir: clone, clone: true}
}

func isBelow(path, base string) bool {
	relative, err := filepath.Rel(base, path)
	return err == nil && relative != "." && filepath.IsLocal(relative)
}

func (p place) check(name string) error {
	dir := filepath.Join(p.dir, placeName)
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = checkDir(p.dir, filepath.Join(dir, name))
	case err == nil && !info.IsDir():
		// A symbolic link could have come with the clone.
		err = fmt.Errorf("writing %s: %s is no directory; remove it, or choose another output", filepath.Join(dir, name), dir)
	case err == nil:
		err = checkFile(filepath.Join(dir, name))
	}
	if err != nil || !p.clone {
		return err
	}
	return p.checkIgnored()
}

// prepare makes the directory, and keeps it out of commits and images.
func (p place) prepare(name string) (string, error) {
	if err := p.check(name); err != nil {
		return "", err
	}
	dir := filepath.Join(p.dir, placeName)
	err := os.Mkdir(dir, 0o700)
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err == nil && p.clone {
		err = errors.Join(create(filepath.Join(dir, ".gitignore"), "*\n"), p.ignore())
	}
	if err != nil {
		return "", fmt.Errorf("preparing %s: %w%s", dir, err, hintFor(err))
	}
	return filepath.Join(dir, name), nil
}

// ignore writes a .dockerignore where there is none, and hides it from git: a
// release is not made from a clone with files that git does not know.
func (p place) ignore() error {
	exclude := filepath.Join(p.dir, ".git", "info", "exclude")
	path := filepath.Join(p.dir, ".dockerignore")
	if _, err := os.Lstat(path); err == nil {
		return nil
	}
	if info, err := os.Lstat(exclude); err == nil && info.Mode().IsRegular() && files.Single(info) {
		line := addition{variable: exclude, path: exclude, content: []byte("/.dockerignore\n")}
		if err := appendAll([]addition{line}); err != nil {
			return err
		}
	}
	return create(path, "# Made by awsvars: no image takes credentials along.\n"+placeName+"\n")
}

// create writes a file that holds nothing secret and leaves one that exists
// as it is.
func create(path, content string) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.WriteString(content)
	return errors.Join(err, file.Close())
}
