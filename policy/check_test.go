package policy

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// judged are all errors and warnings, with their lines.
func judged(findings []Finding) string {
	var b strings.Builder
	for _, f := range findings {
		if f.Severity != Note {
			fmt.Fprintf(&b, "%s %d %s\n", f.Severity, f.Line, f.Text)
		}
	}
	return b.String()
}

// expect compares all errors and warnings with what is wanted, which begins
// with severity and line and holds a piece of the text.
func expect(t *testing.T, text string, findings []Finding, wants ...string) {
	t.Helper()
	said := strings.Split(strings.TrimSuffix(judged(findings), "\n"), "\n")
	if said[0] == "" {
		said = nil
	}
	if len(said) != len(wants) {
		t.Errorf("%s\nsays\n%swant\n%s", text, judged(findings), strings.Join(wants, "\n"))
		return
	}
	for i, want := range wants {
		parts := strings.SplitN(want, " ", 3)
		if !strings.HasPrefix(said[i], parts[0]+" "+parts[1]+" ") || !strings.Contains(said[i], parts[2]) {
			t.Errorf("%s\nsays\n%s\nwant\n%s", text, said[i], want)
		}
	}
}

// identity is a policy whose statement begins in line 4.
func identity(elements string) string {
	return "{\n\"Version\": \"2012-10-17\",\n\"Statement\":\n{\"Effect\": \"Allow\",\n" + elements + "}}"
}

const app = "\"arn:aws:ecr:eu-west-1:222222222222:repository/app\""

func TestCheckOfActionsAndResources(t *testing.T) {
	t.Parallel()
	for elements, wants := range map[string][]string{
		`"Action": "ecr:GetAuthorizationToken", "Resource": "*"`: nil,
		"\"Action\": \"ecr:GetAuthorizationToken\",\n\"Resource\": " + app: {
			"error 5 ecr:GetAuthorizationToken takes no resource", "warning 6 no action of this statement acts on",
		},
		"\"Action\": [\"ecr:GetAuthorizationToken\",\n\"ecr:BatchGetImages\"], \"Resource\": \"*\"": {
			`error 6 there is no action "ecr:BatchGetImages"; did you mean ecr:BatchGetImage?`,
		},
		`"Action": "ecr:GetServiceBearerToken", "Resource": "*"`:                        {`error 5 did you mean sts:GetServiceBearerToken?`},
		`"Action": "PutImage", "Resource": "*"`:                                         {`error 5 an action is SERVICE:NAME; did you mean ecr:PutImage?`},
		`"Action": "erc:PutImage", "Resource": "*"`:                                     {`warning 5 did you mean ecr:PutImage?`},
		`"Action": "ecs:TagResource", "Resource": "*"`:                                  nil,
		`"Action": "s3:GetObject", "Resource": "arn:aws:s3:::bucket/*"`:                 nil,
		`"Action": "*:PutImage", "Resource": "*"`:                                       {`error 5 the service takes no wildcard`},
		`"Action": "ecr:Get*Images", "Resource": "*"`:                                   {`error 5 there is no action`},
		`"Action": "*", "Resource": "*"`:                                                {`warning 5 every action of every service`},
		`"Action": "ecr:*", "Resource": "*"`:                                            {`warning 5 ecr:* is 60 actions, among them ecr:BatchDeleteImage`},
		`"Action": "ecr:Describe*", "Resource": "*"`:                                    nil,
		`"NotAction": "iam:*", "Resource": "*"`:                                         {`warning 5 NotAction with Allow`},
		`"Action": "sts:AssumeRole", "Resource": "*"`:                                   {`warning 5 every role that trusts this account`},
		`"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::222222222222:role/*"`:    {`warning 5 every role that trusts this account`},
		`"Action": "sts:AssumeRole", "Resource": "arn:aws:iam::222222222222:role/ci-*"`: nil,
		`"Action": "sts:AssumeRole", "Resource": "arn:aws:sts::222222222222:assumed-role/a/b"`: {
			`error 5 sts:AssumeRole acts on none of these resources`, `warning 5 no action of this statement acts on`,
		},
		`"Action": "sts:AssumeRole", "NotResource": "arn:aws:iam::222222222222:role/a"`:                          {`warning 5 NotResource with Allow`},
		"\"Action\": [\"sts:TagSession\"],\n\"Resource\": \"arn:aws:iam::222222222222:role/a\"":                  {`warning 6 sts:AssumeRole is not`},
		`"Action": "ecr:DescribeImages", "Resource": "*"`:                                                        {`warning 5 * is every repository`},
		`"Action": "ecr:DescribeImages", "Resource": "arn:aws:ecr:eu-west-1:222222222222:repository/*"`:          {`warning 5 is every repository`},
		`"Action": "ecr:DescribeImages", "Resource": "222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1"`: {`error 5 the name of an image`},
		`"Action": "ecr:DescribeImages", "Resource": "arn:aws:ecr:eu-west-1:222222222222:repository/app:v1"`:     {`error 5 the whole repository`},
		`"Action": "ecr:DescribeImages", "Resource": "arn:aws:ecr:eu-west-1:22222222222:repository/app"`:         {`error 5 no account ID`},
		`"Action": "ecr:DescribeImages", "Resource": "arn:amazon:ecr:eu-west-1:222222222222:repository/app"`:     {`error 5 no part of AWS`},
		`"Action": "ecr:DescribeImages", "Resource": "app"`:                                                      {`error 5 it is no ARN`},
		`"Action": "ecr:DescribeImages", "Resource": "arn:aws:ecr:x"`:                                            {`error 5 six parts`},
		`"Action": "ecr:DescribeImages", "Resource": "arn:aws:s3:::app"`:                                         {`error 5 acts on none`, `warning 5 no action of this statement acts on`},
		`"Action": ["ecr:GetAuthorizationToken", "ecr:DescribeImages"], "Resource": ["*", ` + app + `]`:          {`warning 5 * is every repository`},
		`"Action": "codeconnections:UseConnection", "Resource": "arn:aws:codestar-connections:eu-west-1:222222222222:connection/a"`: {
			`error 5 acts on none`, `warning 5 no action`,
		},
		`"Action": "codeconnections:UseConnection", "Resource": "arn:aws:codeconnections:*:222222222222:connection/*"`: {`error 5 a wildcard in the ID of a connection`},
		`"Action": ["ecr-public:GetAuthorizationToken"], "Resource": "*"`:                                              {`warning 5 needs sts:GetServiceBearerToken, too`},
		`"Action": ["sts:GetServiceBearerToken"], "Resource": "*"`:                                                     nil,
		`"Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], "Resource": ` + app:                            {`warning 5 need the login to ECR`},
		`"Action": ["ecr:BatchGetImage"], "Resource": ` + app:                                                          {`warning 5 pulling from arn:aws:ecr:eu-west-1:222222222222:repository/app lacks ecr:GetDownloadUrlForLayer`},
		`"Action": ["ecr:PutImage", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:BatchCheckLayerAvailability"], "Resource": ` + app: {
			`warning 5 pushing to arn:aws:ecr:eu-west-1:222222222222:repository/app lacks ecr:CompleteLayerUpload`,
		},
		`"Principal": "*", "Action": "sts:AssumeRole", "Resource": "*"`: {"error 5 has no Resource", "error 5 lets in everybody in the world"},
	} {
		text := identity(elements)
		expect(t, elements, Check(Read([]byte(text)), CheckOptions{}), wants...)
	}
}

