package simulator

import (
	"encoding/json"
	"testing"
)

func TestPoliciesAreReadStrictly(t *testing.T) {
	t.Parallel()
	in := func(statement string) string { return `{"Version":"2012-10-17","Statement":[` + statement + `]}` }
	const fine = `"Effect":"Allow","Action":"ecr:*","Resource":"*"`
	for text, want := range map[string]string{
		`{`:                                    "This policy contains invalid Json",
		`[]`:                                   "Syntax errors in policy.",
		`{"Statement":null}`:                   "Syntax errors in policy.",
		in(``):                                 "",
		in(`{` + fine + `,"effect":"Deny"}`):   "Syntax errors in policy.",
		in(`{` + fine + `,"Effect":"Allow"}`):  "Syntax errors in policy.",
		in(`{` + fine + `,"NotAction":"a:b"}`): "Syntax errors in policy.",
		in(`{` + fine + `,"Sid":"a b"}`):       "Syntax errors in policy.",
		in(`{` + fine + `,"Sid":"A"},{` + fine + `,"Sid":"A"}`):                                "Statement IDs (SID) in a single policy must be unique.",
		`{"Version":"2020-01-01","Statement":{` + fine + `}}`:                                  "Policy document must be version 2012-10-17 or greater.",
		in(`{"Effect":"Perhaps","Action":"a:b","Resource":"*"}`):                               "Syntax errors in policy.",
		in(`{"Effect":"Allow","Resource":"*"}`):                                                "Policy statement must contain actions.",
		in(`{"Effect":"Allow","Action":[],"Resource":"*"}`):                                    "Syntax errors in policy.",
		in(`{"Effect":"Allow","Action":[null],"Resource":"*"}`):                                "Syntax errors in policy.",
		in(`{"Effect":"Allow","Action":"push","Resource":"*"}`):                                "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
		in(`{"Effect":"Allow","Action":"a:b"}`):                                                "Policy statement must contain resources.",
		in(`{"Effect":"Allow","Action":"a:b","Resource":"app"}`):                               `Resource app must be in ARN format or "*".`,
		in(`{` + fine + `,"Principal":"*"}`):                                                   "Policy document should not specify a principal.",
		in(`{` + fine + `,"Condition":{"StringIs":{"a:b":"c"}}}`):                              "Syntax errors in policy.",
		in(`{` + fine + `,"Condition":{"Bool":{"a:b":"yes"}}}`):                                "Syntax errors in policy.",
		in(`{` + fine + `,"Condition":{"BoolNot":{"a:b":"true"}}}`):                            "Syntax errors in policy.",
		in(`{` + fine + `,"Condition":{"NullIfExists":{"a:b":true}}}`):                         "Syntax errors in policy.",
		in(`{` + fine + `,"Condition":{"IpAddress":{"a:b":"1.2.3"}}}`):                         "Syntax errors in policy.",
		in(`{` + fine + `,"Condition":{"StringEquals":{"a:b":[]}}}`):                           "Syntax errors in policy.",
		in(`{` + fine + `,"Condition":{"StringEquals":{"ab":"c"}}}`):                           "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
		in(`{` + fine + `,"Condition":{"NumericEquals":{"a:b":"${c:d}"}}}`):                    "Syntax errors in policy.",
		in(`{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:ecr:*:${a:b}:repository/x"}`): "Syntax errors in policy.",
		in(`{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:ecr:*:*:${a:b}"}`):            "",
		in(`{` + fine + `}`):           "",
		`{"Statement":{` + fine + `}}`: "",
		in(`{"Effect":"Deny","NotAction":["a:*"],"NotResource":["arn:aws:s3:::a"]}`): "",
	} {
		got := ""
		if _, err := readDocument(text, identityPolicy); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s\ngot  %q\nwant %q", text, got, want)
		}
	}
}

func TestTrustPoliciesAreReadStrictly(t *testing.T) {
	t.Parallel()
	for statement, want := range map[string]string{
		`"Action":"sts:AssumeRole","Principal":{"AWS":["111111111111","arn:aws:iam::111111111111:role/a"],"Service":"ec2.amazonaws.com"}`: "",
		`"Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"arn:aws:iam::111111111111:oidc-provider/a.b/c"}`:              "",
		`"Action":"sts:AssumeRole"`:                                                           "Missing required field Principal",
		`"Action":"sts:AssumeRole","Principal":"*","Resource":"*"`:                            "Has prohibited field Resource",
		`"Action":"ecr:PutImage","Principal":"*"`:                                             "AssumeRole policy may only specify STS AssumeRole actions.",
		`"Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111111111111:role/*"}`:    `Invalid principal in policy: "AWS":"arn:aws:iam::111111111111:role/*"`,
		`"Action":"sts:AssumeRole","Principal":{"Federated":"https://token.actions.example"}`: `Invalid principal in policy: "Federated":"https://token.actions.example"`,
		`"Action":"sts:AssumeRole","Principal":{"aws":"*"}`:                                   "Syntax errors in policy.",
		`"Action":"sts:AssumeRole","Principal":{}`:                                            "Syntax errors in policy.",
		`"Action":"sts:AssumeRole","NotPrincipal":"*"`:                                        "Syntax errors in policy.",
	} {
		got := ""
		if _, err := readDocument(`{"Version":"2012-10-17","Statement":{"Effect":"Allow",`+statement+`}}`, trustPolicy); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s\ngot  %q\nwant %q", statement, got, want)
		}
	}
}

// FuzzPoliciesAreJudged: whatever the text is, it is a policy or an error. A
// policy speaks of the same requests if its statements deny instead.
func FuzzPoliciesAreJudged(f *testing.F) {
	f.Add(`{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"ecr:*","Resource":"arn:aws:ecr:*:*:repository/${aws:username}*",`+
		`"Condition":{"ForAnyValue:StringNotLikeIfExists":{"aws:TagKeys":["a*","${*}"]},"NumericLessThan":{"aws:MultiFactorAuthAge":300}}}}`, "aws:TagKeys", "a")
	f.Add(`{"Statement":[{"Sid":"A","Effect":"Allow","NotAction":"s3:*","NotResource":"*"}]}`, "a:b", "*")
	f.Fuzz(func(t *testing.T, text, key, value string) {
		for _, kind := range []documentKind{identityPolicy, trustPolicy, repositoryPolicy} {
			read, err := readDocument(text, kind)
			if err != nil {
				continue
			}
			if !json.Valid([]byte(text)) {
				t.Fatalf("took %q", text)
			}
			context := conditionKeys{}
			context.set(key, value)
			a := ask{"ecr:PutImage", "arn:aws:ecr:eu-west-1:111111111111:repository/app", context}
			said := policySet{read}.judge(a)
			for i := range read.statements {
				read.statements[i].deny = true
			}
			if denied := (policySet{read}).judge(a); (denied == silent) != (said == silent) {
				t.Fatalf("%q: said %d, and %d with every statement denying", text, said, denied)
			}
		}
	})
}
