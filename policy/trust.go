package policy

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// Trust says who may become a role. At least one way in is given; each is a
// statement of its own.
type Trust struct {
	// Partition is aws where it is empty.
	Partition string
	// Account is the role's own, 12 digits; it may be empty where no web
	// identity is let in.
	Account string
	// Principals are ARNs of roles and users, account IDs, or *.
	Principals []string
	// ExternalIDs are what a caller must bring, any of them.
	ExternalIDs []string
	// ThirdParty says that the principals are somebody else's.
	ThirdParty bool
	// Organization is an ID of AWS Organizations, o-…, that the principals
	// must be in.
	Organization string
	// MFA demands a caller who signed in with a device.
	MFA bool
	// Tags and SourceIdentity let sessions have them.
	Tags, SourceIdentity bool
	// Services are short names, or hosts such as ec2.amazonaws.com.
	Services []string
	// SourceAccount and SourceARN narrow the services to what they act for.
	SourceAccount, SourceARN string
	// WebIdentities let tokens in.
	WebIdentities []WebIdentity
}

// Document writes the trust policy. An error is an argument that cannot be
// right, or that nobody should want.
func (t Trust) Document() (Document, error) {
	var d Document
	if t.Partition == "" {
		t.Partition = "aws"
	}
	if t.Account != "" && !isAccount(t.Account) {
		return d, fmt.Errorf("account %q: an account ID has 12 digits", t.Account)
	}
	for _, part := range []func() ([]Statement, error){t.principals, t.services, t.webIdentities} {
		statements, err := part()
		if err != nil {
			return d, err
		}
		d.Statements = append(d.Statements, statements...)
	}
	if d.Empty() {
		return d, errors.New("nobody would be let in: name a principal, a service or a provider")
	}
	number(d.Statements)
	return d, nil
}

func (t Trust) principals() ([]Statement, error) {
	if len(t.Principals) == 0 {
		if len(t.ExternalIDs) > 0 {
			return nil, errors.New("external ID: it goes with a principal: services and web identities bring none")
		}
		return nil, nil
	}
	s := Statement{Sid: "Principals", Reason: "these may become the role", Actions: t.actions("sts:AssumeRole")}
	for _, given := range t.Principals {
		arn, err := principalARN(t.Partition, given)
		if err != nil {
			return nil, err
		}
		if arn == "*" && t.Organization == "" {
			return nil, errors.New("principal *: that is everybody on AWS; name roles, users or accounts, or an organization that they must be in")
		}
		s.Principals = append(s.Principals, Principal{"AWS", arn})
	}
	for _, id := range t.ExternalIDs {
		if !isExternalID(id) {
			return nil, fmt.Errorf("external ID %q: 2 to 1224 letters, digits and _+=,.@:/- (STS takes no other)", id)
		}
	}
	switch {
	case len(t.ExternalIDs) > 0:
		s.Reason += ", with the external ID only"
		s.Conditions = append(s.Conditions, Condition{"StringEquals", "sts:ExternalId", t.ExternalIDs})
	case t.ThirdParty:
		return nil, errors.New("a third party without an external ID: any customer of theirs could have them become this role; awsvars external-id makes one")
	}
	if t.Organization != "" {
		if !regexp.MustCompile(`^o-[a-z0-9]{10,32}$`).MatchString(t.Organization) {
			return nil, fmt.Errorf("organization %q: its ID is o- and 10 to 32 letters and digits", t.Organization)
		}
		s.Conditions = append(s.Conditions, Condition{"StringEquals", "aws:PrincipalOrgID", []string{t.Organization}})
	}
	if t.MFA {
		s.Conditions = append(s.Conditions, Condition{"Bool", "aws:MultiFactorAuthPresent", []string{"true"}})
	}
	return []Statement{s}, nil
}