func TestCheckOfConditions(t *testing.T) {
	t.Parallel()
	const role = "\"Action\": \"sts:AssumeRole\", \"Resource\": \"arn:aws:iam::222222222222:role/a\", \"Condition\": {\n"
	for condition, wants := range map[string][]string{
		`"StringEquals": {"aws:RequestedRegion": "eu-west-1"}`:                                  nil,
		`"StringEqual": {"aws:RequestedRegion": "eu-west-1"}`:                                   {`error 6 did you mean StringEquals?`},
		`"StringEquals": {"aws:RequestRegion": "eu-west-1"}`:                                    {`error 6 did you mean aws:RequestedRegion?`},
		`"StringEquals": {"ExternalId": "ab"}`:                                                  {`error 6 did you mean sts:ExternalId?`},
		`"StringEquals": {"sts:ExternalID": "ab"}`:                                              {`warning 6 in a policy of the caller`},
		`"StringEquals": {"sts:ExternlId": "ab"}`:                                               {`error 6 did you mean sts:ExternalId?`},
		`"StringEquals": {"sts:AWSServiceName": "ecr-public.amazonaws.com"}`:                    {`error 6 no request of sts:AssumeRole has the key`},
		`"StringEqualsIfExists": {"sts:AWSServiceName": "ecr-public.amazonaws.com"}`:            nil,
		`"StringEquals": {"sts:RoleSessionName": "build-*"}`:                                    {`error 6 as a character, so that it is never true`},
		`"StringEquals": {"sts:RoleSessionName": "build-${*}"}`:                                 nil,
		`"StringNotEquals": {"sts:RoleSessionName": "build-*"}`:                                 {`error 6 always true`},
		`"StringEquals": {"aws:PrincipalTag/team": "a*"}`:                                       {`warning 6 as a character`},
		`"StringLike": {"sts:RoleSessionName": "build"}`:                                        nil,
		`"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}`:                                   {`warning 6 also true where a request has no aws:TagKeys`},
		`"ForAllValues:StringEquals": {"aws:TagKeys": ["a"]}, "Null": {"aws:TagKeys": "false"}`: nil,
		`"Bool": {"aws:MultiFactorAuthPresent": "yes"}`:                                         {`error 6 neither true nor false`},
		`"BoolIfExists": {"aws:MultiFactorAuthPresent": true}`:                                  {`warning 6 keys of long term`},
		`"NumericLessThan": {"aws:MultiFactorAuthAge": "1h"}`:                                   {`error 6 no number`},
		`"DateLessThan": {"aws:CurrentTime": "tomorrow"}`:                                       {`error 6 no date`},
		`"DateLessThan": {"aws:CurrentTime": "2026-12-31T23:59:59Z"}`:                           nil,
		`"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "192.0.2.300"]}`:                        {`error 6 no address`},
		`"StringEquals": {"aws:SourceIp": "192.0.2.1"}`:                                         {`warning 6 compares its letters`},
		`"ArnLike": {"aws:PrincipalArn": "role/a"}`:                                             {`error 6 no ARN`},
		`"StringEquals": {"s3:prefix": "a"}`:                                                    nil,
	} {
		text := identity(role + condition + "}")
		expect(t, condition, Check(Read([]byte(text)), CheckOptions{}), wants...)
	}
	const two = `"Action": ["codeconnections:UseConnection", "codeconnections:PassConnection"], "Resource": "arn:aws:codeconnections:eu-west-1:222222222222:connection/a", "Condition": {` + "\n"
	text := identity(two + `"StringEquals": {"codeconnections:FullRepositoryId": "a/b"}}`)
	expect(t, text, Check(Read([]byte(text)), CheckOptions{}), `warning 6 no request of codeconnections:PassConnection has the key`)
}

