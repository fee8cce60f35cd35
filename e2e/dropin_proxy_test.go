package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync"
	"testing"
)

// proxyTo starts a proxy that stands for every host, and tells which hosts it
// was asked for.
func proxyTo(t *testing.T, w *world) (address string, hosts func() []string) {
	t.Helper()
	text, _ := w.Lookup("AWS_ENDPOINT_URL_STS")
	upstream, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	var asked []string
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(upstream)
		r.Out.Host = r.In.Host // it is signed
	}}
	server := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		asked = append(asked, r.Host)
		mutex.Unlock()
		forward.ServeHTTP(answer, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []string {
		mutex.Lock()
		defer mutex.Unlock()
		return asked
	}
}

// TestDropinsTakeAProxy: from the input, and from the variables that these
// actions read.
func TestDropinsTakeAProxy(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		task, given string
		with        inputs
		env         []string
	}{
		{"sts", "input", the("role").and(inputs{"http-proxy": "PROXY"}), nil},
		{"sts", "HTTP_PROXY", the("role"), []string{"HTTP_PROXY=PROXY"}},
		{"sts", "HTTPS_PROXY", the("role"), []string{"HTTPS_PROXY=PROXY", "HTTP_PROXY=http://127.0.0.1:9"}},
		{"login", "input", inputs{"http-proxy": "PROXY"}, nil},
		{"login", "HTTP_PROXY", nil, []string{"HTTP_PROXY=PROXY"}},
	} {
		t.Run(c.task+" "+c.given, func(t *testing.T) {
			t.Parallel()
			w := dropin{}.world(t)
			address, hosts := proxyTo(t, w)
			d := dropin{with: inputs{}.and(c.with), env: []string{"AWS_ENDPOINT_URL_STS=http://sts.example.test", "AWS_ENDPOINT_URL_ECR=http://ecr.example.test"}}
			if c.with["http-proxy"] != "" {
				d.with["http-proxy"] = address
			}
			for _, pair := range c.env {
				if pair[len(pair)-5:] == "PROXY" {
					pair = pair[:len(pair)-5] + address
				}
				d.env = append(d.env, pair)
			}
			if a := d.do(t, w, c.task, "awsvars"); a.status != 0 {
				t.Fatalf("status %d\n%s", a.status, a.stderr)
			}
			if len(hosts()) == 0 {
				t.Error("the proxy was not asked")
			}
		})
	}
}
