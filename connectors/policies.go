package connectors

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/awsvars/awsvars/variables"
)

// The limits of session policies (STS API reference, AssumeRole, Policy and
// PolicyArns). The managed ones count to the characters, too.
const (
	mostPolicy     = 2048 // characters
	mostPolicyARNs = 10
)

// policies narrow what a session may do.
type policies struct {
	inline string
	arns   []string
}

// policiesOf takes the blanks out of the document: they count to its size.
func policiesOf(v variables.Values) (policies, variables.Faults) {
	p := policies{arns: v.List("policy-arns")}
	var faults variables.Faults
	fault := func(name, format string, args ...any) {
		faults = append(faults, variables.Fault{Setting: name, Problem: fmt.Sprintf(format, args...)})
	}
	if document := v.JSON("policy"); document != nil {
		var b bytes.Buffer
		// The setting is valid JSON, so this cannot fail.
		_ = json.Compact(&b, document)
		p.inline = b.String()
		if !strings.HasPrefix(p.inline, "{") {
			fault("policy", "a policy is a JSON object with a Statement in it")
		} else if strings.ContainsFunc(p.inline, func(r rune) bool { return r > 0xff }) {
			fault("policy", `AWS takes characters up to U+00FF only; write others as \uXXXX`)
		}
	}
	size := utf8.RuneCountInString(p.inline)
	for i, arn := range p.arns {
		size += utf8.RuneCountInString(arn)
		if slices.Contains(p.arns[:i], arn) {
			fault("policy-arns", "%s is given twice", arn)
		}
	}
	if size > mostPolicy {
		fault("policy", "inline and managed session policies have %d characters together without blanks, and AWS takes %d; move statements into a managed policy, or into the role", size, mostPolicy)
	}
	if len(p.arns) > mostPolicyARNs {
		fault("policy-arns", "AWS takes %d at most, these are %d", mostPolicyARNs, len(p.arns))
	}
	return p, faults
}

// document is the parameter Policy, nil for none.
func (p policies) document() *string {
	if p.inline == "" {
		return nil
	}
	return aws.String(p.inline)
}

// descriptors are the parameter PolicyArns.
func (p policies) descriptors() []types.PolicyDescriptorType {
	var all []types.PolicyDescriptorType
	for _, arn := range p.arns {
		all = append(all, types.PolicyDescriptorType{Arn: aws.String(arn)})
	}
	return all
}

// checkOmitted demands a word where a federated user would be able to do
// nothing: without a session policy, GetFederationToken gives no permissions
// (STS API reference, GetFederationToken, "Permissions").
func checkOmitted(v variables.Values) variables.Faults {
	given := v.JSON("policy") != nil || len(v.List("policy-arns")) > 0
	switch omitted := v.Bool("omit-policy"); {
	case omitted && given:
		return variables.Faults{{Setting: "omit-policy", Problem: "a policy is given; leave out one of both"}}
	case !omitted && !given:
		return variables.Faults{{Setting: "policy", Problem: "missing: a federated user can do only what its session policy allows, so give policy or policy-arns; omit-policy says that it is meant to have none"}}
	}
	return nil
}

// checkPolicyARN takes policies of the account and of AWS (IAM user guide,
// "IAM ARNs").
func checkPolicyARN(text string) error {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || len(text) < 20 || len(text) > 2048 || parts[0] != "arn" || !strings.HasPrefix(parts[1], "aws") || parts[2] != "iam" || parts[3] != "" ||
		parts[4] != "aws" && !within(parts[4], 12, 12, digits) || !strings.HasPrefix(parts[5], "policy/") || !printable(text) {
		return fmt.Errorf("write the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME or arn:aws:iam::aws:policy/NAME")
	}
	return nil
}

// printable tells whether text is visible ASCII.
func printable(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r < '!' || r > '~' })
}
