package policy_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/policy"
)

func TestDocumentIsWrittenAsPeopleReadIt(t *testing.T) {
	t.Parallel()
	document := policy.Document{Statements: []policy.Statement{{
		Sid:        policy.Sid("pull", "team/app"),
		Reason:     "a job pulls",
		Principals: []policy.Principal{{Kind: "AWS", ID: "arn:aws:iam::111111111111:role/a&b"}, {Kind: "Service", ID: "ec2.amazonaws.com"}},
		Actions:    []string{"sts:AssumeRole", "sts:TagSession"},
		Resources:  []string{"*"},
		Conditions: []policy.Condition{
			{Operator: "StringEquals", Key: "sts:ExternalId", Values: []string{"<id>"}},
			{Operator: "StringLike", Key: "aws:PrincipalTag/team", Values: []string{"a*", "b*"}},
			{Operator: "StringEquals", Key: "aws:SourceAccount", Values: []string{"111111111111"}},
		},
	}}}
	const want = `{
  "Version": "2012-10-17",
  "Statement": [
    {
      "Sid": "PullTeamApp",
      "Effect": "Allow",
      "Principal": {
        "AWS": "arn:aws:iam::111111111111:role/a&b",
        "Service": "ec2.amazonaws.com"
      },
      "Action": [
        "sts:AssumeRole",
        "sts:TagSession"
      ],
      "Resource": "*",
      "Condition": {
        "StringEquals": {
          "sts:ExternalId": "<id>",
          "aws:SourceAccount": "111111111111"
        },
        "StringLike": {
          "aws:PrincipalTag/team": [
            "a*",
            "b*"
          ]
        }
      }
    }
  ]
}
`
	if diff := cmp.Diff(want, string(document.JSON())); diff != "" {
		t.Error(diff)
	}
	if !json.Valid(document.JSON()) {
		t.Error("no JSON")
	}
}

func TestMergeJoinsWhatDiffersInResourcesOnly(t *testing.T) {
	t.Parallel()
	of := func(principal, sid, action, resource string) policy.Grant {
		return policy.Grant{Principal: principal, Document: policy.Document{Statements: []policy.Statement{{Sid: sid, Actions: []string{action}, Resources: []string{resource}}}}, Notes: []string{"note"}}
	}
	got := policy.Merge([]policy.Grant{of("a", "X", "s:A", "1"), of("b", "X", "s:A", "1"), of("a", "X", "s:A", "2"), of("a", "X", "s:A", "1"), of("a", "X", "s:B", "1")})
	want := []policy.Grant{
		{Principal: "a", Notes: []string{"note"}, Document: policy.Document{Statements: []policy.Statement{
			{Sid: "X", Actions: []string{"s:A"}, Resources: []string{"1", "2"}},
			{Sid: "X2", Actions: []string{"s:B"}, Resources: []string{"1"}},
		}}},
		{Principal: "b", Notes: []string{"note"}, Document: policy.Document{Statements: []policy.Statement{{Sid: "X", Actions: []string{"s:A"}, Resources: []string{"1"}}}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
