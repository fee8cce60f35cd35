package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
)

// toolchain is the Go that builds a release: another one gives other bytes.
const toolchain = "go1.26.8"

// platform is an operating system and an architecture, in Go's words.
type platform struct{ system, architecture string }

func platforms() []platform {
	var all []platform
	for _, system := range []string{"linux", "darwin", "windows"} {
		for _, architecture := range []string{"amd64", "arm64"} {
			all = append(all, platform{system, architecture})
		}
	}
	return all
}

// choose returns the platforms of these names, all without a name.
func choose(names []string) ([]platform, error) {
	if len(names) == 0 {
		return platforms(), nil
	}
	var chosen []platform
	for _, name := range names {
		i := slices.IndexFunc(platforms(), func(p platform) bool { return p.system+"/"+p.architecture == name })
		if i < 0 {
			return nil, fmt.Errorf("the platform %q: there is linux, darwin and windows, each with /amd64 and /arm64", name)
		}
		chosen = append(chosen, platforms()[i])
	}
	return chosen, nil
}

// file is the name of the platform's binary.
func (p platform) file(version string) string {
	name := fmt.Sprintf("awsvars-%s-%s-%s", version, p.system, p.architecture)
	if p.system == "windows" {
		name += ".exe"
	}
	return name
}

// build builds the binary. The commit is not stamped into it: the sums of the
// binaries stand in the commit that is tagged.
func build(ctx context.Context, version string, p platform, file string) error {
	command := exec.CommandContext(ctx, "go", "build", "-mod=readonly", "-trimpath", "-buildvcs=false",
		"-ldflags=-s -w -buildid= -X main.release="+version, "-o", file, "./cmd/awsvars")
	command.Env = append(kept(os.Environ()), "GOTOOLCHAIN="+toolchain, "CGO_ENABLED=0", "GOOS="+p.system, "GOARCH="+p.architecture)
	if out, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("building for %s/%s: %w\n%s", p.system, p.architecture, err, out)
	}
	return nil
}

// kept leaves out what changes what Go builds (go help environment), but for
// where it finds modules and keeps its caches.
func kept(environ []string) []string {
	var all []string
	for _, pair := range environ {
		name, _, _ := strings.Cut(pair, "=")
		switch name {
		case "GOPATH", "GOMODCACHE", "GOCACHE", "GOPROXY", "GONOPROXY", "GOSUMDB", "GONOSUMDB", "GOPRIVATE", "GOTMPDIR", "GOMAXPROCS", "GOROOT":
		default:
			if strings.HasPrefix(name, "GO") || strings.HasPrefix(name, "CGO_") {
				continue
			}
		}
		all = append(all, pair)
	}
	// The file of go env -w has such settings, too.
	return append(all, "GOENV=off")
}
