package images

import "context"

// FromEngine tells whether Open would ask a Docker engine for the image.
func FromEngine(source string) bool {
	kind, _ := kindOf(source)
	return kind == enginePrefix
}

// ReachEngine tells which Docker engine answers, and what version of its API
// is spoken with it.
func ReachEngine(ctx context.Context, o Options) (host, version string, err error) {
	e, err := dial(ctx, o)
	if err != nil {
		return "", "", err
	}
	return e.host, e.api.ClientVersion(), e.api.Close()
}
