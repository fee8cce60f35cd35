package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/policy"
)

// TestRolesOfLikeNamesStayApart: what a label cannot hold is left out of it, so
// that several names make one.
func TestRolesOfLikeNamesStayApart(t *testing.T) {
	t.Parallel()
	var grants []policy.Grant
	for _, role := range []string{"111111111111:role/a-b", "111111111111:role/a.b", "111111111111:role/x/a_b", "222222222222:role/a-b", "111111111111:role/A-B", "111111111111:role/a-b-2"} {
		grants = append(grants, policy.Grant{Principal: "arn:aws:iam::" + role, Document: documents()["one"]})
	}
	text, err := policy.WriteGrants(grants, policy.Terraform)
	if err != nil {
		t.Fatal(err)
	}
	read, err := readTerraform(text)
	if err != nil {
		t.Fatal(err)
	}
	if len(read.documents) != len(grants) || len(read.resources) != len(grants) {
		t.Errorf("%d documents, %d resources of %d\n%s", len(read.documents), len(read.resources), len(grants), text)
	}
	if text, err = policy.WriteGrants(grants, policy.CloudFormation); err != nil {
		t.Fatal(err)
	}
	if n := len(readTemplate(t, text)); n != len(grants) {
		t.Errorf("%d resources of %d\n%s", n, len(grants), text)
	}
}

func TestRoleTakesPoliciesOnly(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`{"Version":"2012-10-17","Statement":[]}}`: "line 1: no JSON",
		"{\n\"Statement\": {\"Effect\": \"Allow\", \"Action\": \"s3:*\", \"Resource\": \"*\",\n\"Resource\": \"*\"}}": "line 3: ",
		`{"Effect":"Allow"}`: "line 1: ",
		`[]`:                 "line 1: ",
		``:                   "line 1: ",
	} {
		var r policy.Role
		if err := r.Take([]byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

// TestRecordOfKeys: ECR makes grants on a key in the caller's name.
func TestRecordOfKeys(t *testing.T) {
	t.Parallel()
	const key = "arn:aws:kms:eu-west-1:222222222222:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	event := func(source, name, more string) string {
		return `{"eventSource":"` + source + `.amazonaws.com","eventName":"` + name + `","awsRegion":"eu-west-1","recipientAccountId":"222222222222","userIdentity":{"arn":"arn:aws:sts::222222222222:assumed-role/pusher/x"},` + more + `}`
	}
	grants, err := policy.ReadRecord([]byte("[" + strings.Join([]string{
		event("ecr", "CreateRepository", `"requestParameters":{"repositoryName":"app","tags":[{"key":"a","value":"b"}]}`),
		event("kms", "CreateGrant", `"resources":[{"ARN":"`+key+`","type":"AWS::KMS::Key"}]`),
		event("kms", "DescribeKey", `"resources":[{"ARN":"`+key+`"}]`),
	}, ",") + "]"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range grants {
		for _, s := range g.Statements {
			got = append(got, g.Principal+" "+strings.Join(s.Actions, ",")+" on "+strings.Join(s.Resources, ","))
		}
	}
	want := []string{
		"arn:aws:iam::222222222222:role/pusher ecr:CreateRepository,ecr:TagResource on arn:aws:ecr:eu-west-1:222222222222:repository/app",
		"arn:aws:iam::222222222222:role/pusher kms:CreateGrant,kms:DescribeKey on " + key,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
