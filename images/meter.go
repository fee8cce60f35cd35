package images

import (
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

// meter is a blob on its way.
type meter struct {
	blob       v1.Layer
	repository string
	digest     v1.Hash
	size       int64
}

func (u *uploading) meter(blob v1.Layer) (*meter, error) {
	digest, err := blob.Digest()
	if err != nil {
		return nil, err
	}
	size, err := blob.Size()
	if err != nil {
		return nil, err
	}
	blob = checked{blob, digest, size}
	if u.order.From != "" && u.order.From != u.order.Repository {
		from := u.repository.Registry.Repo(u.order.From)
		blob = &remote.MountableLayer{Layer: blob, Reference: from.Digest(digest.String())}
	}
	return &meter{blob: blob, repository: u.order.Name(), digest: digest, size: size}, nil
}

func (m *meter) at(state State, done int64) Event {
	return Event{Repository: m.repository, Layer: m.digest.Hex[:12], State: state, Done: done, Total: m.size}
}
