package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const ecrHost = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"

// registryAt lets programs with the environment that it returns find the
// world's registry under the host of one of Amazon ECR, with its certificate.
func (w *world) registryAt(t *testing.T, host string) []string {
	t.Helper()
	certificate, authority := certificateOf(t, host)
	target := &url.URL{Scheme: "http", Host: w.RegistryHost()}
	server := &http.Server{Handler: &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target) }}}
	registry := listenOn(t)
	go func() {
		_ = server.Serve(tls.NewListener(registry, &tls.Config{Certificates: []tls.Certificate{certificate}}))
	}()
	proxy := listenOn(t)
	go func() {
		_ = http.Serve(proxy, http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodConnect || r.Host != host+":443" {
				http.Error(answer, "no such host", http.StatusBadGateway)
				return
			}
			through(answer, registry.Addr().String())
		}))
	}()
	path := filepath.Join(t.TempDir(), "authority.pem")
	writeFile(t, path, authority, 0o600)
	return []string{"SSL_CERT_FILE=" + path, "HTTPS_PROXY=http://" + proxy.Addr().String()}
}

func listenOn(t *testing.T) net.Listener {
	t.Helper()
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener
}

// through connects a client of a proxy.
func through(answer http.ResponseWriter, address string) {
	upstream, err := net.Dial("tcp", address)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = upstream.Close() }()
	client, _, err := answer.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	defer func() { _ = client.Close() }()
	_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { _, _ = io.Copy(upstream, client) }()
	_, _ = io.Copy(client, upstream)
}

// certificateOf is one that nobody signed but itself.
func certificateOf(t *testing.T, host string) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{host}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

// answers are the statuses that the registry gave to an action, with who asked.
func (w *world) answers(action string) string {
	var all []string
	for _, r := range w.Requests() {
		if r.Service == "registry" && r.Action == action {
			all = append(all, r.CallerName+" "+r.Code)
		}
	}
	return strings.Join(all, ", ")
}

// TestDockerAsksTheHelper: the docker command itself, as far as it goes without
// an engine: it asks the registry for a manifest, logs in and logs out.
func TestDockerAsksTheHelper(t *testing.T) {
	t.Parallel()
	need(t, "docker")
	w := newWorld(t)
	bin := t.TempDir()
	if err := os.Symlink(filepath.Join(binDir(), "awsvars"), filepath.Join(bin, "docker-credential-awsvars")); err != nil {
		t.Fatal(err)
	}
	env := append(w.registryAt(t, ecrHost), "PATH="+bin+":"+binDir()+":"+os.Getenv("PATH"), "AWSVARS_SOURCE=instance", "DOCKER_HOST=unix:///nonexistent.sock")
	config := filepath.Join(w.home, ".docker", "config.json")

	if r := w.run(t, env, "docker", "manifest", "inspect", ecrHost+"/app:1"); !strings.Contains(r.log(), "no basic auth credentials") {
		t.Errorf("without a helper: %s", r.log())
	}
	if r := w.run(t, env, "awsvars", "docker-credential", "install", "222222222222/eu-west-1"); r.status != 0 {
		t.Fatal(r.log())
	}
	installed := readFile(t, config)
	for range 2 {
		// The registry has let it in: it says that there is no such image.
		if r := w.run(t, env, "docker", "manifest", "inspect", ecrHost+"/app:1"); r.status == 0 || strings.Contains(r.log(), "auth") || strings.Contains(r.log(), "awsvars") {
			t.Errorf("with the helper: %s", r.log())
		}
	}
	if got := w.answers("manifest"); !strings.HasPrefix(got, "agent MANIFEST_UNKNOWN") {
		t.Errorf("the registry was asked for a manifest by %q", got)
	}
	if n := w.count("ecr", "GetAuthorizationToken"); n != 1 {
		t.Errorf("AWS was asked for %d tokens", n)
	}

	// What shell glue did before keeps working beside it, and stores nothing.
	const glue = `printf %s "$HOST" | docker-credential-awsvars get | sed 's/.*"Secret":"//; s/".*//' | docker login --username AWS --password-stdin "$HOST"`
	if r := w.run(t, append(env, "HOST="+ecrHost), "sh", "-c", glue); r.status != 0 || !strings.Contains(r.stdout, "Login Succeeded") {
		t.Errorf("docker login ends with status %d: %s", r.status, r.log())
	}
	if strings.Contains(readFile(t, config), `"auth"`) {
		t.Errorf("a login stands in %s", readFile(t, config))
	}
	if r := w.run(t, env, "docker", "logout", ecrHost); r.status != 0 || strings.Contains(r.log(), "WARNING") {
		t.Errorf("docker logout ends with status %d: %s", r.status, r.log())
	}
	w.run(t, env, "docker", "manifest", "inspect", ecrHost+"/app:1")
	if n := w.count("ecr", "GetAuthorizationToken"); n != 2 {
		t.Errorf("AWS was asked for %d tokens after the logout", n)
	}
	if r := w.run(t, env, "awsvars", "docker-credential", "uninstall", "--all"); r.status != 0 || strings.Contains(readFile(t, config), "awsvars") {
		t.Errorf("uninstall: %s\n%s", r.log(), readFile(t, config))
	}
	if !strings.Contains(installed, `"`+ecrHost+`": "awsvars"`) {
		t.Errorf("install wrote %s", installed)
	}
}

// count is how often an action was asked for.
func (w *world) count(service, action string) (n int) {
	for _, r := range w.Requests() {
		if r.Service == service && r.Action == action {
			n++
		}
	}
	return n
}
