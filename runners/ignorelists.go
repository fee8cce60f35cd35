package runners

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/files"
)

// A clone is made by whoever may push: what is read of it has bounds.
const (
	// mostIgnoreList is the size up to which a list is read, in bytes.
	mostIgnoreList = 1 << 20
	// mostIgnoreDirs is the number of directories that are searched for lists.
	// The nearest come first.
	mostIgnoreDirs = 1000
	// mostIgnoreLists is the number of lists that are read.
	mostIgnoreLists = 100
	// ignoreDepth is how far below the clone Dockerfiles are looked for.
	ignoreDepth = 2
)

// checkIgnored refuses to put secrets where COPY . . would take them into an
// image.
func (p place) checkIgnored() error {
	for _, path := range ignoreLists(p.dir) {
		content, _, err := files.Read(path, mostIgnoreList, checkRegular)
		if err != nil {
			return fmt.Errorf("reading what images leave out: %w; mend it, or choose an output outside of the clone", err)
		}
		if !leavesOut(string(content), placeName) {
			return fmt.Errorf("looking for a place for the variables: an image built from %s would contain them, since %s does not leave them out; add the line %s to it, or choose an output outside of the clone", p.dir, path, placeName)
		}
	}
	return nil
}

// ignoreLists finds the lists that count where an image is built from dir: its
// .dockerignore or, for Podman, .containerignore; and the list of a Dockerfile
// of its own, which takes their place: BuildKit prefers DIR/NAME.dockerignore
// for -f DIR/NAME (docs.docker.com, "Build context", filename and location).
// The .dockerignore of a directory below is for images built from there.
func ignoreLists(dir string) []string {
	var lists []string
	seen := 0
	level := []string{dir}
	for depth := 0; depth <= ignoreDepth; depth++ {
		var below []string
		for _, at := range level {
			if seen++; seen > mostIgnoreDirs {
				return lists
			}
			// A directory that cannot be read is in no build context either.
			entries, _ := os.ReadDir(at)
			for _, entry := range entries {
				name := entry.Name()
				switch {
				case entry.IsDir() && name != ".git":
					below = append(below, filepath.Join(at, name))
				case isIgnoreList(name, depth) && len(lists) < mostIgnoreLists:
					lists = append(lists, filepath.Join(at, name))
				}
			}
		}
		level = below
	}
	return lists
}

func isIgnoreList(name string, depth int) bool {
	for _, ending := range []string{".dockerignore", ".containerignore"} {
		if strings.HasSuffix(name, ending) && (depth == 0 || name != ending) {
			return true
		}
	}
	return false
}

func checkRegular(path string, info fs.FileInfo) error {
	if files.Kind(info) != "" {
		return fmt.Errorf("%s is no regular file", path)
	}
	return nil
}