func TestCheckOfVersionAndSids(t *testing.T) {
	t.Parallel()
	const statement = `{"Sid": "A", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "arn:aws:iam::222222222222:role/a"}`
	for text, wants := range map[string][]string{
		`{"Statement": ` + statement + `}`:                                                                                       {"warning 1 there is no Version"},
		`{"Version": "2008-10-17", "Statement": ` + statement + `}`:                                                              {"warning 1 the old one"},
		`{"Version": "2012-10-18", "Statement": ` + statement + `}`:                                                              {"error 1 there is no Version \"2012-10-18\""},
		"{\"Version\": \"2008-10-17\", \"Statement\":\n" + strings.ReplaceAll(statement, "role/a", "role/${aws:username}") + `}`: {"warning 1 the old one", "error 2 takes as plain text"},
		"{\"Version\": \"2012-10-17\", \"Statement\": [" + statement + ",\n" + statement + `]}`:                                  {`error 2 Sid "A" is that of the statement in line 1`},
		"{\"Version\": \"2012-10-17\", \"Statement\": [" + strings.ReplaceAll(statement, `"A"`, `"A b"`) + `]}`:                  {`error 1 letters and digits only`},
	} {
		expect(t, text, Check(Read([]byte(text)), CheckOptions{}), wants...)
	}
}

// TestCheckTellsWhatIsAllowed: in words, for each task.
func TestCheckTellsWhatIsAllowed(t *testing.T) {
	t.Parallel()
	document := Document{Statements: []Statement{
		{Sid: "Assume", Actions: []string{"sts:AssumeRole", "sts:TagSession"}, Resources: []string{"arn:aws:iam::222222222222:role/a"}},
		{Sid: "Login", Actions: []string{"ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}, Resources: []string{"*"}},
		{Sid: "Images", Actions: []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart", "ecr:CompleteLayerUpload", "ecr:PutImage", "ecr:CreateRepository"}, Resources: []string{"arn:aws:ecr:eu-west-1:222222222222:repository/app"}},
	}}
	findings := document.Check(CheckOptions{})
	if said := judged(findings); said != "" {
		t.Error(said)
	}
	var notes []string
	for _, f := range findings {
		notes = append(notes, f.Text)
	}
	for _, want := range []string{
		"allows assuming arn:aws:iam::222222222222:role/a, with session tags", "allows the login to ECR", "allows the login to ECR Public",
		"allows pulling from and pushing to arn:aws:ecr:eu-west-1:222222222222:repository/app", "allows creating arn:aws:ecr:eu-west-1:222222222222:repository/app",
	} {
		if !strings.Contains(strings.Join(notes, "\n")+"\n", want+"\n") {
			t.Errorf("no note %q in\n%s", want, strings.Join(notes, "\n"))
		}
	}
}

func TestDenyTakesBack(t *testing.T) {
	t.Parallel()
	text := `{"Version": "2012-10-17", "Statement": [
{"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
{"Effect": "Deny", "Action": "ecr:*", "Resource": "*"}]}`
	for _, f := range Check(Read([]byte(text)), CheckOptions{}) {
		t.Errorf("%+v", f)
	}
}

// TestPoliciesOfThePagesHaveNothingWrong: what people copy passes.
func TestPoliciesOfThePagesHaveNothingWrong(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "docs", "permissions.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```json policy ([^\n]*)\n(.*?)^```").FindAllStringSubmatch(string(page), -1)
	if len(blocks) < 15 {
		t.Fatalf("only %d policies", len(blocks))
	}
	for _, b := range blocks {
		findings := Check(Read([]byte(b[2])), CheckOptions{})
		if said := judged(findings); said != "" {
			t.Errorf("%s\n%s", b[1], said)
		}
		if len(findings) == 0 {
			t.Errorf("%s: nothing is told of what it allows", b[1])
		}
	}
}
