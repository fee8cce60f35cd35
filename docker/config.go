package docker

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Config is one of Docker's configuration directories.
type Config struct {
	// Directory is its absolute path; see [Directory].
	Directory string
	// Environ is the environment of the credential helpers, each variable as
	// NAME=VALUE. They are looked for in the absolute directories of its PATH.
	Environ []string
	// Job says who logs in, so that a logout takes out the logins of its own
	// job. It is written down, and no secret.
	Job string
}

// Login is a registry's user and password.
type Login struct {
	// Host is the registry's, with :PORT if it has one, as it stands in the
	// names of images.
	Host, Username string
	Password       variables.Secret
}

// Placed says where logins went.
type Placed struct {
	// Directory is what the variable DOCKER_CONFIG has to be for Docker to find
	// them.
	Directory string
	// Private tells whether the directory was made for them.
	Private bool
	// Hosts are the hosts, in the order of the logins.
	Hosts []Place
}

// Place says which store has a host's login.
type Place struct {
	Host string
	// Store is the helper's name, which its program has behind
	// docker-credential-. It is empty for config.json.
	Store string
}

// Directory returns the configuration directory as the docker command finds
// it: the value of DOCKER_CONFIG, else .docker in the home directory
// (docker/cli, cli/config/config.go). A relative one counts from work.
func Directory(dockerConfig, home, work string) (string, error) {
	switch {
	case dockerConfig != "" && !filepath.IsAbs(dockerConfig):
		return filepath.Join(work, dockerConfig), nil
	case dockerConfig != "":
		return filepath.Clean(dockerConfig), nil
	case home == "":
		return "", variables.WithHint(errors.New("there is no home directory to find .docker in"), "set DOCKER_CONFIG")
	}
	return filepath.Join(home, ".docker"), nil
}

func (c Config) file() string { return filepath.Join(c.Directory, "config.json") }

// checkAll tells what is wrong with logins, and quotes no password.
func checkAll(logins []Login) error {
	if len(logins) == 0 {
		return errors.New("there is no registry to log in to")
	}
	seen := map[string]bool{}
	for _, l := range logins {
		err := l.check()
		if err == nil && seen[l.Host] {
			err = errors.New("there are two logins for it")
		}
		if err != nil {
			return fmt.Errorf("registry %q: %w", l.Host, err)
		}
		seen[l.Host] = true
	}
	return nil
}

func (l Login) check() error {
	if err := checkHost(l.Host); err != nil {
		return err
	}
	switch {
	case !isWord(l.Username) || strings.Contains(l.Username, ":"):
		return errors.New("the user name is no word of printable ASCII without a colon")
	case !isWord(l.Password.Open()):
		return errors.New("the password is no word of printable ASCII")
	}
	return nil
}

// checkHost takes a name, or an IPv4 address, and a port.
func checkHost(host string) error {
	name, port, has := strings.Cut(host, ":")
	within := func(text, extra string) bool {
		return text != "" && strings.IndexFunc(text, func(r rune) bool {
			return (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && !strings.ContainsRune(extra, r)
		}) < 0
	}
	switch {
	case !within(name, ".-"), has && (!within(port, "") || strings.Trim(port, "0123456789") != ""):
		return errors.New("a registry is written as in the names of images, HOST or HOST:PORT")
	case host == "docker.io", host == "index.docker.io":
		// Its key is a URL (docker/cli, getAuthConfigKey).
		return errors.New("logins to Docker Hub are left to the docker command")
	}
	return nil
}

func isWord(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}
