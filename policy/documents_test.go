package policy_test

import (
	"testing"

	"github.com/zclconf/go-cty/cty"

	"github.com/awsvars/awsvars/policy"
)

// documents are policies that every form must carry.
func documents() map[string]policy.Document {
	of := func(statements ...policy.Statement) policy.Document { return policy.Document{Statements: statements} }
	return map[string]policy.Document{
		"one": of(policy.Statement{Sid: "One", Reason: "why", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}}),
		"several": of(
			policy.Statement{Sid: "Pull", Reason: "pulls", Actions: []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}, Resources: []string{"arn:aws:ecr:eu-west-1:222222222222:repository/a", "arn:aws:ecr:eu-west-1:222222222222:repository/b"}},
			policy.Statement{Sid: "Encrypt", Actions: []string{"kms:CreateGrant"}, Resources: []string{"arn:aws:kms:eu-west-1:222222222222:key/*"}, Conditions: []policy.Condition{{Operator: "ForAnyValue:StringEquals", Key: "kms:ResourceAliases", Values: []string{"alias/images"}}}},
		),
		"hostile": of(policy.Statement{
			Sid: "Hostile", Reason: "a \"reason\"\nof ${two} lines # %{if}",
			Principals: []policy.Principal{{Kind: "AWS", ID: "arn:aws:iam::111111111111:role/${a}"}, {Kind: "AWS", ID: `\"`}, {Kind: "Federated", ID: "%{for x in y}"}},
			Actions:    []string{"sts:AssumeRole", "$${", "%%{"},
			Resources:  []string{"arn:aws:iam::*:role/${aws:username}", "a\\b\tc\u2028\u0085\x7f", "yes", "0123", "~"},
			Conditions: []policy.Condition{
				{Operator: "StringLike", Key: "token.actions.githubusercontent.com:sub", Values: []string{"repo:o/r:*", "{a}: {b}", "- x", "# y", "'q'", "${$}{x}"}},
				{Operator: "StringEquals", Key: "aws:PrincipalTag/a b: c", Values: []string{""}},
				{Operator: "StringEquals", Key: "sts:ExternalId", Values: []string{"<&>"}},
			},
		}),
	}
}

func FuzzForms(f *testing.F) {
	f.Add("${a}", "%{b}", "c: d")
	f.Add("\u2028\x00", "- \n", "\\u0022")
	f.Fuzz(func(t *testing.T, one, two, three string) {
		for _, text := range []string{one, two, three} {
			if !valid(text) || cty.NormalizeString(text) != text {
				t.Skip("JSON has no other text, or Terraform makes one text of several")
			}
		}
		d := policy.Document{Statements: []policy.Statement{{
			Sid: "Fuzz", Reason: one, Actions: []string{two, one}, Resources: []string{three},
			Conditions: []policy.Condition{{Operator: "StringLike", Key: "a:" + two, Values: []string{three, one}}},
		}}}
		want := normal(t, d.JSON())
		g := []policy.Grant{{Principal: "arn:aws:iam::111111111111:role/" + one, Role: two, Document: d, Notes: []string{three}}}
		text, err := policy.WriteGrants(g, policy.Terraform)
		if err != nil {
			t.Fatal(err)
		}
		read, err := readTerraform(text)
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		for _, resource := range read.resources {
			same(t, want, normal(t, []byte(resource["policy"])))
		}
		text, err = policy.WriteGrants(g, policy.CloudFormation)
		if err != nil {
			t.Fatal(err)
		}
		for _, resource := range readTemplate(t, text) {
			same(t, want, normal(t, jsonOf(t, resource["PolicyDocument"])))
		}
	})
}
