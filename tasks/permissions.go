package tasks

import (
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/variables"
)

// Repositories are what a job does with a login besides what the task does
// itself.
type Repositories struct{ Pull, Push []string }

// Check finds names that no repository has. One with a wildcard would be many.
func (u Repositories) Check() variables.Faults {
	var faults variables.Faults
	for _, kind := range []struct {
		setting string
		names   []string
	}{{"pull", u.Pull}, {"push", u.Push}} {
		for _, name := range kind.names {
			if err := ecr.CheckRepository(name); err != nil {
				faults = append(faults, variables.Fault{Setting: kind.setting, Given: name, Problem: err.Error()})
			}
		}
	}
	return faults
}

// Permissions are what a task with its connectors needs, by who needs it. It
// asks nobody. Source is the ARN of who the job starts as, empty where that is
// not known.
func Permissions(t Task, v variables.Values, roster *connectors.Roster, source string, use Repositories) ([]policy.Grant, error) {
	var grants []policy.Grant
	for _, name := range t.Connectors(v) {
		way, err := roster.Connector(name).Permissions(source)
		if err != nil {
			return nil, err
		}
		final := policy.Grant{Principal: way.Final, Role: way.Role, Notes: way.Notes}
		if asker, asks := t.(grantee); asks {
			final.Statements, err = asker.statements(v, name, home{way.Final, way.Region}, use)
			if err != nil {
				return nil, err
			}
			final.Notes = append(final.Notes, shared(v, name, way.Final)...)
		}
		grants = append(append(grants, way.Grants...), final)
	}
	return policy.Merge(grants), nil
}

// grantee is a task whose calls need permissions.
type grantee interface {
	statements(v variables.Values, connector string, at home, use Repositories) ([]policy.Statement, error)
}

// home is where a caller is at home, as far as it is known.
type home struct{ arn, region string }

func (h home) account() string {
	if parts := strings.Split(h.arn, ":"); len(parts) > 5 {
		return parts[4]
	}
	return ""
}

// repository is the ARN of a repository in r, whose account and region may be
// the caller's own.
func (h home) repository(r ecr.Registry, name string) (string, error) {
	account := r.Account
	if account == "" {
		account = h.account()
	}
	if r.Region == "" {
		r.Region = h.region
	}
	if account == "" || r.Region == "" && !r.Public {
		return "", variables.WithHint(fmt.Errorf("naming repository %q: the settings do not tell whose registry it is in, or in which region", name),
			"write the registry as 111111111111/eu-west-1, or give --region and, by --source-arn, who the job starts as")
	}
	return r.RepositoryARN(account, name)
}

// The actions on a repository (ECR user guide, "Required IAM permissions for
// pushing an image"; "Amazon ECR private repository policy examples").
func pulling() []string {
	return []string{"ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"}
}

// pushing: which tags and layers are there is read as a pull would, but for ECR
// Public, where everybody may.
func pushing(r ecr.Registry) []string {
	service, actions := "ecr-public", []string(nil)
	if !r.Public {
		service, actions = "ecr", []string{"ecr:BatchGetImage"}
	}
	for _, action := range []string{"BatchCheckLayerAvailability", "CompleteLayerUpload", "InitiateLayerUpload", "PutImage", "UploadLayerPart"} {
		actions = append(actions, service+":"+action)
	}
	return actions
}

func (t ecrTask) statements(v variables.Values, connector string, at home, use Repositories) ([]policy.Statement, error) {
	var all []policy.Statement
	_, registries := ofConnector(targets(v), connector)
	all = append(all, logins(registries)...)
	for _, r := range registries {
		for _, kind := range []struct {
			names   []string
			sid     string
			reason  string
			actions []string
		}{
			{use.Pull, "Pull", "pulls images from it", pulling()},
			{use.Push, "Push", "pushes images to it", pushing(r)},
		} {
			if r.Public && kind.sid == "Pull" {
				// Everybody may.
				continue
			}
			for _, name := range kind.names {
				arn, err := at.repository(r, name)
				if err != nil {
					return nil, err
				}
				all = append(all, policy.Statement{Sid: kind.sid, Reason: kind.reason, Actions: kind.actions, Resources: []string{arn}})
			}
		}
	}
	return all, nil
}

// logins are the calls for tokens. They take no resource (service
// authorization reference, Amazon ECR, Amazon ECR Public).
func logins(registries []ecr.Registry) []policy.Statement {
	var all []policy.Statement
	for _, r := range registries {
		s := policy.Statement{Sid: "Login", Reason: "gets the login; AWS takes no resource here", Actions: []string{"ecr:GetAuthorizationToken"}, Resources: []string{"*"}}
		if r.Public {
			s = policy.Statement{Sid: "PublicLogin", Reason: "gets the login to ECR Public, which is a bearer token of STS; AWS takes no resource here", Actions: []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"}, Resources: []string{"*"}}
		}
		all = append(all, s)
	}
	return all
}

func (t pushTask) statements(v variables.Values, connector string, at home, use Repositories) ([]policy.Statement, error) {
	all, err := t.ecrTask.statements(v, connector, at, use)
	if err != nil || v.Bool("dry-run") {
		return all, err
	}
	_, registries := ofConnector(targets(v), connector)
	for _, r := range registries {
		name := v.Text("repository")
		if _, image, aliased := strings.Cut(name, "/"); r.Public && aliased {
			// The alias of the registry is no part of the ARN.
			name = image
		}
		arn, err := at.repository(r, name)
		if err != nil {
			return nil, err
		}
		push := policy.Statement{Sid: "Push", Reason: "looks which tags and layers are there, and pushes the image", Actions: pushing(r)}
		for _, s := range append([]policy.Statement{push}, wishOf(v).statements(at, r)...) {
			if len(s.Resources) == 0 {
				s.Resources = []string{arn}
			}
			all = append(all, s)
		}
	}
	return all, nil
}

// shared tells of registries that are another account's: their repositories
// must let this one in (ECR user guide, "Private repository policies").
func shared(v variables.Values, connector, final string) []string {
	own := home{arn: final}.account()
	var notes []string
	_, registries := ofConnector(targets(v), connector)
	for _, r := range registries {
		if r.Account != "" && own != "" && r.Account != own {
			notes = append(notes, fmt.Sprintf("%s is another account's: the policy of each repository there must allow %s too", r, final))
		}
	}
	return notes
}
