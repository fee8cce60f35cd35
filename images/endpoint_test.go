package images_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"io"
	"log"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/images"
)

// authority signs certificates for 127.0.0.1.
type authority struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "authority"}, NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{certificate, key}
}

func (a authority) pem() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// sign returns a certificate and its key.
func (a authority) sign(t *testing.T) (certificate, private []byte) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	text, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: text})
}

// listenTLS serves an engine that asks for a client's certificate, as dockerd
// --tlsverify does, and returns its tcp host.
func (a authority) listenTLS(t *testing.T, d *dockerd) string {
	t.Helper()
	pair, err := tls.X509KeyPair(a.sign(t))
	if err != nil {
		t.Fatal(err)
	}
	clients := x509.NewCertPool()
	clients.AddCert(a.certificate)
	server := httptest.NewUnstartedServer(d)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{pair}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: clients, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)
	return "tcp://" + strings.TrimPrefix(server.URL, "https://")
}

// certificates writes ca.pem, cert.pem and key.pem.
func (a authority) certificates(t *testing.T, dir string) {
	t.Helper()
	certificate, key := a.sign(t)
	for name, text := range map[string][]byte{"ca.pem": a.pem(), "cert.pem": certificate, "key.pem": key} {
		writeFile(t, filepath.Join(dir, name), string(text))
	}
}

func writeFile(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func hashed(name string) string {
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:])
}

// writeContext writes a context as docker context create does.
func writeContext(t *testing.T, dir, name, host string) (certificates string) {
	t.Helper()
	writeFile(t, filepath.Join(dir, "contexts", "meta", hashed(name), "meta.json"),
		fmt.Sprintf(`{"Name":%q,"Metadata":{},"Endpoints":{"docker":{"Host":%q,"SkipTLSVerify":false}}}`, name, host))
	return filepath.Join(dir, "contexts", "tls", hashed(name), "docker")
}

func TestEngineIsFoundAsTheDockerCommandFindsIt(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	overTLS := a.listenTLS(t, engineOf(accepted))
	find := listenAt(t, engineOf(accepted)).Lookup
	socket, _ := find("DOCKER_HOST")

	home := t.TempDir()
	docker := filepath.Join(home, ".docker")
	writeFile(t, filepath.Join(docker, "config.json"), `{"auths":{},"currentContext":"remote"}`)
	a.certificates(t, writeContext(t, docker, "remote", overTLS))
	writeContext(t, docker, "local", socket)
	writeContext(t, docker, "bare", overTLS)
	other := t.TempDir()
	writeFile(t, filepath.Join(other, "config.json"), `{"currentContext":"there"}`)
	writeContext(t, other, "there", socket)
	certificates := t.TempDir()
	a.certificates(t, certificates)
	unknown := t.TempDir()
	newAuthority(t).certificates(t, unknown)

	for name, c := range map[string]struct {
		variables map[string]string
		// fails is part of the error, empty for none.
		fails string
	}{
		"DOCKER_HOST with a socket":      {map[string]string{"DOCKER_HOST": socket}, ""},
		"DOCKER_HOST before a context":   {map[string]string{"DOCKER_HOST": socket, "DOCKER_CONTEXT": "none"}, ""},
		"DOCKER_TLS_VERIFY":              {map[string]string{"DOCKER_HOST": overTLS, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": certificates}, ""},
		"DOCKER_TLS_VERIFY and a socket": {map[string]string{"DOCKER_HOST": socket, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": certificates}, ""},
		"another authority":              {map[string]string{"DOCKER_HOST": overTLS, "DOCKER_TLS_VERIFY": "1", "DOCKER_CERT_PATH": unknown}, "certificate"},
		"TLS without verifying":          {map[string]string{"DOCKER_HOST": overTLS, "DOCKER_TLS": "1", "DOCKER_CERT_PATH": unknown}, "certificate"},
		"no TLS where it is asked for":   {map[string]string{"DOCKER_HOST": overTLS}, "HTTP request to an HTTPS server"},
		"current context":                {nil, ""},
		"DOCKER_CONTEXT":                 {map[string]string{"DOCKER_CONTEXT": "local"}, ""},
		"context without certificates":   {map[string]string{"DOCKER_CONTEXT": "bare"}, "HTTP request to an HTTPS server"},
		"context that is not there":      {map[string]string{"DOCKER_CONTEXT": "gone"}, `the Docker context "gone", which DOCKER_CONTEXT names`},
		"DOCKER_CONFIG":                  {map[string]string{"DOCKER_CONFIG": other}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := environment(c.variables)
			o.Home = home
			image, err := images.Open(t.Context(), "docker-daemon:app:1", o)
			switch {
			case c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)):
				t.Errorf("%v, want %s", err, c.fails)
			case c.fails == "" && err != nil:
				t.Error(err)
			}
			if err == nil {
				_ = image.Close()
			}
		})
	}
}

// TestConfigurationThatIsNotJSONIsNotQuoted: it holds passwords.
func TestConfigurationThatIsNotJSONIsNotQuoted(t *testing.T) {
	t.Parallel()
	o := environment(nil)
	o.Home = t.TempDir()
	writeFile(t, filepath.Join(o.Home, ".docker", "config.json"), `{"auths":{"r":{"auth":`+password)
	_, err := images.Open(t.Context(), "app:1", o)
	if err == nil || !strings.Contains(err.Error(), "config.json") || strings.Contains(err.Error(), "p4ss") {
		t.Errorf("%v", err)
	}
}

// TestProxyIsTheCallersOnly: the client's library would take the process's.
func TestProxyIsTheCallersOnly(t *testing.T) {
	t.Parallel()
	d := engineOf(accepted)
	proxy := httptest.NewServer(d)
	defer proxy.Close()
	o := environment(map[string]string{"DOCKER_HOST": "tcp://engine.invalid:2375"})
	o.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
	if open(t, "app:1", o).ID != imageID {
		t.Error("the proxy was not asked")
	}
}
