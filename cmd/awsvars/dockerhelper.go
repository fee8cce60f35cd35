package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/awsvars/awsvars/cache"
	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// helper is a run of Docker's credential helper for one registry.
type helper struct {
	*opening
	registry ecr.Registry
	// connector is the name of the one that serves the registry, empty for that
	// of the settings.
	connector string
	// covered is false where the file says who serves what, and nobody serves
	// the registry.
	covered bool
	file    *connectors.File
}

// helper reads the settings and finds the connector for a registry. A guard is
// checked here, before any login is looked up.
func (p process) helper(flags given, r ecr.Registry) (*helper, error) {
	h := &helper{registry: r}
	var problem error
	h.opening = p.prepare("docker-credential", sessionSettings(), flags, func(v variables.Values) []string {
		h.file, problem = connectors.FindFile(v, p.dir)
		some := false
		if problem == nil && h.file != nil {
			h.connector, some, problem = h.file.Serving(func(pattern string) bool { return isNamed(pattern, r) })
		}
		h.covered = !some || h.connector != "" || v.Given("connector")
		if problem != nil || !h.covered {
			return nil
		}
		return []string{h.connector}
	})
	h.warnOnly()
	faults := h.faults
	if problem != nil {
		faults = append(faults, variables.Fault{Setting: "connectors", Problem: problem.Error()})
	}
	if faults = faults.And(p.strangers(h.log)); len(faults) > 0 {
		report(h.log, faults)
		return nil, p.protest(faults)
	}
	return h, nil
}

// warnOnly keeps the log to what is wrong unless somebody asks for more: Docker
// shows what a helper writes to stderr, at every pull.
func (o *opening) warnOnly() {
	if !o.values.Given("log-level") {
		o.log = newLogger(o.stderr, o.values.Text("log-format"), "warn")
	}
}

// isNamed tells whether a pattern of the file names a registry, in whichever form
// either is written.
func isNamed(pattern string, r ecr.Registry) bool {
	named, err := ecr.Parse(pattern)
	return err == nil && named.Public == r.Public && named.Account == r.Account && (named.Region == "" || named.Region == r.Region)
}

func (h *helper) uncovered() string {
	return fmt.Sprintf("no connector of %s is for it; name it there under registries, or pick a connector by %s", h.file.Path, variables.OwnName("connector"))
}

// scope is what a login is for: it opens every registry of the region that the
// caller may reach.
func (h *helper) scope() string {
	if h.registry.Public {
		return "public"
	}
	return h.registry.Region
}

// kept returns the cache and the key of the login in it. There is none where
// the caller cannot be told without asking.
func (h *helper) kept(ctx context.Context) (store *cache.Cache, key cache.Key) {
	fingerprint, known := h.roster.Fingerprint(ctx, h.connector)
	if !known {
		h.log.Info("cache", "text", "not used: who the credentials are for cannot be told without asking")
		return nil, ""
	}
	dir := h.cacheDirectory()
	if dir == "" {
		h.warnCache(fmt.Errorf("there is no home directory for it; set XDG_CACHE_HOME"))
		return nil, ""
	}
	store, err := cache.Open(dir, cache.Now, h.warnCache)
	if err != nil {
		h.warnCache(err)
	}
	return store, cache.NewKey("login", fingerprint, h.scope())
}

func (h *helper) warnCache(err error) {
	h.log.Warn("cache", "text", "AWS is asked each time: "+err.Error())
}

// cacheDirectory is one of this user. A relative XDG_CACHE_HOME counts as none
// (XDG Base Directory Specification).
func (p process) cacheDirectory() string {
	if dir, _ := p.lookup("XDG_CACHE_HOME"); filepath.IsAbs(dir) {
		return filepath.Join(dir, "awsvars")
	}
	if p.home == "" {
		return ""
	}
	return filepath.Join(p.home, ".cache", "awsvars")
}

// login returns the login from the cache, or AWS's.
func (h *helper) login(ctx context.Context) (found cache.Login, err error) {
	h.warn()
	err = h.within(ctx, func(ctx context.Context) (err error) {
		if store, key := h.kept(ctx); store != nil {
			found, err = store.Get(ctx, key, h.scope(), h.ask)
		} else {
			found, err = h.ask(ctx)
		}
		return err
	})
	if err == nil {
		domain := h.registry.Domain()
		h.log.Info("registry", "text", fmt.Sprintf("%s, token until %s", domain, connectors.Clock(found.Expires)),
			"registry", domain, "expires", found.Expires.Format(time.RFC3339))
	}
	return found, err
}

// ask walks the chain and asks AWS for a token.
func (h *helper) ask(ctx context.Context) (cache.Login, error) {
	connector := h.roster.Connector(h.connector)
	registries := []ecr.Registry{h.registry}
	cfg, err := connector.Config(ctx)
	if err != nil {
		return cache.Login{}, err
	}
	if cfg.Region == "" {
		// Docker runs where nobody thinks of a region, and the registry has one.
		cfg.Region = h.registry.Region
	}
	endpoints, err := ecr.Endpoints(ctx, cfg, registries)
	if err != nil {
		return cache.Login{}, err
	}
	h.network.Ahead(ctx, append(endpoints, connector.STSEndpoint(ctx, cfg)))
	sessions, err := h.roster.Open(ctx, []connectors.Want{{Name: h.connector, Config: cfg, Region: connectors.Unused}}, h.log)
	if err != nil {
		return cache.Login{}, err
	}
	tokens, err := ecr.Tokens(ctx, sessions[h.connector].Config, registries)
	if err != nil {
		if h.connector != "" {
			err = fmt.Errorf("using the connector %s: %w", h.connector, err)
		}
		return cache.Login{}, err
	}
	return cache.Login{Registry: h.scope(), Username: tokens[0].Username, Password: tokens[0].Password, Expires: tokens[0].Expires}, nil
}
