package policy_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/awslabs/goformation/v7/schema"
	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/awsvars/awsvars/policy"
)

func valid(text string) bool { return utf8.ValidString(text) }

func same(t testing.TB, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func jsonOf(t testing.TB, value any) []byte {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// readTemplate reads the properties of a template's resources.
func readTemplate(t testing.TB, text []byte) map[string]map[string]any {
	t.Helper()
	var template map[string]any
	if err := yaml.Unmarshal(text, &template); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	all := map[string]map[string]any{}
	resources, _ := template["Resources"].(map[string]any)
	for name, resource := range resources {
		all[name], _ = resource.(map[string]any)["Properties"].(map[string]any)
	}
	if len(all) == 0 {
		t.Fatalf("no resources in\n%s", text)
	}
	return all
}

// TestTemplatesFitTheSchemaOfCloudFormation: of the resource types, as goformation makes it of
// AWS's resource specification.
func TestTemplatesFitTheSchemaOfCloudFormation(t *testing.T) {
	t.Parallel()
	validate := templateSchema(t)
	fits := func(text []byte) {
		t.Helper()
		if err := validate(text); err != nil {
			t.Errorf("%v\n%s", err, text)
		}
	}
	role := policy.Role{Name: "Auditor", Path: "/third/", Description: "for ${them}: # %{x}", Seconds: 7200, Trust: documents()["hostile"], PolicyName: "audit"}
	if err := role.Take([]byte(`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}}]}`)); err != nil {
		t.Fatal(err)
	}
	text, err := role.Write(policy.CloudFormation)
	if err != nil {
		t.Fatal(err)
	}
	fits(text)
	for _, other := range []string{"AWS::IAM::Role", "MaxSessionDuration"} {
		if err := validate(bytes.Replace(text, []byte(other), []byte(other+"s"), 1)); err == nil {
			t.Errorf("%ss fits the schema", other)
		}
	}
	got := readTemplate(t, text)["Role"]
	same(t, normal(t, role.Trust.JSON()), normal(t, jsonOf(t, got["AssumeRolePolicyDocument"])))
	for name, d := range documents() {
		for _, principal := range []string{"arn:aws:iam::111111111111:role/ci/agent", "arn:aws:iam::111111111111:user/9ci", policy.Source} {
			text, err := policy.WriteGrants([]policy.Grant{{Principal: principal, Role: name, Document: d}}, policy.CloudFormation)
			if err != nil {
				t.Fatal(err)
			}
			fits(text)
		}
	}
}

// templateSchema returns a check of templates, which is strict: a resource
// type or a property that AWS does not know does not fit.
func templateSchema(t *testing.T) func(text []byte) error {
	t.Helper()
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(schema.CloudformationSchema))
	if err != nil {
		t.Fatal(err)
	}
	// Those of IAM: all types take half a minute.
	of := func(value any) bool {
		text := string(jsonOf(t, value))
		return !strings.Contains(text, "/AWS::") || strings.Contains(text, "/AWS::IAM::")
	}
	root, _ := document.(map[string]any)
	definitions, _ := root["definitions"].(map[string]any)
	for name := range definitions {
		if strings.HasPrefix(name, "AWS::") && !strings.HasPrefix(name, "AWS::IAM::") {
			delete(definitions, name)
		}
	}
	for _, resource := range descend(t, root, "properties", "Resources", "patternProperties") {
		types, _ := resource.(map[string]any)
		all, _ := types["anyOf"].([]any)
		types["anyOf"] = slices.DeleteFunc(all, func(one any) bool { return !of(one) })
	}
	compiler := jsonschema.NewCompiler()
	compiler.DefaultDraft(jsonschema.Draft4)
	if err := compiler.AddResource("template.json", document); err != nil {
		t.Fatal(err)
	}
	compiled, err := compiler.Compile("template.json")
	if err != nil {
		t.Fatal(err)
	}
	return func(text []byte) error {
		t.Helper()
		// A function of CloudFormation is an object in JSON.
		plain := regexp.MustCompile(`!GetAtt (\S+)`).ReplaceAll(text, []byte(`{"Fn::GetAtt": "$1"}`))
		var template any
		if err := yaml.Unmarshal(plain, &template); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		instance, err := jsonschema.UnmarshalJSON(bytes.NewReader(jsonOf(t, template)))
		if err != nil {
			t.Fatal(err)
		}
		return compiled.Validate(instance)
	}
}

func descend(t *testing.T, value map[string]any, keys ...string) map[string]any {
	t.Helper()
	for _, key := range keys {
		below, is := value[key].(map[string]any)
		if !is {
			t.Fatalf("the schema has no %q", key)
		}
		value = below
	}
	return value
}

func TestCloudFormationMeansTheSameAsJSON(t *testing.T) {
	t.Parallel()
	for name, d := range documents() {
		for _, principal := range []string{"arn:aws:iam::111111111111:role/ci/agent", "arn:aws:iam::111111111111:user/9ci", policy.Source} {
			text, err := policy.WriteGrants([]policy.Grant{{Principal: principal, Role: "it", Document: d}}, policy.CloudFormation)
			if err != nil {
				t.Fatal(err)
			}
			for _, resource := range readTemplate(t, text) {
				if diff := cmp.Diff(normal(t, d.JSON()), normal(t, jsonOf(t, resource["PolicyDocument"]))); diff != "" {
					t.Errorf("%s: %s\n%s", name, diff, text)
				}
			}
		}
	}
}
