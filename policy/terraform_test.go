package policy_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/hclwrite"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"

	"github.com/awsvars/awsvars/policy"
)

// terraform reads what we wrote as Terraform does: the documents of
// aws_iam_policy_document by their label, and the attributes of resources.
type terraform struct {
	documents map[string]any
	resources map[string]map[string]string
}

func readTerraform(text []byte) (terraform, error) {
	t := terraform{map[string]any{}, map[string]map[string]string{}}
	file, diagnostics := hclsyntax.ParseConfig(text, "main.tf", hcl.InitialPos)
	if diagnostics.HasErrors() {
		return t, diagnostics
	}
	if formatted := hclwrite.Format(text); string(formatted) != string(text) {
		return t, fmt.Errorf("terraform fmt would change it:\n%s", cmp.Diff(string(text), string(formatted)))
	}
	body, is := file.Body.(*hclsyntax.Body)
	if !is {
		return t, fmt.Errorf("the body is a %T", file.Body)
	}
	for _, block := range body.Blocks {
		if block.Type == "data" {
			document, err := documentOf(block.Body)
			if err != nil {
				return t, err
			}
			t.documents[block.Labels[1]] = document
		}
	}
	for _, block := range body.Blocks {
		if block.Type == "resource" {
			values, err := t.attributes(block.Body)
			if err != nil {
				return t, err
			}
			t.resources[block.Labels[0]+"."+block.Labels[1]] = values
		}
	}
	return t, nil
}

// attributes evaluates those of a resource; a reference to a document is that
// document, as JSON.
func (t terraform) attributes(body *hclsyntax.Body) (map[string]string, error) {
	documents, roles := map[string]cty.Value{}, map[string]cty.Value{}
	for label, document := range t.documents {
		text, err := json.Marshal(document)
		if err != nil {
			return nil, err
		}
		documents[label] = cty.ObjectVal(map[string]cty.Value{"json": cty.StringVal(string(text))})
		roles[strings.TrimSuffix(label, "_trust")] = cty.ObjectVal(map[string]cty.Value{"id": cty.StringVal("id of " + strings.TrimSuffix(label, "_trust"))})
	}
	context := &hcl.EvalContext{
		Variables: map[string]cty.Value{
			"data":         cty.ObjectVal(map[string]cty.Value{"aws_iam_policy_document": cty.ObjectVal(documents)}),
			"aws_iam_role": cty.ObjectVal(roles),
		},
		Functions: map[string]function.Function{"jsonencode": stdlib.JSONEncodeFunc},
	}
	values := map[string]string{}
	for name, attribute := range body.Attributes {
		value, diagnostics := attribute.Expr.Value(context)
		if diagnostics.HasErrors() {
			return nil, diagnostics
		}
		if value.Type() == cty.Number {
			values[name] = value.AsBigFloat().String()
			continue
		}
		values[name] = value.AsString()
	}
	return values, nil
}

// documentOf turns the blocks of aws_iam_policy_document into the policy that
// the provider makes of them, in the form of normal.
func documentOf(body *hclsyntax.Body) (any, error) {
	var statements []any
	for _, block := range body.Blocks {
		s := map[string]any{"Effect": "Allow"}
		for name, key := range map[string]string{"sid": "Sid", "actions": "Action", "resources": "Resource"} {
			if attribute, given := block.Body.Attributes[name]; given {
				value, err := texts(attribute.Expr)
				if err != nil {
					return nil, err
				}
				s[key] = value
			}
		}
		for _, inner := range block.Body.Blocks {
			values := map[string]any{}
			for name, attribute := range inner.Body.Attributes {
				value, err := texts(attribute.Expr)
				if err != nil {
					return nil, err
				}
				values[name] = value
			}
			first := func(name string) string { return values[name].([]any)[0].(string) }
			switch inner.Type {
			case "principals":
				below(s, "Principal")[first("type")] = values["identifiers"]
			case "condition":
				below(below(s, "Condition"), first("test"))[first("variable")] = values["values"]
			default:
				return nil, fmt.Errorf("block %q", inner.Type)
			}
		}
		statements = append(statements, s)
	}
	return map[string]any{"Version": policy.Version, "Statement": statements}, nil
}

