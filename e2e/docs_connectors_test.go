package e2e

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// prepare makes what the words of a block ask for, and returns what it adds to
// the environment: the example file of docs/connectors.md or of docs/moving.md
// as awsvars.yaml, the policy of docs/policies.md as trust.json, a token in a file, the keys of an IAM user, a container, a
// job.
func (b block) prepare(t *testing.T, w *world) []string {
	t.Helper()
	var env []string
	if b.has("connectors") {
		writeFile(t, filepath.Join(w.dir, "awsvars.yaml"), blocksOf(t, "yaml", "example")[0].text, 0o644)
	}
	if b.has("moving") {
		writeFile(t, filepath.Join(w.dir, "awsvars.yaml"), blockOf(t, "moving.md", "moving").text, 0o644)
		env = append(env, "bamboo_agentId=1", "bamboo_planRepository_repositoryUrl=https://example.com/octo-org/octo-repo.git")
	}
	if b.has("policy") {
		writeFile(t, filepath.Join(w.dir, "trust.json"), blockOf(t, "policies.md", "checked").text, 0o644)
	}
	if b.has("token") {
		token, err := w.IDToken("sts.amazonaws.com")
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(w.dir, "token"), token, 0o600)
	}
	if b.has("user") {
		env = append(env, w.UserEnv("ci")...)
	}
	if b.has("static") {
		id, secret := w.StaticKeys("ci")
		env = append(env, "AWSVARS_ACCESS_KEY_ID="+id, "AWSVARS_SECRET_ACCESS_KEY="+secret)
	}
	if b.has("container") {
		env = append(env, w.ContainerEnv()...)
	}
	if b.has("registries") {
		env = append(env, w.RegistryProxyEnv()...)
	}
	if b.has("gitlab") {
		env = append(env, "GITLAB_CI=true", "CI_PROJECT_PATH=octo-org/octo-repo", "CI_COMMIT_BRANCH=main", "CI_PIPELINE_SOURCE=push")
	}
	return env
}

// readSchema compiles the schema that editors get.
func readSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	path := filepath.Join(root, "docs", "awsvars.schema.json")
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(readFile(t, path)))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource(path, document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// validate reads a file as an editor does: YAML turned into what JSON has.
func validate(t *testing.T, schema *jsonschema.Schema, text string) error {
	t.Helper()
	converted, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(string(converted)))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(document)
}

// check runs awsvars connectors check over a file with this text.
func check(t *testing.T, text string) result {
	t.Helper()
	w := newWorld(t)
	writeFile(t, filepath.Join(w.dir, "file.yaml"), text, 0o644)
	return w.run(t, nil, "awsvars", "connectors", "check", "file.yaml")
}

// TestConnectorsFilesOfThePages: what people copy has nothing wrong in it, and
// no editor says otherwise.
func TestConnectorsFilesOfThePages(t *testing.T) {
	t.Parallel()
	schema := readSchema(t)
	for i, b := range blocksOf(t, "yaml", "connectors") {
		t.Run(fmt.Sprint(b.page, " ", i), func(t *testing.T) {
			t.Parallel()
			if r := check(t, b.text); r.status != 0 {
				t.Errorf("%s\n%s", r.stderr, b.text)
			}
			if err := validate(t, schema, b.text); err != nil {
				t.Errorf("the schema says: %v\n%s", err, b.text)
			}
		})
	}
}

// TestSchemaRefusesWhatCheckRefuses, as far as a schema can: an editor that
// shows no mistake must not be a promise that check breaks at once.
func TestSchemaRefusesWhatCheckRefuses(t *testing.T) {
	t.Parallel()
	schema := readSchema(t)
	for name, text := range map[string]string{
		"an unknown key":              "connectors: {a: {source: instance, regoin: eu-west-1}}",
		"an alias":                    "connectors: {a: {source: instance, role-to-assume: x}}",
		"an unknown key at the top":   "connectors: {a: {source: instance}}\nconnector: {}",
		"no connectors":               "x-mine: 1",
		"a secret":                    "connectors: {a: {access-key-id: AKIAIOSFODNN7EXAMPLE, secret-access-key: geheim}}",
		"a token":                     "connectors: {a: {source: web-identity, role-arn: x, web-identity-token: geheim}}",
		"a reference to two places":   "connectors: {a: {source: instance, role-arn: x, external-id: {variable: A, file: b}}}",
		"a reference where none goes": "connectors: {a: {source: instance, role-arn: {variable: A}}}",
		"a bad source":                "connectors: {a: {source: instanc}}",
		"a bad principal type":        "connectors: {a: {source: instance, principal-type: user}}",
		"a list where one text goes":  "connectors: {a: {source: instance, region: [eu-west-1]}}",
		"no UUID":                     "connectors: {a: {source: instance, id: one}}",
		"a name with a blank":         "connectors: {a b: {source: instance}}",
		"a guard that is no list":     "connectors: {a: {source: instance, allow: {branches: main}}}",
		"an empty guard":              "connectors: {a: {source: instance, allow: {branches: []}}}",
		"an unknown guard":            "connectors: {a: {source: instance, allow: {branch: [main]}}}",
		"no mapping":                  "connectors: {a: instance}",
	} {
		if r := check(t, text); r.status != 2 {
			t.Errorf("%s: check ends with status %d: %s", name, r.status, r.log())
		}
		if validate(t, schema, text) == nil {
			t.Errorf("%s: the schema finds nothing", name)
		}
	}
}

// fileKeys are the keys of a connector in the file.
func fileKeys(t *testing.T) []string {
	t.Helper()
	var schema struct {
		Properties struct {
			Connectors struct {
				AdditionalProperties struct {
					Properties map[string]any `json:"properties"`
				} `json:"additionalProperties"`
			} `json:"connectors"`
		} `json:"properties"`
	}
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(root, "docs", "awsvars.schema.json"))), &schema); err != nil {
		t.Fatal(err)
	}
	var keys []string
	for key := range schema.Properties.Connectors.AdditionalProperties.Properties {
		keys = append(keys, key)
	}
	return keys
}
