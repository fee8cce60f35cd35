//go:build generate

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// pluginHead is read by two systems.
//
// The container-less plugin runner of Harness and Drone reads run and deps
// (drone/plugin, plugin/harness/types.go). Where run has a binary, that runner
// takes it and never the module, does not look at the status of the download,
// and compares no sum (plugin/harness/execer.go, plugin/internal/file/file.go):
// a release that is not there would be run as a page that says so. So run has
// the module alone, which each commit can be built from, on every platform.
//
// Buildkite's agent reads requirements and configuration, and its directory of
// plugins the rest (buildkite/agent, agent/plugin/definition.go).
const pluginHead = generated + `name: awsvars
description: Hands AWS credentials to the next steps as masked variables
author: https://github.com/awsvars

# The container-less plugin runner of Harness and Drone builds this module. It
# has no binary: that runner would take one unverified, and not fall back.
run:
  go:
    module: ./cmd/awsvars
deps: {}

# Buildkite
requirements: [bash]
configuration:
  type: object
  additionalProperties: false
  properties:
`

func pluginYAML(w io.Writer) error {
	var b strings.Builder
	b.WriteString(pluginHead)
	property(&b, optionHook, "The hook that runs the task.", "enum: ['environment', 'pre-command']")
	property(&b, optionBinary, "Path of awsvars on the agent. Without it one in PATH is taken, or it is built with Go.", "type: string")
	property(&b, optionLogin, "false does nothing, as in ecr-buildkite-plugin.", "type: boolean")
	property(&b, optionNoEmail, "Has no effect, as in ecr-buildkite-plugin.", "type: boolean")
	property(&b, optionStorage, "Has no effect.", "type: boolean")
	property(&b, optionHelper, "Only false: the login needs no helper.", "enum: [false]")
	for _, s := range everySetting() {
		if !inPlugin(s) {
			continue
		}
		for i, name := range s.Names() {
			help := s.Help
			if i > 0 {
				help = "The same as " + s.Name + "."
			}
			if name == optionAssumeRole {
				property(&b, name, "The role, or as in ecr-buildkite-plugin an object.", assumeRole)
				property(&b, strings.ReplaceAll(name, "-", "_"), "The same as "+name+".", assumeRole)
				continue
			}
			property(&b, name, help, schemaOf(s))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// assumeRole is the one option that is not a setting's own: the spelling with
// _ is that of the other plugin's page.
const assumeRole = `anyOf: [{type: string}, {type: array, items: {type: string}}, {type: object, additionalProperties: false, properties: {role-arn: {type: string}, role_arn: {type: string}, duration-seconds: {type: integer}, duration_seconds: {type: integer}, oidc: {type: boolean}}}]`

func property(b *strings.Builder, name, help, schema string) {
	fmt.Fprintf(b, "    %s:\n      description: %s\n      %s\n", name, quoted(help), schema)
}

// schemaOf is the JSON schema of a setting's values, in one line.
func schemaOf(s variables.Setting) string {
	switch s.Type {
	case variables.Bool:
		return "type: boolean"
	case variables.Integer:
		return "type: integer"
	case variables.Duration:
		return "type: [integer, string]"
	case variables.List, variables.ARNList:
		return "type: [string, array]\n      items: {type: string}\n      minItems: 1"
	case variables.Map, variables.JSON:
		return "type: [string, object]"
	case variables.Choice:
		var all []string
		for _, choice := range s.Choices {
			all = append(all, quoted(choice))
		}
		return "enum: [" + strings.Join(all, ", ") + "]"
	}
	return "type: string"
}
