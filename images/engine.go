package images

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/cli/cli/connhelper"
	"github.com/docker/docker/api/types/versions"
	"github.com/docker/docker/client"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// This file and engine_push.go are those that know Docker's client library. It
// lives on as github.com/moby/moby/client.

// oldestAPI is that of Docker 1.12. Older engines tell no version and have no
// negotiation (docker/docker, client.Client.NegotiateAPIVersion).
const oldestAPI = "1.24"

// engine is a Docker engine, and an image in it.
type engine struct {
	api  *client.Client
	host string
	// id is the image's, digests are the repositories and manifests that the
	// engine knows it by.
	id      string
	digests []string
}

func openEngine(ctx context.Context, name string, o Options) (*Image, error) {
	e, err := dial(ctx, o)
	if err != nil {
		return nil, err
	}
	found, err := e.api.ImageInspect(ctx, name)
	if err != nil {
		err = e.explained(err)
		if errdefs.IsNotFound(err) {
			err = variables.WithHint(fmt.Errorf("the Docker engine at %s has no such image", e.host),
				"docker image ls lists its images. A layout is a directory, and an archive a file that is there")
		}
		return nil, errors.Join(err, e.api.Close())
	}
	e.id, e.digests = found.ID, found.RepoDigests
	return &Image{ID: found.ID, engine: e, close: e.api.Close}, nil
}

// dial finds the engine, and a version of its API that both sides speak.
func dial(ctx context.Context, o Options) (*engine, error) {
	where, err := endpointOf(o)
	if err != nil {
		return nil, err
	}
	api, err := connect(where, o)
	if err != nil {
		return nil, fmt.Errorf("reaching the Docker engine that %s names: %w", where.from, err)
	}
	e := &engine{api: api, host: api.DaemonHost()}
	if where.host != "" {
		e.host = where.host
	}
	ping, err := api.Ping(ctx)
	if err != nil {
		return nil, errors.Join(e.explained(err), api.Close())
	}
	api.NegotiateAPIVersionPing(ping)
	if versions.LessThan(api.ClientVersion(), oldestAPI) {
		spoken := "the engine speaks"
		if o.get("DOCKER_API_VERSION") != "" {
			spoken = "DOCKER_API_VERSION asks for"
		}
		return nil, errors.Join(fmt.Errorf("the Docker engine at %s: too old: %s version %s of the API, and %s, of Docker 1.12, is needed",
			e.host, spoken, refusal.Line(api.ClientVersion()), oldestAPI), api.Close())
	}
	return e, nil
}

// connect reads nothing from the process's environment.
func connect(where endpoint, o Options) (*client.Client, error) {
	transport := &http.Transport{TLSClientConfig: where.tls, IdleConnTimeout: 30 * time.Second}
	options := []client.Opt{client.WithHTTPClient(&http.Client{Transport: transport, CheckRedirect: client.CheckRedirect})}
	helper, err := connhelper.GetConnectionHelper(where.host)
	switch {
	case err != nil:
		return nil, err
	case helper != nil:
		options = append(options, client.WithHost(helper.Host), client.WithDialContext(helper.Dialer))
	case where.host != "":
		options = append(options, client.WithHost(where.host))
	default:
		options = append(options, client.WithHost(client.DefaultDockerHost))
	}
	api, err := client.NewClientWithOpts(append(options, client.WithVersion(o.get("DOCKER_API_VERSION")))...)
	if err != nil {
		return nil, err
	}
	// The library has set the proxy of the process's environment.
	transport.Proxy = nil
	if helper == nil && !socket(where.host) {
		transport.Proxy = o.Proxy
	}
	return api, nil
}

// explained says what the engine's client reports in a user's words.
func (e *engine) explained(err error) error {
	const without = "without an engine an image can be pushed from an OCI layout or a docker save archive"
	switch text := err.Error(); {
	case errors.Is(err, context.Canceled), errdefs.IsNotFound(err):
		return err
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the Docker engine at %s: %w", e.host, refusal.Brief(err))
	case unreadable(err):
		return fmt.Errorf("the Docker engine at %s: %w", e.host, errUnreadable)
	case errors.Is(err, os.ErrPermission), strings.Contains(text, "permission denied while trying to connect"):
		return variables.WithHint(&Unreachable{"the Docker engine at " + e.host, errors.New("permission denied")},
			"this user must be in the socket's group; "+without)
	case client.IsErrConnectionFailed(err):
		reason := errors.New("nobody answers")
		var failed *url.Error
		if errors.As(err, &failed) {
			reason = failed.Err
		}
		return variables.WithHint(&Unreachable{"the Docker engine at " + e.host, reason},
			"is it running, and are DOCKER_HOST and its certificates right? "+without)
	case strings.Contains(text, "is too new"), strings.Contains(text, "is too old"):
		// The engine's words name both versions; they come where
		// DOCKER_API_VERSION keeps the two from agreeing on one.
		return variables.WithHint(fmt.Errorf("the Docker engine at %s: %s", e.host, e.words(err)),
			"is DOCKER_API_VERSION set to a version that this engine does not speak?")
	}
	return fmt.Errorf("the Docker engine at %s: %s", e.host, e.words(err))
}

// errUnreadable is the error of an answer that nobody could have meant. What the
// decoder says of it helps nobody.
var errUnreadable = errors.New("its answer broke off, or is not of the expected form")

func unreadable(err error) bool {
	var syntax *json.SyntaxError
	return errors.As(err, &syntax) || !client.IsErrConnectionFailed(err) && (errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF))
}

func (*engine) words(err error) string {
	return short(strings.TrimPrefix(err.Error(), "Error response from daemon: "))
}
