package main

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// brokenEngine is a Docker engine with one image, of which one call has a fault.
// It only says that it pushes: what a real one does is in e2e.
type brokenEngine struct {
	call, kind string

	lock     sync.Mutex
	requests []simulator.Request
	// names are those that the image has.
	names map[string]bool
}

const engineImage = "sha256:9f5747cd2c5b0d2e2f9d2b3d1e0f2f33cb1aff9b6f1a2d25fcbb21fdea1a1b5a"

// enginePush is the stream that answers a push (Docker Engine API, POST
// /images/{name}/push).
const enginePush = `{"status":"The push refers to repository [h/app]"}
{"status":"Pushed","progressDetail":{},"id":"5f70bf18a086"}
{"progressDetail":{},"aux":{"Tag":"latest","Digest":"` + engineImage + `","Size":735}}
`

// engineFaults are the kinds of fault of a program on the same machine.
func engineFaults() []string {
	return []string{"500", "slow", "reset", "cut", "malformed", "empty", "html", "redirect", "denied"}
}

// startEngine starts one for the row, and returns its URL.
func startEngine(t *testing.T, row faultRow) (*brokenEngine, string) {
	t.Helper()
	e := &brokenEngine{call: strings.TrimPrefix(row.call, "engine:"), kind: row.kind(), names: map[string]bool{"app:latest": true, engineImage: true}}
	server := httptest.NewUnstartedServer(e)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.Start()
	t.Cleanup(func() {
		server.CloseClientConnections()
		server.Close()
	})
	return e, "tcp://" + server.Listener.Addr().String()
}

func (e *brokenEngine) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	e.lock.Lock()
	call, status, text := e.answer(r)
	e.requests = append(e.requests, simulator.Request{Service: "engine", Action: call, Status: status})
	e.lock.Unlock()
	w.Header().Set("Api-Version", "1.41")
	w.Header().Set("Content-Type", "application/json")
	kind := ""
	if call == e.call {
		kind = e.kind
	}
	switch kind {
	case "500", "denied":
		status, text = map[string]int{"500": 500, "denied": 403}[kind], `{"message":"this refusal was scripted"}`
	case "slow":
		<-r.Context().Done()
		return
	case "reset":
		panic(http.ErrAbortHandler)
	case "cut":
		w.Header().Set("Content-Length", fmt.Sprint(len(text)+1))
	case "malformed":
		text = text[:len(text)/2] + "<{"
	case "empty":
		status, text = http.StatusOK, ""
	case "html":
		w.Header().Set("Content-Type", "text/html")
		status, text = http.StatusOK, "<!DOCTYPE html>\n<html></html>\n"
	case "redirect":
		w.Header().Set("Location", "/redirected")
		status, text = http.StatusFound, ""
	}
	w.WriteHeader(status)
	_, _ = io.WriteString(w, text)
}

// answer is that of a sound engine.
func (e *brokenEngine) answer(r *http.Request) (call string, status int, text string) {
	_, path, _ := strings.Cut(r.URL.Path, "/images/")
	switch name, call := cutLast(path); {
	case r.URL.Path == "/_ping":
		return "ping", http.StatusOK, "OK"
	case r.Method == http.MethodDelete:
		delete(e.names, path)
		return "remove", http.StatusOK, "[]"
	case call == "json" && e.names[name]:
		return "inspect", http.StatusOK, `{"Id":"` + engineImage + `","RepoTags":["app:latest","h/app:latest"]}`
	case call == "json":
		return "inspect", http.StatusNotFound, `{"message":"No such image"}`
	case call == "tag":
		e.names[r.URL.Query().Get("repo")+":"+r.URL.Query().Get("tag")] = true
		return "tag", http.StatusCreated, ""
	case call == "push":
		return "push", http.StatusOK, enginePush
	}
	return "other", http.StatusNotFound, `{"message":"page not found"}`
}

// cutLast cuts a path before its last word.
func cutLast(path string) (before, last string) {
	at := strings.LastIndex(path, "/")
	return path[:max(at, 0)], path[at+1:]
}

func (e *brokenEngine) asked() []simulator.Request {
	e.lock.Lock()
	defer e.lock.Unlock()
	return slices.Clone(e.requests)
}
