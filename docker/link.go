package docker

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// link links everything that stands beside config.json. On Windows that needs
// a right which not every user has: what Docker cannot do without is copied
// there.
func (c Config) link(dir string) error {
	entries, err := os.ReadDir(c.Directory)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		// Docker's temporary files are named config.json and a number.
		name := entry.Name()
		if strings.HasPrefix(name, "config.json") || strings.HasPrefix(name, ".awsvars") {
			continue
		}
		from, to := filepath.Join(c.Directory, name), filepath.Join(dir, name)
		if os.Symlink(from, to) == nil {
			continue
		}
		if err := copyNeeded(from, to); err != nil {
			return err
		}
	}
	return nil
}

// copyNeeded copies contexts, plugins of the command, builders of buildx and
// the certificates for DOCKER_TLS_VERIFY (docker/cli, cli/config/config.go,
// cli-plugins/manager and cli/flags/options.go), and nothing else.
func copyNeeded(from, to string) error {
	name := filepath.Base(from)
	switch {
	case slices.Contains([]string{"contexts", "cli-plugins", "buildx"}, name):
		return os.CopyFS(to, os.DirFS(from))
	case filepath.Ext(name) == ".pem":
		content, err := readAny(from)
		if err != nil {
			return err
		}
		return os.WriteFile(to, []byte(content), 0o600)
	}
	return nil
}
