package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/simulator"
)

// start reads what the flags name and starts the simulator.
func (s *settings) start(env []string) (*simulator.Simulator, error) {
	options := s.options
	if s.config != "" {
		text, err := os.ReadFile(s.config)
		if err != nil {
			return nil, fmt.Errorf("reading --config: %w", err)
		}
		if options.Config, err = simulator.ParseConfig(text); err != nil {
			return nil, fmt.Errorf("%s: %w", s.config, err)
		}
	}
	for _, text := range s.faults {
		fault, err := simulator.ParseFault(text)
		if err != nil {
			return nil, err
		}
		options.Faults = append(options.Faults, fault)
	}
	options.SecretsFile, _ = lookup(env, "AWSVARS_SIMULATOR_SECRETS")
	sim, err := simulator.Start(options)
	if err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	if s.user != "" && sim.UserEnv(s.user) == nil {
		_ = sim.Close()
		return nil, fmt.Errorf("--user %q: no such user in the configuration", s.user)
	}
	return sim, nil
}

// environment is what the simulator adds for the flags that were given.
func (s *settings) environment(sim *simulator.Simulator) []string {
	var env []string
	for _, pair := range sim.Env() {
		if s.container && strings.HasPrefix(pair, "AWS_EC2_METADATA_SERVICE_ENDPOINT=") {
			pair = "AWS_EC2_METADATA_DISABLED=true"
		}
		env = append(env, pair)
	}
	if s.container {
		env = append(env, sim.ContainerEnv()...)
	}
	if s.oidc {
		env = append(env, sim.OIDCEnv()...)
	}
	if s.user != "" {
		env = append(env, sim.UserEnv(s.user)...)
	}
	if s.registry {
		proxy := sim.RegistryProxyEnv()
		env = slices.DeleteFunc(env, func(pair string) bool {
			name, _, _ := strings.Cut(pair, "=")
			_, again := lookup(proxy, name)
			return again
		})
		env = append(env, proxy...)
	}
	return env
}

// inside is env without what would lead out of the simulator, and with what
// leads into it. A NO_PROXY that was set stays beside the simulator's, unless
// a proxy leads to the registries: then it would lead past them.
func inside(env, added []string) []string {
	_, proxied := lookup(added, "HTTPS_PROXY")
	var kept []string
	for _, pair := range env {
		name, _, _ := strings.Cut(pair, "=")
		if _, replaced := lookup(added, name); replaced || hidden(name) {
			continue
		}
		kept = append(kept, pair)
	}
	for _, pair := range added {
		name, value, _ := strings.Cut(pair, "=")
		if before, ok := lookup(env, name); ok && before != "" && strings.EqualFold(name, "NO_PROXY") && !proxied {
			pair = name + "=" + before + "," + value
		}
		kept = append(kept, pair)
	}
	return kept
}

func hidden(name string) bool {
	for _, pattern := range simulator.Hidden() {
		if prefix, open := strings.CutSuffix(pattern, "*"); name == pattern || open && strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return false
}

func lookup(env []string, name string) (string, bool) {
	for _, pair := range env {
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return value, true
		}
	}
	return "", false
}

// report writes the record where it was asked for.
func (s *settings) report(sim *simulator.Simulator) error {
	if s.requests == "" {
		return nil
	}
	var lines []byte
	for _, request := range sim.Requests() {
		line, err := json.Marshal(request)
		if err != nil {
			return fmt.Errorf("writing --requests: %w", err)
		}
		lines = append(append(lines, line...), '\n')
	}
	if err := os.WriteFile(s.requests, lines, 0o600); err != nil {
		return fmt.Errorf("writing --requests: %w", err)
	}
	return nil
}
