package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// allows tells whether a statement is one of Allow.
func (st *writtenStatement) allows() bool { return st.effect.text == "Allow" }

// known are the actions of the catalogue that the statement is about, and
// foreign those of other services.
func (st *writtenStatement) known() (known, foreign []string) {
	for _, element := range st.actions {
		found, ok := actionsMatching(element.text)
		known = append(known, found...)
		if !ok || element.text == "*" {
			foreign = append(foreign, element.text)
		}
	}
	slices.Sort(known)
	return slices.Compact(known), foreign
}

// named are the known actions that are named without a wildcard, with their
// lines.
func (st *writtenStatement) named() []word {
	var all []word
	for _, element := range st.actions {
		if found, _ := actionsMatching(element.text); len(found) == 1 && !wildcarded(element.text) {
			all = append(all, word{found[0], element.line})
		}
	}
	return all
}

func (c *checker) checkActions(st *writtenStatement) {
	if st.notAction && st.allows() {
		c.say(Warning, st, st.actionLine, "NotAction with Allow allows every action of every service but those that it names", "name what is allowed in Action")
	}
	for _, element := range st.actions {
		prefix, name, found := strings.Cut(element.text, ":")
		switch {
		case element.text == "*":
			if st.allows() && !st.notAction {
				c.say(Warning, st, element.line, "the action * is every action of every service", c.lessActions())
			}
		case !found || name == "":
			c.say(Error, st, element.line, fmt.Sprintf("action %q: an action is SERVICE:NAME%s", element.text, meantAction(element.text)), "")
		case wildcarded(prefix):
			c.say(Error, st, element.line, fmt.Sprintf("action %q: the service takes no wildcard", element.text), "")
		default:
			c.checkAction(st, element)
		}
	}
}

// lessActions says what to write in place of every action.
func (c *checker) lessActions() string {
	if c.kind == TrustPolicy {
		return "name sts:AssumeRole, or the one that is meant"
	}
	return "name what the job does; awsvars policy permissions writes it"
}

func (c *checker) checkAction(st *writtenStatement, element word) {
	found, known := actionsMatching(element.text)
	switch {
	case !known:
		if near := nearService(element.text); near != "" {
			c.say(Warning, st, element.line, fmt.Sprintf("action %q: did you mean %s?", element.text, near), "")
		}
		return
	case len(found) == 0:
		c.say(Error, st, element.line, fmt.Sprintf("there is no action %q%s", element.text, meantAction(element.text)), "")
		return
	}
	if st.allows() && !st.notAction && wildcarded(element.text) {
		c.checkWide(st, element, found)
	}
	for _, action := range found {
		if !wildcarded(element.text) {
			c.checkPlace(st, word{action, element.line})
		}
	}
}

// checkWide warns where a wildcard brings actions with it that delete, or that
// change who may do what.
func (c *checker) checkWide(st *writtenStatement, element word, found []string) {
	var grave []string
	for _, action := range found {
		_, name, _ := strings.Cut(action, ":")
		for _, sign := range []string{"Delete", "SetRepositoryPolicy", "PutRegistryPolicy", "PutKeyPolicy", "CreateGrant", "AssumeRole"} {
			if strings.Contains(name, sign) && len(grave) < 3 && !slices.Contains(grave, action) {
				grave = append(grave, action)
			}
		}
	}
	if len(grave) > 0 {
		c.say(Warning, st, element.line, fmt.Sprintf("%s is %d actions, among them %s", element.text, len(found), strings.Join(grave, ", ")), c.lessActions())
	}
}

// checkPlace: some actions belong into one kind of policy.
func (c *checker) checkPlace(st *writtenStatement, action word) {
	prefix, name, _ := strings.Cut(action.text, ":")
	switch c.kind {
	case TrustPolicy:
		if !slices.Contains(strings.Fields(assuming+" TagSession SetSourceIdentity SetContext"), name) || prefix != "sts" {
			c.say(Error, st, action.line, action.text+" has no place in a trust policy, which says who may become the role", "move it into a policy of the role's permissions")
		}
	case RepositoryPolicy:
		if types, _ := ofAction(action.text); prefix != "ecr" && prefix != "ecr-public" || !slices.Contains(types, "repository") {
			c.say(Error, st, action.line, action.text+" has no effect in the policy of a repository", "allow it in a policy of who calls it")
		}
	case IdentityPolicy:
		if name == "AssumeRoleWithWebIdentity" || name == "AssumeRoleWithSAML" {
			c.say(Note, st, action.line, action.text+" needs no policy of the caller, who has none: the role's trust policy decides", "")
		}
	}
}

// ofAction are the types of resources that an action acts on.
func ofAction(action string) ([]string, bool) {
	prefix, _, _ := strings.Cut(action, ":")
	n, _ := namespaceOf(prefix)
	return n.typesOf(action)
}

// meantAction proposes the action that a wrong one is near to: of its own
// service, or of the same name in another one.
func meantAction(text string) string {
	prefix, name, found := strings.Cut(text, ":")
	if !found {
		prefix, name = "", text
	}
	if n, ok := namespaceOf(prefix); ok {
		if best := variables.Near(text, n.names()); best != "" {
			return "; did you mean " + best + "?"
		}
	}
	for _, n := range namespaces() {
		if _, ok := n.typesOf(n.prefix + ":" + name); ok {
			return "; did you mean " + n.prefix + ":" + name + "?"
		}
	}
	return ""
}

// nearService proposes an action of a service whose prefix is near. Names that
// many services have tell nothing.
func nearService(text string) string {
	prefix, name, _ := strings.Cut(text, ":")
	if slices.Contains([]string{"TagResource", "UntagResource", "ListTagsForResource", "*"}, name) {
		return ""
	}
	for _, n := range namespaces() {
		if _, ok := n.typesOf(n.prefix + ":" + name); ok && variables.Near(prefix, []string{n.prefix}) != "" {
			return n.prefix + ":" + name
		}
	}
	return ""
}

// checkServices says once for each service that it was not looked at.
func (c *checker) checkServices() {
	seen := map[string]bool{}
	for i := range c.statements {
		for _, element := range c.statements[i].actions {
			prefix, name, _ := strings.Cut(strings.ToLower(element.text), ":")
			if _, known := namespaceOf(prefix); known || seen[prefix] || name == "" || wildcarded(prefix) {
				continue
			}
			seen[prefix] = true
			c.say(Note, &c.statements[i], element.line, "actions of "+prefix+" are none that awsvars calls, and were not judged", "")
		}
	}
}
