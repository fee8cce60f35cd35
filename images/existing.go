package images

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"
)

// repositoryOf checks the names of a target.
func repositoryOf(t Target) (name.Repository, error) {
	repository, err := name.NewRepository(t.Name(), name.StrictValidation)
	if err != nil {
		return name.Repository{}, fmt.Errorf("the target %q: %w", t.Name(), err)
	}
	// Docker has a name without a dot or a port for a path at Docker Hub
	// (distribution/reference, splitDockerDomain).
	if repository.RegistryStr() != t.Host {
		return name.Repository{}, fmt.Errorf("the target %q: %q is not a registry's host: that has a dot or a port", t.Name(), t.Host)
	}
	for _, tag := range t.Tags {
		if _, err := name.NewTag(t.Name()+":"+tag, name.StrictValidation); err != nil {
			return name.Repository{}, fmt.Errorf("the tag %q of %s: %w", tag, t.Name(), err)
		}
	}
	return repository, nil
}

// existing asks the registry which of the target's tags exist, and returns the
// digest of the manifest that each of them names. A repository that does not
// exist has none.
func (p *push) existing(ctx context.Context, t Target, repository name.Repository) (map[string]string, error) {
	puller, err := remote.NewPuller(p.client(t)...)
	if err != nil {
		return nil, err
	}
	var lock sync.Mutex
	digests := map[string]string{}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(p.jobs())
	for _, tag := range t.Tags {
		group.Go(func() error {
			err := p.trying(ctx, t, "tag "+tag, func(ctx context.Context, _ *exchange) error {
				described, err := puller.Head(ctx, repository.Tag(tag))
				if err != nil {
					return err
				}
				lock.Lock()
				defer lock.Unlock()
				digests[tag] = described.Digest.String()
				return nil
			})
			if absent(err) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("asking for the tag %s of %s: %w", tag, t.Name(), err)
			}
			return nil
		})
	}
	return digests, group.Wait()
}

func absent(err error) bool {
	var refused *Refusal
	return errors.As(err, &refused) && refused.Status == http.StatusNotFound
}

// standing puts what existing finds beside the image.
func (p *push) standing(ctx context.Context, image *Image, t Target) ([]Standing, error) {
	repository, err := repositoryOf(t)
	if err != nil {
		return nil, err
	}
	digests, err := p.existing(ctx, t, repository)
	if err != nil {
		return nil, err
	}
	standings := make([]Standing, 0, len(t.Tags))
	same := map[string]bool{"": false, image.Digest: image.Digest != ""}
	for _, tag := range t.Tags {
		digest := digests[tag]
		if _, known := same[digest]; !known {
			if same[digest], err = p.same(ctx, image, t, repository.Digest(digest)); err != nil {
				return nil, err
			}
		}
		standings = append(standings, Standing{Tag: tag, Digest: digest, Same: same[digest]})
	}
	return standings, nil
}

// same tells whether a manifest is that of the image. That of an engine's
// image is made in the push; but the engine has noted what it pushed or pulled
// before, and the manifest names the configuration, whose digest is the image
// ID.
func (p *push) same(ctx context.Context, image *Image, t Target, manifest name.Digest) (bool, error) {
	if image.engine == nil {
		return false, nil
	}
	if slices.Contains(image.engine.digests, manifest.Name()) || manifest.DigestStr() == image.ID {
		return true, nil
	}
	var config string
	err := p.trying(ctx, t, "manifest", func(ctx context.Context, _ *exchange) error {
		found, err := remote.Get(manifest, append(p.client(t), remote.WithContext(ctx))...)
		if err != nil || !found.MediaType.IsImage() {
			return err
		}
		config, err = configOf(found.Manifest)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("reading the manifest %s: %w", manifest.Name(), err)
	}
	return config != "" && config == image.ID, nil
}

// client are the options of the registry's client. It retries nothing: trying
// does, and tells.
func (p *push) client(t Target) []remote.Option {
	var login authn.Authenticator = authn.Anonymous
	if !t.Password.Empty() {
		login = authn.FromConfig(authn.AuthConfig{Username: t.Username, Password: t.Password.Open()})
	}
	return []remote.Option{
		remote.WithTransport(wire{worded{p.Transport}}),
		remote.WithAuth(login),
		remote.WithJobs(p.jobs()),
		remote.WithUserAgent("awsvars"),
		remote.WithRetryBackoff(remote.Backoff{Steps: 1}),
		remote.WithRetryPredicate(func(error) bool { return false }),
		remote.WithRetryStatusCodes(),
	}
}
