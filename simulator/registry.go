package simulator

import (
	"io"
	"log"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/registry"
)

// registryHandler is an OCI registry in memory that takes ECR's tokens as
// logins.
func (s *Simulator) registryHandler() http.Handler {
	images := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.serveRegistry(w, r, images)
	})
}

// serveRegistry checks the login itself and streams the rest: images are too
// large to be held back as the other answers are.
func (s *Simulator) serveRegistry(w http.ResponseWriter, r *http.Request, images http.Handler) {
	action := registryAction(r.URL.Path)
	c := &call{http: r}
	c.record.Params = map[string][]string{"method": {r.Method}, "path": {r.URL.Path}}
	stream := func(c *call, w http.ResponseWriter, finish func(status int)) {
		watch := &watched{ResponseWriter: w, finish: finish}
		images.ServeHTTP(watch, c.http)
		watch.settle(http.StatusOK)
	}
	s.answer(w, c, service{name: "registry", refuse: s.refuseLogin, handle: s.checkLogin, proceed: stream}, action)
}

func registryAction(path string) string {
	switch {
	case path == "/v2/" || path == "/v2":
		return "ping"
	case strings.Contains(path, "/blobs/uploads"):
		return "upload"
	case strings.Contains(path, "/blobs/"):
		return "blob"
	case strings.Contains(path, "/manifests/"):
		return "manifest"
	case strings.HasSuffix(path, "/tags/list"):
		return "tags"
	default:
		return "other"
	}
}

// checkLogin wants Basic authentication with a password that ECR handed out
// and that has not expired (ECR user guide, "Private registry
// authentication").
func (s *Simulator) checkLogin(c *call) *refusal {
	user, password, ok := c.http.BasicAuth()
	if !ok {
		return &refusal{http.StatusUnauthorized, "UNAUTHORIZED", "Not Authorized"}
	}
	login, known := s.logins.find(password)
	switch {
	case user != "AWS" || !known:
		return &refusal{http.StatusUnauthorized, "UNAUTHORIZED", "Not Authorized"}
	case !c.now.Before(login.expires):
		return &refusal{http.StatusForbidden, "DENIED", "Your authorization token has expired. Reauthenticate and try again."}
	}
	c.record.signedBy(login.who)
	return nil
}

// refuseLogin writes an error of the OCI distribution specification, with
// ECR's challenge.
func (s *Simulator) refuseLogin(c *call, refused *refusal) {
	if refused.status == http.StatusUnauthorized {
		c.reply.header.Set("WWW-Authenticate", `Basic realm="`+s.scheme()+`://`+s.endpoints.registry+`/",service="ecr.amazonaws.com"`)
	}
	c.reply.header.Set("Docker-Distribution-Api-Version", "registry/2.0")
	c.reply.json(refused.status, "application/json; charset=utf-8", map[string]any{
		"errors": []map[string]string{{"code": refused.code, "message": or(refused.message, http.StatusText(refused.status))}},
	})
}

// watched tells the status before the client sees it.
type watched struct {
	http.ResponseWriter
	finish func(status int)
	done   bool
}

func (w *watched) settle(status int) {
	if !w.done {
		w.done = true
		w.finish(status)
	}
}

func (w *watched) WriteHeader(status int) {
	w.settle(status)
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(p []byte) (int, error) {
	w.settle(http.StatusOK)
	return w.ResponseWriter.Write(p)
}

func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }
