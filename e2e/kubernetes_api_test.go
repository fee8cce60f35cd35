package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
)

// api is as much of a Kubernetes API server as kubectl needs to apply one
// secret. It lets nobody do what the rules of a Role do not allow.
type api struct {
	*httptest.Server
	rules []rule

	mutex sync.Mutex
	verbs []string
	kept  map[string]any
}

const secretsPath = "/api/v1/namespaces/apps/secrets"

func newAPI(t *testing.T, rules []rule) *api {
	t.Helper()
	a := &api{rules: rules}
	routes := http.NewServeMux()
	answer := func(path, document string) {
		routes.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, document)
		})
	}
	answer("/api", `{"kind":"APIVersions","versions":["v1"]}`)
	answer("/apis", `{"kind":"APIGroupList","apiVersion":"v1","groups":[]}`)
	answer("/api/v1", `{"kind":"APIResourceList","groupVersion":"v1","resources":[{"name":"secrets","singularName":"secret","namespaced":true,"kind":"Secret","verbs":["create","get","patch"]}]}`)
	// No schema, in Protocol Buffers: kubectl checks no kind that it is not told
	// of.
	routes.HandleFunc("GET /openapi/v2", func(http.ResponseWriter, *http.Request) {})
	routes.HandleFunc("GET "+secretsPath+"/{name}", a.get)
	routes.HandleFunc("POST "+secretsPath, a.create)
	routes.HandleFunc("PATCH "+secretsPath+"/{name}", a.patch)
	a.Server = httptest.NewServer(routes)
	t.Cleanup(a.Close)
	return a
}

// kubeconfig is a file that leads kubectl here.
func (a *api) kubeconfig(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "config")
	writeFile(t, path, fmt.Sprintf(`{"apiVersion":"v1","kind":"Config","current-context":"c","clusters":[{"name":"c","cluster":{"server":%q}}],`+
		`"contexts":[{"name":"c","context":{"cluster":"c","user":"u","namespace":"apps"}}],"users":[{"name":"u","user":{"token":"x"}}]}`, a.URL), 0o600)
	return path
}

// used is what has been done since it was asked last.
func (a *api) used() []string {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	verbs := a.verbs
	a.verbs = nil
	return verbs
}

func (a *api) secret(t *testing.T) object {
	t.Helper()
	a.mutex.Lock()
	defer a.mutex.Unlock()
	document, err := json.Marshal(a.kept)
	if err != nil {
		t.Fatal(err)
	}
	var o object
	parse(t, string(document), &o)
	return o
}

// may notes a verb, and answers where the rules do not allow it. A request to
// create tells no name.
func (a *api) may(w http.ResponseWriter, verb, name string) bool {
	a.verbs = append(a.verbs, verb)
	for _, r := range a.rules {
		named := len(r.ResourceNames) == 0 || name != "" && slices.Contains(r.ResourceNames, name)
		if named && slices.Contains(r.APIGroups, "") && slices.Contains(r.Resources, "secrets") && slices.Contains(r.Verbs, verb) {
			return true
		}
	}
	fail(w, http.StatusForbidden, "Forbidden")
	return false
}

func fail(w http.ResponseWriter, code int, reason string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_, _ = fmt.Fprintf(w, `{"kind":"Status","apiVersion":"v1","status":"Failure","reason":%q,"message":%q,"code":%d}`, reason, reason, code)
}

func (a *api) show(w http.ResponseWriter, code int) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	_ = json.NewEncoder(w).Encode(a.kept)
}

func (a *api) get(w http.ResponseWriter, r *http.Request) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	switch {
	case !a.may(w, "get", r.PathValue("name")):
	case a.kept == nil:
		fail(w, http.StatusNotFound, "NotFound")
	default:
		a.show(w, http.StatusOK)
	}
}

func (a *api) create(w http.ResponseWriter, r *http.Request) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if !a.may(w, "create", "") {
		return
	}
	if json.NewDecoder(r.Body).Decode(&a.kept) != nil {
		fail(w, http.StatusBadRequest, "BadRequest")
		return
	}
	a.show(w, http.StatusCreated)
}

// patch takes a server-side apply, which creates what is not there, and a
// strategic merge patch, which for a Secret replaces single fields.
func (a *api) patch(w http.ResponseWriter, r *http.Request) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if !a.may(w, "patch", r.PathValue("name")) {
		return
	}
	apply := strings.HasPrefix(r.Header.Get("Content-Type"), "application/apply-patch")
	if a.kept == nil && (!apply || !a.may(w, "create", "")) {
		return
	}
	content, err := io.ReadAll(r.Body)
	var change map[string]any
	if err == nil {
		err = yaml.Unmarshal(content, &change)
	}
	if err != nil {
		fail(w, http.StatusBadRequest, "BadRequest")
		return
	}
	if a.kept == nil || apply {
		a.kept = map[string]any{}
	}
	merge(a.kept, change)
	a.show(w, http.StatusOK)
}

func merge(into, change map[string]any) {
	for name, value := range change {
		inner, isMap := value.(map[string]any)
		have, was := into[name].(map[string]any)
		if isMap && was {
			merge(have, inner)
			continue
		}
		into[name] = value
	}
}
