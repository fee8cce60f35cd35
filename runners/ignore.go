package runners

import (
	"path/filepath"
	"strings"
)

// leavesOut tells whether the last pattern of a .dockerignore that matches
// name leaves it out (docs.docker.com, "Build context", .dockerignore files).
func leavesOut(ignore, name string) bool {
	out := false
	for line := range strings.Lines(ignore) {
		pattern := strings.TrimSpace(line)
		if pattern == "" || strings.HasPrefix(pattern, "#") {
			continue
		}
		pattern, back := strings.CutPrefix(pattern, "!")
		pattern = strings.TrimPrefix(filepath.ToSlash(filepath.Clean("/"+strings.TrimSpace(pattern))), "/")
		if back && reachesInto(pattern, name) {
			out = false
			continue
		}
		pattern = strings.TrimPrefix(pattern, "**/")
		for _, end := range []string{"/**", "/*"} {
			pattern = strings.TrimSuffix(pattern, end)
		}
		if ok, err := filepath.Match(pattern, name); ok && err == nil {
			out = !back
		}
	}
	return out
}

// reachesInto tells whether a pattern may match a file below the directory
// name. It says yes too often rather than too rarely: a list such as "*" with
// "!**/*.json" behind it would put the file with the secrets into the image.
func reachesInto(pattern, name string) bool {
	first, below, deeper := strings.Cut(pattern, "/")
	if !deeper || below == "" {
		return false
	}
	ok, err := filepath.Match(first, name)
	return first == "**" || ok && err == nil
}
