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
		pattern = strings.TrimPrefix(pattern, "**/")
		if back && strings.HasPrefix(pattern, name+"/") {
			out = false
			continue
		}
		for _, end := range []string{"/**", "/*"} {
			pattern = strings.TrimSuffix(pattern, end)
		}
		if ok, err := filepath.Match(pattern, name); ok && err == nil {
			out = !back
		}
	}
	return out
}
