package doctor

import (
	"slices"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/tasks"
)

// loginPolicy is what getting a token needs, where that is the cause. AWS takes
// no resource there.
func loginPolicy(cause Cause, r tasks.Registry, who connectors.Identity) string {
	whose := "a policy of " + who.Principal() + " must allow:\n"
	switch cause {
	case SessionPolicy:
		whose = "the session's own policy (the settings policy and policy-arns) must allow:\n"
	case Permission, Boundary, Organization:
	default:
		return ""
	}
	actions := []string{"ecr:GetAuthorizationToken"}
	if r.Public {
		actions = []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}
	}
	return whose + document(policy.Statement{Sid: "Login", Actions: actions, Resources: []string{"*"}})
}

// repositoryPolicy is what the caller needs for a repository.
func repositoryPolicy(r ecr.Registry, a asked, who connectors.Identity) string {
	arn, err := r.RepositoryARN(r.Account, a.name)
	if err != nil {
		return ""
	}
	return "a policy of " + who.Principal() + " must allow:\n" + document(policy.Statement{Sid: "Repository", Actions: actionsOn(a), Resources: []string{arn}})
}

// sharingPolicy is what the repository needs where it is another account's
// (ECR user guide, "Private repository policies").
func sharingPolicy(a asked, who connectors.Identity) string {
	return "the policy of the repository must allow:\n" + document(policy.Statement{
		Sid: "Share", Actions: actionsOn(a), Principals: []policy.Principal{{Kind: "AWS", ID: who.Principal()}},
	})
}

func document(s policy.Statement) string {
	return string(policy.Document{Statements: []policy.Statement{s}}.JSON())
}

// actionsOn are all that is needed for what was asked.
func actionsOn(a asked) []string {
	var all []string
	if a.pull {
		all = append(all, tasks.Pulling()...)
	}
	if a.push {
		all = append(all, tasks.Pushing()...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
