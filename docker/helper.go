package docker

import (
	"context"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/docker/docker-credential-helpers/client"
	"github.com/docker/docker-credential-helpers/credentials"

	"github.com/awsvars/awsvars/variables"
)

// programPrefix begins the name of every helper's program (docker/cli,
// cli/config/credentials/native_store.go).
const programPrefix = "docker-credential-"

// windowsMost is CRED_MAX_CREDENTIAL_BLOB_SIZE, in bytes.
const windowsMost = 5 * 512

// helper is a credential store that is a program.
type helper struct {
	name, path string
	environ    []string
}

// helper finds the program.
func (c Config) helper(name string) (h helper, found bool) {
	h = helper{name: name, environ: c.Environ}
	if strings.ContainsAny(name, `/\`) {
		return h, false
	}
	for _, dir := range filepath.SplitList(c.variable("PATH")) {
		if !filepath.IsAbs(dir) {
			continue
		}
		if path, err := exec.LookPath(filepath.Join(dir, programPrefix+name)); err == nil {
			h.path = path
			return h, true
		}
	}
	return h, false
}

func (c Config) variable(name string) (value string) {
	for _, variable := range c.Environ {
		key, text, _ := strings.Cut(variable, "=")
		if key == name || runtime.GOOS == "windows" && strings.EqualFold(key, name) {
			value = text
		}
	}
	return value
}

// get returns the login that the store has; is is false if it has none.
func (h helper) get(ctx context.Context, host string) (p pair, is bool, err error) {
	call := &call{helper: h}
	found, err := client.Get(call.program(ctx), host)
	switch {
	case credentials.IsErrCredentialsNotFound(err):
		return pair{}, false, nil
	case err != nil:
		return pair{}, false, call.failed("asking", variables.Secret{})
	}
	return pair{found.Username, variables.NewSecret(found.Secret)}, true, nil
}

// store gives the password on the helper's stdin.
func (h helper) store(ctx context.Context, host string, p pair) error {
	if h.name == "wincred" && len(p.password.Open()) > windowsMost {
		return &refused{reason: TooLarge}
	}
	call := &call{helper: h}
	err := client.Store(call.program(ctx), &credentials.Credentials{ServerURL: host, Username: p.username, Secret: p.password.Open()})
	if err != nil {
		return call.failed("filling", p.password)
	}
	return nil
}

func (h helper) erase(ctx context.Context, host string) error {
	call := &call{helper: h}
	if err := client.Erase(call.program(ctx), host); err != nil {
		return call.failed("clearing", variables.Secret{})
	}
	return nil
}