// actions adds those that a session with tags or a source identity needs from
// the trust policy besides.
func (t Trust) actions(first string) []string {
	actions := []string{first}
	if t.Tags {
		actions = append(actions, "sts:TagSession")
	}
	if t.SourceIdentity {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	return actions
}

// principalARN completes an account to its root, and refuses what a trust
// policy cannot hold (IAM user guide, "AWS JSON policy elements: Principal").
func principalARN(partition, given string) (string, error) {
	switch {
	case given == "*":
		return given, nil
	case isAccount(given):
		return "arn:" + partition + ":iam::" + given + ":root", nil
	case regexp.MustCompile(`^arn:aws[a-z-]*:iam::[0-9]{12}:(root|(role|user)/[\w+=,.@/-]+)$`).MatchString(given):
		return given, nil
	}
	if session := regexp.MustCompile(`^(arn:aws[a-z-]*):sts::([0-9]{12}):assumed-role/([\w+=,.@-]+)/`).FindStringSubmatch(given); session != nil {
		return "", fmt.Errorf("principal %q: that is a session, and the next one has another name; its role is %s:iam::%s:role/%s, with the role's path before the name if it has one", given, session[1], session[2], session[3])
	}
	return "", fmt.Errorf("principal %q: write the ARN of a role or a user, arn:aws:iam::111111111111:role/NAME, or an account ID of 12 digits", given)
}

func isAccount(text string) bool { return regexp.MustCompile(`^[0-9]{12}$`).MatchString(text) }

func isExternalID(text string) bool {
	return len(text) <= 1224 && regexp.MustCompile(`^[\w+=,.@:/-]{2,}$`).MatchString(text)
}

func (t Trust) services() ([]Statement, error) {
	var all []Statement
	for _, given := range t.Services {
		host, actions, known := serviceOf(t.Partition, given)
		if !known {
			return nil, fmt.Errorf("service %q: write one of %s, or its principal, such as lambda.amazonaws.com", given, strings.Join(serviceNames(), ", "))
		}
		s := Statement{
			Sid: Sid("service", given), Reason: "AWS gives the role out to what runs there",
			Principals: []Principal{{"Service", host}}, Actions: actions,
		}
		if t.SourceAccount != "" {
			if !isAccount(t.SourceAccount) {
				return nil, fmt.Errorf("source account %q: an account ID has 12 digits", t.SourceAccount)
			}
			s.Conditions = append(s.Conditions, Condition{"StringEquals", "aws:SourceAccount", []string{t.SourceAccount}})
		}
		if t.SourceARN != "" {
			s.Conditions = append(s.Conditions, Condition{"ArnLike", "aws:SourceArn", []string{t.SourceARN}})
		}
		all = append(all, s)
	}
	return all, nil
}

func serviceNames() []string { return []string{"ec2", "ecs", "codebuild", "pod-identity"} }

// serviceOf returns a service's principal and what it does (EC2, ECS, EKS and
// CodeBuild user guides, the pages on their roles). EKS Pod Identity tags the
// session.
func serviceOf(partition, given string) (host string, actions []string, known bool) {
	assume := []string{"sts:AssumeRole"}
	suffix := "amazonaws.com"
	if partition == "aws-cn" {
		suffix = "amazonaws.com.cn"
	}
	switch given {
	case "ec2":
		return "ec2." + suffix, assume, true
	case "ecs":
		return "ecs-tasks.amazonaws.com", assume, true
	case "codebuild":
		return "codebuild.amazonaws.com", assume, true
	case "pod-identity", "pods.eks.amazonaws.com":
		return "pods.eks.amazonaws.com", append(assume, "sts:TagSession"), true
	}
	known = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`).MatchString(given)
	return given, assume, known
}

// Unnarrowed are warnings of providers whose tokens could be narrowed to a
// branch, a tag or an environment and are not, in words. What else is wide,
// [Document.Check] says.
func (t Trust) Unnarrowed() []string {
	var all []string
	for _, w := range t.WebIdentities {
		said, err := w.tokens()
		if err != nil {
			continue
		}
		for _, subject := range said.subjects {
			if everything(w, subject) {
				all = append(all, subject+": every job there, of each branch and of pull requests; name a branch, a tag or an environment where the provider has them")
			}
		}
	}
	return all
}

// everything tells whether a subject is narrowed to no branch, tag or
// environment, and could be.
func everything(w WebIdentity, subject string) bool {
	switch w.Provider {
	case "github", "gitlab", "buildkite":
		return strings.HasSuffix(subject, ":*") && !strings.HasSuffix(subject, ":commit:*")
	case "circleci":
		return strings.HasSuffix(subject, "/user/*")
	case "bitbucket":
		return len(w.Environments) == 0
	}
	return false
}
