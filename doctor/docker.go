package doctor

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/images"
	"github.com/awsvars/awsvars/tasks"
)

// docker looks at Docker's configuration, and at the engine where the task
// takes its image from there.
func (e Examination) docker(ctx context.Context) []Verdict {
	all := e.station(ctx, DockerConfig, "", Docker, e.config)
	if !e.Values.Has("image") || !images.FromEngine(e.Values.Text("image")) {
		return all
	}
	return append(all, e.station(ctx, DockerEngine, "", Docker, func(ctx context.Context) []Verdict {
		host, version, err := images.ReachEngine(ctx, images.Options{Lookup: e.Machine.Lookup, Home: e.Machine.Home, Proxy: e.Network.Proxy})
		if err != nil {
			return []Verdict{failed(Docker, DockerEngine, "", words(err), []Cause{NoEngine}, remedyOf(err))}
		}
		return []Verdict{ok(DockerEngine, host, "it answers, and speaks version "+version+" of its API")}
	})...)
}

func (e Examination) config(ctx context.Context) []Verdict {
	chosen, _ := e.Machine.Lookup("DOCKER_CONFIG")
	if e.Values.Has("docker-config") && e.Values.Given("docker-config") {
		chosen = e.Values.Text("docker-config")
	}
	directory, err := docker.Directory(chosen, e.Machine.Home, e.Machine.Dir)
	if err != nil {
		return []Verdict{e.dockerFault("", words(err), Broken, remedyOf(err))}
	}
	shown := e.underHome(directory)
	c := docker.Config{Directory: directory, Environ: e.Machine.Environ()}
	helpers, err := c.Examine(ctx)
	if err != nil {
		return []Verdict{e.dockerFault(shown, words(err), Broken, remedyOf(err), "mend the file, or take another: DOCKER_CONFIG=$HOME/.docker-ci")}
	}
	var all []Verdict
	for _, h := range helpers {
		all = append(all, e.helper(h)...)
	}
	var hosts []string
	for _, r := range tasks.Registries(e.Task, e.Values) {
		if domain := r.Domain(); domain != "" {
			hosts = append(hosts, domain)
		}
	}
	for _, host := range c.Overridden(hosts...) {
		all = append(all, warning(DockerConfig, host, "the variable DOCKER_AUTH_CONFIG has a login to it, which docker takes before any other", "unset DOCKER_AUTH_CONFIG"))
	}
	if len(all) == 0 {
		all = []Verdict{ok(DockerConfig, shown, "it can be read, and names no program that is missing")}
	}
	return all
}

// underHome writes a path below the home directory as people do.
func (e Examination) underHome(path string) string {
	if rest, below := strings.CutPrefix(path, e.Machine.Home+string(filepath.Separator)); below && e.Machine.Home != "" {
		return filepath.Join("~", rest)
	}
	return path
}

// helper judges a program that is named for logins; there is no verdict where
// all is well.
func (e Examination) helper(h docker.Helper) []Verdict {
	program := "docker-credential-" + h.Name
	where := "credsStore"
	if !h.Store {
		where = "credHelpers, for " + strings.Join(h.Hosts, ", ")
	}
	switch h.Reason {
	case "":
		return nil
	case docker.NotInstalled:
		return []Verdict{e.dockerFault(program, fmt.Sprintf("%s names %s, and %s", where, program, h.Reason), HelperMissing,
			"install "+program+" in a directory of PATH, or take it out of config.json; awsvars login --private goes without it")}
	}
	text := fmt.Sprintf("%s names %s, and %s", where, program, h.Reason)
	if h.Says != "" {
		text += ": " + h.Says
	}
	return []Verdict{e.dockerFault(program, text, StoreFails, "unlock or set up the store, or take it out of config.json; awsvars login --private goes without it")}
}

// dockerFault is a failure for a task that logs Docker in or reads its
// configuration, and a warning for one that does neither.
func (e Examination) dockerFault(subject, text string, cause Cause, remedies ...string) Verdict {
	found := failed(Docker, DockerConfig, subject, text, []Cause{cause}, remedies...)
	if name := e.Task.Name(); name != "login" && name != "push" {
		found.State, found.Kind = Warning, ""
	}
	return found
}
