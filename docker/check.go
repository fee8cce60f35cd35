package docker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// Check tells what would stop a login to hosts, as far as it can be told
// without one, and changes nothing. A store that is known to take none is an
// [*Unfit].
func (c Config) Check(hosts ...string) error {
	err := c.check(hosts)
	if err != nil {
		return fmt.Errorf("logging in to Docker's registries: %w", err)
	}
	return nil
}

func (c Config) check(hosts []string) error {
	for _, host := range hosts {
		if err := checkHost(host); err != nil {
			return fmt.Errorf("registry %q: %w", host, err)
		}
	}
	if !filepath.IsAbs(c.Directory) {
		return fmt.Errorf("%q is no absolute path", c.Directory)
	}
	before, err := c.readConfig()
	if err == nil {
		_, err = c.readState()
	}
	if err != nil {
		return err
	}
	if err := before.checkHosts(hosts); err != nil {
		return fmt.Errorf("%s: %w", before.path, err)
	}
	for _, host := range hosts {
		if store := before.store(host); store != "" {
			if _, err := c.fit(Place{host, store}); err != nil {
				return err
			}
		}
	}
	return c.checkDirectory()
}

// checkDirectory tries to write. A directory that is not there yet would be
// made.
func (c Config) checkDirectory() error {
	directory := c.Directory
	err := files.Probe(directory)
	for errors.Is(err, fs.ErrNotExist) && directory != filepath.Dir(directory) {
		directory = filepath.Dir(directory)
		err = files.Probe(directory)
	}
	if err != nil {
		return variables.WithHint(fmt.Errorf("%s cannot be written to: %w", c.Directory, err), elsewhere)
	}
	return files.CheckAt(filepath.Join(c.Directory, lockName), checkFile)
}

// Overridden returns those of the hosts that the variable DOCKER_AUTH_CONFIG
// of Environ has a login for: newer docker commands use that one, whatever the
// directory holds (docker/cli, cli/config/configfile/file.go,
// GetCredentialsStore).
func (c Config) Overridden(hosts ...string) []string {
	var variable struct {
		Auths map[string]json.RawMessage `json:"auths"`
	}
	if json.Unmarshal([]byte(c.variable("DOCKER_AUTH_CONFIG")), &variable) != nil {
		return nil
	}
	var found []string
	for _, host := range hosts {
		if _, is := variable.Auths[host]; is {
			found = append(found, host)
		}
	}
	return found
}
