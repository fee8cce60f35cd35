package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"github.com/awsvars/awsvars/variables"
)

// NameHelper names a credential helper for hosts, in credHelpers: Docker asks
// its program, docker-credential-NAME, for their logins. It returns the hosts
// that did not have it. Where another helper is named for one of them, nothing
// is written, unless overwrite is set.
func (c Config) NameHelper(ctx context.Context, name string, hosts []string, overwrite bool) (changed []string, err error) {
	for _, host := range hosts {
		if err := checkHost(host); err != nil {
			return nil, fmt.Errorf("naming a credential helper for %q: %w", host, err)
		}
	}
	changed, err = c.editHelpers(ctx, true, func(s sheet) (document, []string, error) {
		d, changed := s.document, []string(nil)
		for _, host := range hosts {
			before, is := d.helperOf(host)
			switch {
			case before == name:
				continue
			case is && !overwrite:
				return d, nil, variables.WithHint(fmt.Errorf("%s: it names the helper %q for %s", s.path, before, host), "overwrite it, or leave this registry to it")
			}
			var err error
			if d, err = parse(d.put(helpersKey, host, strconv.Quote(name)).text); err != nil {
				return d, nil, err
			}
			changed = append(changed, host)
		}
		return d, changed, nil
	})
	if err != nil {
		return nil, fmt.Errorf("naming a credential helper: %w", noPrivate(err))
	}
	return changed, nil
}

// DropHelper takes a credential helper out of credHelpers for these hosts, or
// for all without any, and returns those that had it.
func (c Config) DropHelper(ctx context.Context, name string, hosts ...string) (changed []string, err error) {
	changed, err = c.editHelpers(ctx, false, func(s sheet) (document, []string, error) {
		d, changed := s.document, []string(nil)
		list, _ := d.list(helpersKey)
		for _, m := range list.members {
			if named, _ := d.helperOf(m.key); named != name || len(hosts) > 0 && !slices.Contains(hosts, m.key) {
				continue
			}
			var err error
			if d, err = parse(d.drop(helpersKey, m.key).text); err != nil {
				return d, nil, err
			}
			changed = append(changed, m.key)
		}
		if rest, is := d.list(helpersKey); is && len(rest.members) == 0 && len(changed) > 0 {
			d = d.dropKey(helpersKey)
		}
		return d, changed, nil
	})
	if err != nil {
		return nil, fmt.Errorf("taking out a credential helper: %w", noPrivate(err))
	}
	return changed, nil
}

// helperOf is the helper that credHelpers names for a host.
func (d document) helperOf(host string) (name string, is bool) {
	name, is = d.read.CredentialHelpers[host]
	return name, is
}

// noPrivate gives the remedy that is there without a login: no private directory.
func noPrivate(err error) error {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) && hinted.Hint() == elsewhere {
		return variables.WithHint(err, "let DOCKER_CONFIG or --docker-config name another directory")
	}
	return err
}

// editHelpers writes what plan makes of config.json, and reads it again where
// Docker, which takes no lock, has written it meanwhile. The mode stays: no
// secret is written.
func (c Config) editHelpers(ctx context.Context, create bool, plan func(sheet) (document, []string, error)) (changed []string, err error) {
	unlock, found, err := c.lock(ctx, create)
	if err != nil || !found {
		return nil, err
	}
	defer unlock()
	for range 20 {
		var s sheet
		if s, err = c.readConfig(); err != nil {
			return nil, err
		}
		list, _ := s.list(helpersKey)
		var hosts []string
		for _, m := range list.members {
			hosts = append(hosts, m.key)
		}
		if err := s.checkHosts(hosts); err != nil {
			return nil, fmt.Errorf("%s: %w", s.path, err)
		}
		after, changed, err := plan(s)
		if err != nil || len(changed) == 0 {
			return nil, err
		}
		mode := fs.FileMode(0o600)
		if s.info != nil {
			mode = s.info.Mode().Perm()
		}
		if err = s.put(after.text, mode); !errors.Is(err, errChanged) {
			return changed, err
		}
	}
	return nil, err
}
