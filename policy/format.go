package policy

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
)

// Form is a way to write policies.
type Form string

// The forms: for people; for the AWS CLI and the console; for Terraform and
// OpenTofu; for CloudFormation.
const (
	Table          Form = "table"
	JSON           Form = "json"
	Terraform      Form = "terraform"
	CloudFormation Form = "cloudformation"
)

// Forms are the names of all.
func Forms() []string {
	return []string{string(Table), string(JSON), string(Terraform), string(CloudFormation)}
}

// ErrSeveral tells that JSON is one document, and several principals need one
// each.
type ErrSeveral struct{ Principals []string }

func (e *ErrSeveral) Error() string {
	return fmt.Sprintf("%d principals need a policy each, and a JSON document is that of one: %s", len(e.Principals), strings.Join(e.Principals, ", "))
}

// WriteGrants writes what each principal needs. A principal who needs nothing
// has no policy, and stands in the table only.
func WriteGrants(grants []Grant, form Form) ([]byte, error) {
	var needy []Grant
	for _, g := range grants {
		if !g.Empty() {
			needy = append(needy, g)
		}
	}
	switch form {
	case Terraform:
		return terraformGrants(needy), nil
	case CloudFormation:
		return cloudFormationGrants(needy), nil
	case JSON:
		if len(needy) == 0 {
			return nil, nil
		}
		if len(needy) > 1 {
			several := &ErrSeveral{}
			for _, g := range needy {
				several.Principals = append(several.Principals, g.Principal)
			}
			return nil, several
		}
		return needy[0].JSON(), nil
	}
	return tableOf(grants), nil
}

// entity is what an ARN names in IAM.
type entity struct{ kind, name string }

const (
	entityRole = "role"
	entityUser = "user"
)

// entityOf takes the kind and the name, without its path, out of an ARN; both
// are empty where it is neither a role nor a user.
func entityOf(arn string) entity {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[2] != "iam" {
		return entity{}
	}
	kind, rest, _ := strings.Cut(parts[5], "/")
	if kind != entityRole && kind != entityUser {
		return entity{}
	}
	return entity{kind, rest[strings.LastIndex(rest, "/")+1:]}
}

// labels makes a label for each principal that is unique among them: of the
// name of the role or the user, with its account where two have the same. Of
// makes a name a label, and may make one of two.
func labels(grants []Grant, of func(name string) string) []string {
	count := map[string]int{}
	for _, g := range grants {
		count[of(shortName(g.Principal))]++
	}
	var all []string
	for _, g := range grants {
		name := shortName(g.Principal)
		if parts := strings.Split(g.Principal, ":"); count[of(name)] > 1 && len(parts) > 5 {
			name += "-" + parts[4]
		}
		label := of(name)
		for n := 2; slices.Contains(all, label); n++ {
			label = of(fmt.Sprintf("%s-%d", name, n))
		}
		all = append(all, label)
	}
	return all
}

func shortName(arn string) string {
	if e := entityOf(arn); e.name != "" {
		return e.name
	}
	return Source
}

// comments are lines that say what a principal is and what no policy can grant.
func comments(b *bytes.Buffer, indent string, g Grant) {
	lines := append([]string{g.Principal + ": " + g.Role}, g.Notes...)
	if g.Principal == Source {
		lines[0] = g.Role
	}
	for _, line := range lines {
		// A name of a profile or a connector may hold anything.
		fmt.Fprintf(b, "%s# %s\n", indent, oneLine(line))
	}
}

// oneLine shows control characters as what they are.
func oneLine(text string) string {
	quoted := fmt.Sprintf("%q", text)
	return strings.ReplaceAll(quoted[1:len(quoted)-1], `\"`, `"`)
}