func below(m map[string]any, key string) map[string]any {
	if m[key] == nil {
		m[key] = map[string]any{}
	}
	return m[key].(map[string]any)
}

func texts(expression hclsyntax.Expression) ([]any, error) {
	value, diagnostics := expression.Value(nil)
	if diagnostics.HasErrors() {
		return nil, diagnostics
	}
	if value.Type() == cty.String {
		return []any{value.AsString()}, nil
	}
	var all []any
	for _, element := range value.AsValueSlice() {
		all = append(all, element.AsString())
	}
	return all, nil
}

// normal is a policy with every text that may be a list as a list, so that
// forms that mean the same are the same.
func normal(t testing.TB, text []byte) any {
	t.Helper()
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return normalValue(document, "")
}

func normalValue(value any, key string) any {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			v[name] = normalValue(inner, name)
		}
		return v
	case []any:
		for i, inner := range v {
			if _, text := inner.(string); !text {
				v[i] = normalValue(inner, key)
			}
		}
		return v
	case string:
		if key != "Effect" && key != "Version" {
			return []any{v}
		}
	}
	return value
}

func TestTerraformMeansTheSameAsJSON(t *testing.T) {
	t.Parallel()
	for name, d := range documents() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, principal := range []string{"arn:aws:iam::111111111111:role/ci/agent", "arn:aws:iam::111111111111:user/9ci", policy.Source} {
				text, err := policy.WriteGrants([]policy.Grant{{Principal: principal, Role: "it\n# is", Document: d, Notes: []string{"a\nnote"}}}, policy.Terraform)
				if err != nil {
					t.Fatal(err)
				}
				read, err := readTerraform(text)
				if err != nil {
					t.Fatalf("%v\n%s", err, text)
				}
				if len(read.documents) != 1 || len(read.resources) != 1 {
					t.Fatalf("%d documents, %d resources in\n%s", len(read.documents), len(read.resources), text)
				}
				for address, resource := range read.resources {
					if diff := cmp.Diff(normal(t, d.JSON()), normal(t, []byte(resource["policy"]))); diff != "" {
						t.Errorf("%s: %s\n%s", address, diff, text)
					}
				}
			}
		})
	}
}

func TestTerraformRole(t *testing.T) {
	t.Parallel()
	role := policy.Role{Name: "Auditor", Path: "/third/", Description: "for ${them}", Seconds: 7200, Trust: documents()["hostile"], PolicyName: "audit"}
	const inline = `{"Version":"2012-10-17","Statement":[{"Sid":"A","Effect":"Allow","Action":["s3:Get*"],"Resource":"arn:aws:s3:::${aws:username}/*"},{"Effect":"Deny","NotAction":"iam:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}}]}`
	if err := role.Take([]byte(inline)); err != nil {
		t.Fatal(err)
	}
	text, err := role.Write(policy.Terraform)
	if err != nil {
		t.Fatal(err)
	}
	read, err := readTerraform(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	got := read.resources["aws_iam_role.Auditor"]
	if diff := cmp.Diff(normal(t, role.Trust.JSON()), normal(t, []byte(got["assume_role_policy"]))); diff != "" {
		t.Error(diff)
	}
	delete(got, "assume_role_policy")
	if diff := cmp.Diff(map[string]string{"name": "Auditor", "path": "/third/", "description": "for ${them}", "max_session_duration": "7200"}, got); diff != "" {
		t.Error(diff)
	}
	got = read.resources["aws_iam_role_policy.Auditor"]
	if diff := cmp.Diff(normal(t, []byte(inline)), normal(t, []byte(got["policy"]))); diff != "" {
		t.Error(diff)
	}
	if got["name"] != "audit" || got["role"] != "id of Auditor" {
		t.Error(got)
	}
}
