package connectors_test

import (
	"encoding/pem"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/awsvars/awsvars/connectors"
)

// TestNoHeaderIsInWhatGODEBUGPrints: with http2debug=2 Go prints the headers of
// each request over HTTP/2, credentials and all. We never speak it.
func TestNoHeaderIsInWhatGODEBUGPrints(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }))
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(bundle, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	n := connectors.NewNetwork(func(name string) (string, bool) { return bundle, name == "AWS_CA_BUNDLE" }, 0, slog.New(slog.DiscardHandler))
	for name, c := range map[string]struct {
		client *http.Client
		want   string
	}{
		"AWS":                       {n.Client, "HTTP/1.1"},
		"logins to registries":      {n.Registry, "HTTP/1.1"},
		"images":                    {&http.Client{Transport: n.Registries()}, "HTTP/1.1"},
		"a client that speaks both": {server.Client(), "HTTP/2.0"},
	} {
		response, err := c.client.Get(server.URL)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text, err := io.ReadAll(response.Body)
		_ = response.Body.Close()
		if err != nil || string(text) != c.want {
			t.Errorf("%s: %q, %v, want %s", name, text, err, c.want)
		}
	}
}
