package images

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/docker/cli/cli/context/store"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// endpoint is where an engine listens.
type endpoint struct {
	// host is empty for the place where Docker listens by itself.
	host string
	// tls is nil for none.
	tls *tls.Config
	// from says who named it, for errors.
	from string
}

// endpointOf finds the engine as the docker command does: DOCKER_HOST, else
// DOCKER_CONTEXT, else the current context of config.json (docker/cli,
// cli/command: resolveContextName and resolveDefaultDockerEndpoint).
func endpointOf(o Options) (endpoint, error) {
	dir := o.get("DOCKER_CONFIG")
	if dir == "" && o.Home != "" {
		dir = filepath.Join(o.Home, ".docker")
	}
	if host := o.get("DOCKER_HOST"); host != "" {
		return byHost(o, dir, endpoint{host: host, from: "DOCKER_HOST"})
	}
	name, from := o.get("DOCKER_CONTEXT"), "DOCKER_CONTEXT"
	if name == "" && dir != "" {
		var err error
		if name, err = currentContext(dir); err != nil {
			return endpoint{}, err
		}
		from = filepath.Join(dir, "config.json")
	}
	if name == "" || name == "default" {
		return byHost(o, dir, endpoint{})
	}
	return byContext(filepath.Join(dir, "contexts"), name, from)
}

// byHost reads the certificates that go with DOCKER_HOST: DOCKER_TLS_VERIFY
// asks for TLS and checks the engine's certificate, DOCKER_TLS asks for TLS
// and does not (docker/cli, cli/flags).
func byHost(o Options, dir string, e endpoint) (endpoint, error) {
	verify := o.get("DOCKER_TLS_VERIFY") != ""
	if !verify && o.get("DOCKER_TLS") == "" || socket(e.host) {
		return e, nil
	}
	dir = cmp.Or(o.get("DOCKER_CERT_PATH"), dir)
	files := map[string][]byte{}
	for _, name := range []string{"ca.pem", "cert.pem", "key.pem"} {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return endpoint{}, fmt.Errorf("reading the certificates of the Docker engine: %w", err)
		}
		files[name] = text
	}
	var err error
	e.tls, err = tlsOf(files, !verify)
	return e, err
}

// currentContext reads config.json.
func currentContext(dir string) (string, error) {
	text, err := os.ReadFile(filepath.Join(dir, "config.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	var config struct {
		CurrentContext string `json:"currentContext"`
	}
	if err == nil && json.Unmarshal(text, &config) != nil {
		// The decoder's own error may quote the file, which holds passwords.
		err = errors.New("it is not JSON")
	}
	if err != nil {
		return "", fmt.Errorf("reading the current context in %s: %w", filepath.Join(dir, "config.json"), err)
	}
	return config.CurrentContext, nil
}

// engineMeta is a context's entry for a Docker engine.
type engineMeta struct {
	Host          string
	SkipTLSVerify bool
}

// dockerEndpoint is that entry's name.
const dockerEndpoint = "docker"

func byContext(dir, name, from string) (endpoint, error) {
	contexts := store.New(dir, store.NewConfig(func() any { return &map[string]any{} },
		store.EndpointTypeGetter(dockerEndpoint, func() any { return &engineMeta{} })))
	failed := func(err error) (endpoint, error) {
		return endpoint{}, variables.WithHint(fmt.Errorf("reading the Docker context %q, which %s names: %w", name, from, err), "docker context ls lists the contexts")
	}
	found, err := contexts.GetMetadata(name)
	if err != nil {
		return failed(errors.New(refusal.Line(err.Error())))
	}
	meta, ok := found.Endpoints[dockerEndpoint].(engineMeta)
	if !ok {
		return failed(errors.New("it has no Docker engine"))
	}
	all, err := contexts.ListTLSFiles(name)
	if err != nil {
		return failed(err)
	}
	files := map[string][]byte{}
	for _, file := range all[dockerEndpoint] {
		if files[file], err = contexts.GetTLSData(name, dockerEndpoint, file); err != nil {
			return failed(err)
		}
	}
	e := endpoint{host: meta.Host, from: "the context " + name}
	if socket(e.host) || len(files) == 0 && !meta.SkipTLSVerify {
		return e, nil
	}
	if e.tls, err = tlsOf(files, meta.SkipTLSVerify); err != nil {
		return failed(err)
	}
	return e, nil
}

// socket tells whether the host is of this machine, where there is no TLS.
func socket(host string) bool {
	scheme, _, _ := strings.Cut(host, "://")
	return host == "" || scheme == "unix" || scheme == "npipe" || scheme == "fd" || scheme == "ssh"
}

// tlsOf takes ca.pem, cert.pem and key.pem; each may be missing.
func tlsOf(files map[string][]byte, skipVerify bool) (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: skipVerify}
	if authority := files["ca.pem"]; len(authority) > 0 {
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(authority) {
			return nil, errors.New("reading ca.pem of the Docker engine: it holds no certificate")
		}
	}
	if certificate, key := files["cert.pem"], files["key.pem"]; len(certificate) > 0 && len(key) > 0 {
		pair, err := tls.X509KeyPair(certificate, key)
		if err != nil {
			return nil, fmt.Errorf("reading cert.pem and key.pem of the Docker engine: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}
