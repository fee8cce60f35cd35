package connectors

import (
	"bytes"
	"encoding/json"

	"github.com/awsvars/awsvars/variables"
)

// Schema is the JSON schema of the connectors file, for editors
// (json-schema.org, draft 2020-12).
func Schema() []byte {
	properties := map[string]any{
		idKey:          described(map[string]any{"type": "string", "pattern": "^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$"}, "A UUID that the connector may be called by too."),
		descriptionKey: described(map[string]any{"type": "string"}, "What the connector is for."),
		beforeKey:      described(map[string]any{"type": "string"}, "Name or UUID of the connector whose credentials this one starts from, in place of source."),
		allowKey:       described(allowSchema(), "Which jobs the connector is for. A guard against mistakes; the boundary is the role's trust policy."),
		registriesKey:  described(registriesSchema(), "Which registries of Amazon ECR docker-credential asks this connector for: 111111111111, 111111111111/eu-west-1, a host, public, or * for all that no connector names."),
	}
	for _, s := range recipeSettings() {
		properties[s.Name] = described(schemaOf(s), s.Help)
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	// Maps are written in the order of their keys, and nothing here fails.
	_ = encoder.Encode(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema",
		"title":   "Connectors of awsvars",
		"type":    "object",
		"properties": map[string]any{"connectors": map[string]any{
			"type":                 "object",
			"propertyNames":        map[string]any{"pattern": "^[A-Za-z0-9_.-]{1,64}$"},
			"additionalProperties": map[string]any{"type": "object", "properties": properties, "additionalProperties": false},
		}},
		"patternProperties":    map[string]any{"^x-": true},
		"required":             []string{"connectors"},
		"additionalProperties": false,
	})
	return b.Bytes()
}

func described(schema map[string]any, text string) map[string]any {
	schema["description"] = text
	return schema
}

func allowSchema() map[string]any {
	properties := map[string]any{}
	for _, l := range (&Allow{}).lists() {
		properties[l.key] = map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"type": "string", "minLength": 1}}
	}
	return map[string]any{"type": "object", "properties": properties, "additionalProperties": false}
}

// schemaOf says what a setting may be in the file.
func schemaOf(s variables.Setting) map[string]any {
	scalar := any(map[string]any{"type": []string{"string", "number"}})
	reference := map[string]any{
		"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": false,
		"properties": map[string]any{"variable": map[string]any{"type": "string"}, "file": map[string]any{"type": "string"}},
	}
	_, refers := referable()[s.Name]
	switch {
	case s.Secret:
		return reference
	case refers:
		scalar = map[string]any{"anyOf": []any{scalar, reference}}
	}
	switch s.Type {
	case variables.Choice:
		return map[string]any{"enum": s.Choices}
	case variables.Bool:
		return map[string]any{"type": "boolean"}
	case variables.JSON:
		return map[string]any{"type": []string{"object", "string"}}
	case variables.Map:
		return map[string]any{"type": []string{"object", "string"}, "additionalProperties": map[string]any{"type": []string{"string", "number", "boolean"}}}
	case variables.List, variables.ARNList:
		return map[string]any{"anyOf": []any{scalar, map[string]any{"type": "array", "items": scalar}}}
	}
	if refers {
		return scalar.(map[string]any)
	}
	return map[string]any{"type": []string{"string", "number"}}
}
