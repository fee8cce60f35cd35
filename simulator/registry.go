package simulator

import (
	"encoding/base64"
	"net/http"
	"regexp"
	"strings"
)

// imageCall is one request to a registry on its way to an answer.
type imageCall struct {
	*call
	images    *images
	part      string // ping, token, catalog, uploads, blobs, manifests, tags; "" if unknown
	name      string // of the repository
	reference string // a tag, a digest or an upload
}

// serveOpenRegistry serves the registry that has no name of AWS's: whoever has
// a password of ECR may push to whatever repository.
func (s *Simulator) serveOpenRegistry(w http.ResponseWriter, r *http.Request) {
	s.serveRegistry(w, r, place{})
}

// serveNamedRegistry serves the registry whose name the client asked for.
func (s *Simulator) serveNamedRegistry(w http.ResponseWriter, r *http.Request) {
	p, _ := placeOf(r.TLS.ServerName)
	s.serveRegistry(w, r, p)
}

// serveRegistry checks the login and the permission beforehand and streams the
// rest: images are too large to be held back as the other answers are.
func (s *Simulator) serveRegistry(w http.ResponseWriter, r *http.Request, p place) {
	// No registry of a library serves: go-containerregistry's holds one lock
	// while a layer arrives, keeps layers in memory twice, and knows no
	// repositories that do not exist.
	c := &imageCall{call: &call{http: r}, images: s.registries.at(p)}
	c.route(r.URL.Path)
	c.uploads = r.ContentLength != 0 && r.Body != nil
	c.record.Params = map[string][]string{"method": {r.Method}, "path": {r.URL.Path}}
	if p.named() {
		c.record.Params.Set("host", r.Host)
		c.record.Region = p.region
	}
	s.answer(w, c.call, service{
		name:   "registry",
		refuse: func(_ *call, refused *refusal) { s.refuseImage(c, refused) },
		handle: func(*call) *refusal { return s.admit(c) },
		proceed: func(_ *call, w http.ResponseWriter, finish func(status int)) *refusal {
			return s.serveImage(c, &watched{ResponseWriter: w, finish: finish})
		},
	}, c.action())
}

var registryPath = regexp.MustCompile(`^/v2/(.+?)/(blobs/uploads|blobs|manifests|tags)(?:/([^/]*))?$`)

func (c *imageCall) route(path string) {
	switch {
	case path == "/v2/" || path == "/v2":
		c.part = "ping"
	case path == "/token/" || path == "/token":
		c.part = "token"
	case path == "/v2/_catalog":
		c.part = "catalog"
	default:
		if part := registryPath.FindStringSubmatch(path); part != nil {
			c.name, c.part, c.reference = part[1], strings.TrimPrefix(part[2], "blobs/"), part[3]
		}
	}
}

// action is the word in records and faults.
func (c *imageCall) action() string {
	switch c.part {
	case "ping", "token", "tags":
		return c.part
	case "blobs", "manifests", "uploads":
		return strings.TrimSuffix(c.part, "s")
	default:
		return "other"
	}
}

// refuseImage writes an error of the OCI distribution specification, with
// ECR's challenge, and ECR Public's.
func (s *Simulator) refuseImage(c *imageCall, refused *refusal) {
	if refused.status == http.StatusUnauthorized {
		challenge := `Basic realm="` + s.scheme() + `://` + s.endpoints.registry + `/",service="ecr.amazonaws.com"`
		switch p := c.images.place; {
		case p.public:
			challenge = `Bearer realm="https://public.ecr.aws/token/",service="public.ecr.aws",scope="aws"`
		case p.named():
			challenge = `Basic realm="https://` + c.http.Host + `/",service="ecr.amazonaws.com"`
		}
		c.reply.header.Set("WWW-Authenticate", challenge)
	}
	c.reply.header.Set("Docker-Distribution-Api-Version", "registry/2.0")
	c.reply.json(refused.status, "application/json; charset=utf-8", map[string]any{
		"errors": []map[string]string{{"code": refused.code, "message": or(refused.message, http.StatusText(refused.status))}},
	})
}

// password is what the request proves itself with. ECR wants Basic; ECR Public
// wants Basic for a token, which is the same text again, and then Bearer.
func (c *imageCall) password() (password string, given, good bool) {
	user, password, ok := c.http.BasicAuth()
	if !c.images.place.public || c.part == "token" {
		return password, ok, user == "AWS"
	}
	bearer, ok := strings.CutPrefix(c.http.Header.Get("Authorization"), "Bearer ")
	text, err := base64.StdEncoding.DecodeString(bearer)
	user, password, _ = strings.Cut(string(text), ":")
	return password, ok, err == nil && user == "AWS"
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
