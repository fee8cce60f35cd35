package docker

import (
	"context"
	"errors"
	"slices"
)

// Helper is a program that Docker's configuration names for logins.
type Helper struct {
	Name string
	// Store tells that it is the store of every login, and not one of some
	// registries.
	Store bool
	// Hosts are the registries that it is named for.
	Hosts []string
	// Reason is what is wrong with it, empty for nothing; Says is what it
	// printed about it.
	Reason Reason
	Says   string
}

// nobody is a host that no store has a login to (RFC 2606, section 2).
const nobody = "awsvars-doctor.invalid"

// Examine reads Docker's configuration, and looks whether the programs are
// there that it names. The store is asked for a login that it cannot have.
// Nothing is changed.
func (c Config) Examine(ctx context.Context) ([]Helper, error) {
	sheet, err := c.readConfig()
	if err != nil {
		return nil, err
	}
	var all []Helper
	if name := sheet.read.CredentialsStore; name != "" {
		all = append(all, c.examined(ctx, Helper{Name: name, Store: true}))
	}
	list, _ := sheet.list(helpersKey)
	for _, m := range list.members {
		name, _ := sheet.helperOf(m.key)
		if name == "" {
			continue
		}
		if i := slices.IndexFunc(all, func(h Helper) bool { return h.Name == name && !h.Store }); i >= 0 {
			all[i].Hosts = append(all[i].Hosts, m.key)
			continue
		}
		all = append(all, c.examined(ctx, Helper{Name: name, Hosts: []string{m.key}}))
	}
	return all, nil
}

func (c Config) examined(ctx context.Context, h Helper) Helper {
	program, found := c.helper(h.Name)
	if !found {
		h.Reason = NotInstalled
		return h
	}
	if !h.Store {
		return h
	}
	_, _, err := program.get(ctx, nobody)
	var failed *refused
	if errors.As(err, &failed) {
		h.Reason, h.Says = failed.reason, failed.says
		if failed.cause != nil {
			h.Reason = Silent
		}
	}
	return h
}
