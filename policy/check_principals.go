package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

func (c *checker) checkPrincipals(st *writtenStatement) {
	switch {
	case c.kind == IdentityPolicy:
		return
	case st.principalLine == 0:
		c.say(Error, st, st.line, "the statement has no Principal, and the others have one", "say who it is about, or move it into a policy of the role's permissions")
		return
	case st.notPrincipal && st.allows():
		c.say(Error, st, st.principalLine, "NotPrincipal with Allow lets in everybody in the world but those that it names", "name who is let in in Principal")
		return
	}
	for _, p := range st.principals {
		switch p.kind {
		case "*":
			c.checkAnyone(st, p.id.line)
		case "AWS":
			c.checkAWS(st, p.id)
		case "Service":
			c.checkService(st, p.id)
		case "Federated":
			c.checkFederated(st, p.id)
		}
	}
	if c.kind == TrustPolicy {
		c.checkWays(st)
	}
}

// narrowing are keys that tell callers from each other.
func narrowing() []string {
	return []string{
		"aws:PrincipalArn", "aws:PrincipalAccount", "aws:PrincipalOrgID", "aws:PrincipalOrgPaths", "aws:PrincipalTag/", "aws:userid",
		"aws:SourceAccount", "aws:SourceArn", "aws:SourceOrgID", "aws:SourceVpc", "aws:SourceVpce", "aws:SourceIp",
	}
}

// has tells whether a condition of the statement is about one of the keys, and
// is not true where the key is not there.
func (st *writtenStatement) has(keys ...string) bool {
	return slices.ContainsFunc(st.conditions, func(condition writtenCondition) bool {
		o, ok := parseOperator(condition.operator.text)
		binding := ok && !o.negative() && !o.ifExists && o.set != "ForAllValues" && o.name != "Null"
		vague := len(condition.values) > 0 && slices.ContainsFunc(condition.values, func(v word) bool { return o.takesWildcards() && strings.Trim(v.text, "*?") == "" })
		return binding && !vague && slices.ContainsFunc(keys, func(k string) bool { return sameKey(k, condition.key.text) })
	})
}

func (c *checker) checkAnyone(st *writtenStatement, line int) {
	switch {
	case !st.allows():
	case st.has(narrowing()...):
		c.say(Note, st, line, "the principal * is everybody in the world whom the conditions let in", "")
	case st.has("sts:ExternalId"):
		c.say(Warning, st, line, "the principal * with an external ID lets in everybody in the world who knows it", "name the principal, too")
	default:
		c.say(Error, st, line, "the principal * lets in everybody in the world", "name the principal, or add a condition such as aws:PrincipalOrgID")
	}
}

func (c *checker) checkAWS(st *writtenStatement, id word) {
	arn := regexp.MustCompile(`^arn:(aws[a-z-]*):(iam|sts)::(\d{12}):(root|[a-z-]+/.+)$`).FindStringSubmatch(id.text)
	account := regexp.MustCompile(`^\d{12}$`).MatchString(id.text)
	switch {
	case id.text == "*":
		c.checkAnyone(st, id.line)
	case regexp.MustCompile(`^A[A-Z]{2}A[A-Z0-9]{12,}$`).MatchString(id.text):
		c.say(Error, st, id.line, fmt.Sprintf("principal %q is the ID of a user or a role that was deleted: AWS shows it in place of the ARN, and one of the same name does not get in", id.text), "name the ARN of the one that is there now")
	case account:
		c.checkAccount(st, id, id.text)
	case arn == nil && wildcarded(id.text):
		c.say(Error, st, id.line, fmt.Sprintf("principal %q: AWS takes no wildcard in a principal", id.text), "name the account as principal, and the pattern in a condition ArnLike of aws:PrincipalArn")
	case arn == nil:
		c.say(Error, st, id.line, fmt.Sprintf("principal %q is neither an account ID nor the ARN of a role or a user", id.text), "")
	case wildcarded(arn[4]):
		c.say(Error, st, id.line, fmt.Sprintf("principal %q: AWS takes no wildcard in a principal", id.text), fmt.Sprintf("name arn:%s:iam::%s:root as principal, and the pattern in a condition ArnLike of aws:PrincipalArn", arn[1], arn[3]))
	case arn[4] == "root":
		c.checkAccount(st, id, arn[3])
	default:
		c.checkNamed(st, id, arn[1], arn[3], arn[4])
	}
}

// checkAccount: an account stands for all in it whose own policies allow the
// call.
func (c *checker) checkAccount(st *writtenStatement, id word, account string) {
	if !st.allows() {
		return
	}
	if len(st.conditions) == 0 {
		severity := Warning
		if account == c.Account || c.kind == RepositoryPolicy {
			// Repositories are shared by account.
			severity = Note
		}
		c.say(severity, st, id.line, fmt.Sprintf("the principal %s is every role and user of account %s whose policies allow it", id.text, account), "name the role, or add a condition such as aws:PrincipalArn")
	}
	c.checkForeign(st, id, account)
}

// checkNamed looks at a role, a user or a session.
func (c *checker) checkNamed(st *writtenStatement, id word, partition, account, name string) {
	kind, rest, _ := strings.Cut(name, "/")
	role, _, _ := strings.Cut(rest, "/")
	switch kind {
	case "role", "user":
	case "assumed-role":
		c.say(Warning, st, id.line, fmt.Sprintf("principal %q is one session of a role, by its name", id.text), fmt.Sprintf("name the role: arn:%s:iam::%s:role/%s, with its path if it has one", partition, account, role))
	case "federated-user":
		c.say(Note, st, id.line, fmt.Sprintf("principal %q is a session of GetFederationToken", id.text), "")
	case "group":
		c.say(Error, st, id.line, fmt.Sprintf("principal %q: a group is no principal", id.text), "name users or roles")
		return
	default:
		c.say(Error, st, id.line, fmt.Sprintf("principal %q is neither a role nor a user", id.text), "")
		return
	}
	c.checkForeign(st, id, account)
}

// checkForeign: the confused deputy. Whether another account is a third
// party's, nobody can tell from here.
func (c *checker) checkForeign(st *writtenStatement, id word, account string) {
	if c.kind != TrustPolicy || !st.allows() || c.Account == "" || account == c.Account || st.has("sts:ExternalId") || st.has(narrowing()...) {
		return
	}
	c.say(Warning, st, id.line, fmt.Sprintf("%s is in another account, and no external ID is demanded", id.text), "if the account is somebody else's, add a condition StringEquals of sts:ExternalId; awsvars external-id makes one")
}
