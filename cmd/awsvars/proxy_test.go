package main

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/awsvars/awsvars/simulator"
)

// simulators are those of the running scripts, by script.
var simulators sync.Map

// proxy FILE starts a proxy in front of the script's simulator, which stands
// for every host, sets HTTP_PROXY and HTTPS_PROXY to it, and writes each
// request into FILE.
func proxy(ts *testscript.TestScript, _ bool, args []string) {
	found, _ := simulators.Load(ts)
	address, _ := found.(*simulator.Simulator).Lookup("AWS_ENDPOINT_URL_ECR")
	upstream, err := url.Parse(address)
	ts.Check(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = listener.Close() })
	log, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	ts.Check(err)
	ts.Defer(func() { _ = log.Close() })
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY"} {
		ts.Setenv(name, "http://"+listener.Addr().String())
	}
	ts.Setenv("NO_PROXY", "")
	ts.Setenv("no_proxy", "")
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(upstream)
		r.Out.Host = r.In.Host // it is signed
	}}
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintln(log, r.Method, r.Host)
		if r.Method == http.MethodConnect {
			tunnel(w, upstream.Host)
			return
		}
		forward.ServeHTTP(w, r)
	})
	// The error is that of the closed listener.
	go func() { _ = http.Serve(listener, handler) }()
}

func tunnel(w http.ResponseWriter, host string) {
	upstream, err := net.Dial("tcp", host)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	client, buffered, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() {
		_, _ = io.Copy(upstream, buffered)
		_ = upstream.(*net.TCPConn).CloseWrite()
	}()
	_, _ = io.Copy(client, upstream)
	_ = client.Close()
}
