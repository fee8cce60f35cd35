package images

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// Target is one repository of one registry, and the tags that an image gets
// there.
type Target struct {
	// Host is the registry's, with a port where it is not 443. As Docker has
	// it, a host has a dot or a port, or is localhost.
	Host string
	// Repository is the path in the registry, as in team/app.
	Repository string
	// Tags may be empty where the image is pushed without an engine: it is then
	// known by its digest alone.
	Tags     []string
	Username string
	Password variables.Secret
	// From is another repository of the same registry, empty for none, which
	// may have layers already: the registry is asked to take them from there.
	From string
}

// Name is the repository with its host, as in docker push.
func (t Target) Name() string { return t.Host + "/" + t.Repository }

// Pushed is what a registry has after a push.
type Pushed struct {
	// Target is what was asked for, with those of its tags that name the image
	// now.
	// Target has the tags that name the image now, without those that the judge
	// left out.
	Target
	// Digest is the manifest's, as in sha256:…; empty where the judge left out
	// every tag.
	Digest string
	// Size is the number of bytes of the manifests, configurations and layers,
	// compressed, each counted once. A Docker engine does not say it: 0.
	Size int64
	// Sent is the number of bytes of layers that went to the registry. A Docker
	// engine that pushes by itself counts them before it compresses them.
	Sent int64
	// Existing are the tags that were there with this image already. They were
	// not pushed again. Nobody looks where Options has no Judge.
	Existing []string
	// Left are names that a Docker engine still has from the push: the first of
	// an image that had none, which the engine would delete with its last one,
	// and those that could not be taken away.
	Left []string
	// Duration is the time from the first question to the last answer.
	Duration time.Duration
}

// Standing is what a tag of a target is before a push.
type Standing struct {
	Tag string
	// Digest is that of the manifest that the tag names, empty where there is
	// no such tag or no such repository.
	Digest string
	// Same tells that the tag names the image that is about to be pushed.
	Same bool
}

// Options say how to push.
type Options struct {
	// Lookup reads a variable of the environment: DOCKER_HOST and the others
	// that the docker command reads.
	Lookup func(name string) (string, bool)
	// Home is the directory in which ~/.docker is looked for, empty for none.
	Home string
	// Temporary is where an archive is unpacked, and where the compressed layers
	// of an engine's image are kept that is for several registries; empty for the
	// system's place.
	Temporary string
	// Transport carries the requests to registries, with the proxy and the
	// authorities that it knows; nil is one without a proxy. It should keep as
	// many idle connections to a host as there are jobs. A Docker engine has its
	// own.
	Transport http.RoundTripper
	// Proxy is asked for a Docker engine at a tcp host, nil for none.
	Proxy func(*http.Request) (*url.URL, error)
	// Judge sees the tags of a target in their order, and returns those to push.
	// It is asked for every target, and an error ends Push, before anything is
	// pushed anywhere. Without it, registries are not asked, and all is pushed.
	Judge func(ctx context.Context, target Target, tags []Standing) ([]string, error)
	// Progress is called for each step, one call at a time; nil for nobody.
	Progress func(Event)
	// Jobs is how many layers go to a target at a time; 0 is 5, as the Docker
	// engine has it (max-concurrent-uploads).
	Jobs int
	// Attempts is how often a layer or a manifest is tried where the network or
	// the registry fails; 0 is 5. What is refused is tried once.
	Attempts int
	// Again is asked before each attempt but the first, with the wait that the
	// registry asked for; nil lets Attempts decide alone. Its error says why
	// there is no other attempt.
	Again func(ctx context.Context, wait time.Duration) error
	// Backoff is the wait before the second attempt, doubled for each further
	// one; 0 is a second. A registry's Retry-After counts where it is longer.
	Backoff time.Duration
}

func (o Options) get(name string) string {
	if o.Lookup == nil {
		return ""
	}
	text, _ := o.Lookup(name)
	return text
}

func (o Options) jobs() int {
	if o.Jobs < 1 {
		return 5
	}
	return o.Jobs
}
