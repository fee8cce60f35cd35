package policy

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func (c *checker) checkValues(st *writtenStatement, condition writtenCondition, o operator) {
	key := condition.key.text
	for _, value := range condition.values {
		if strings.Contains(value.text, "${") && o.kind != "String" {
			continue
		}
		if problem := misfit(o, value.text); problem != "" {
			c.say(Error, st, value.line, fmt.Sprintf("%s: %q is %s", condition.operator.text, value.text, problem), "")
		}
		if o.kind == "String" && !o.takesWildcards() && wildcarded(plainly(value.text)) {
			c.checkLiteralWildcard(st, condition, value, o)
		}
	}
	plain := func(v word) bool { return !wildcarded(plainly(v.text)) }
	if strings.HasSuffix(o.name, "StringLike") && len(condition.values) > 0 && !slices.ContainsFunc(condition.values, func(v word) bool { return !plain(v) }) {
		c.say(Note, st, condition.operator.line, fmt.Sprintf("%s of %s has no wildcard: StringEquals says the same, and shows that it is exact", condition.operator.text, key), "")
	}
	for known, kind := range globalKeys() {
		if sameKey(known, key) && kind == "IpAddress" && o.kind == "String" {
			c.say(Warning, st, condition.operator.line, fmt.Sprintf("%s is an address, and %s compares its letters", key, condition.operator.text), "use IpAddress or NotIpAddress")
		}
	}
}

// plainly takes out what stands for a character of its own: ${*}, ${?}, ${$}.
func plainly(text string) string {
	return strings.NewReplacer("${*}", "", "${?}", "", "${$}", "").Replace(text)
}

// checkLiteralWildcard: * and ? are no wildcards for StringEquals.
func (c *checker) checkLiteralWildcard(st *writtenStatement, condition writtenCondition, value word, o operator) {
	severity, outcome := Error, "never true"
	if o.negative() {
		outcome = "always true"
	}
	for _, free := range []string{"aws:RequestTag/", "aws:ResourceTag/", "aws:PrincipalTag/", "aws:UserAgent", "aws:Referer"} {
		if sameKey(free, condition.key.text) {
			// Such a text may really have these characters.
			severity = Warning
		}
	}
	like := strings.NewReplacer("IgnoreCase", "", "Equals", "Like").Replace(condition.operator.text)
	c.say(severity, st, value.line, fmt.Sprintf("%s takes the wildcard in %s as a character, so that it is %s for what is meant", condition.operator.text, shown(condition.key.text, value.text), outcome), "use "+like)
}

// shown is the value of a condition, quoted, unless it is a handshake.
func shown(key, text string) string {
	if strings.EqualFold(key, "sts:ExternalId") {
		return "its value"
	}
	return fmt.Sprintf("%q", text)
}

// misfit says what a value is not, for its operator's type.
func misfit(o operator, text string) string {
	switch o.kind {
	case "Bool", "Null":
		if !strings.EqualFold(text, "true") && !strings.EqualFold(text, "false") {
			return "neither true nor false"
		}
	case "Numeric":
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return "no number"
		}
	case "Date":
		if !regexp.MustCompile(`^(\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*)?|\d+)$`).MatchString(text) {
			return "no date such as 2026-01-31T12:00:00Z"
		}
	case "IpAddress":
		_, err := netip.ParsePrefix(text)
		if _, single := netip.ParseAddr(text); err != nil && single != nil {
			return "no address and no range such as 192.0.2.0/24"
		}
	case "Arn":
		if !strings.HasPrefix(text, "arn:") && !wildcarded(text) {
			return "no ARN"
		}
	}
	return ""
}

// checkSpecial: keys that people put in the wrong place.
func (c *checker) checkSpecial(st *writtenStatement, condition writtenCondition, o operator) {
	key, line := condition.key.text, condition.key.line
	switch {
	case strings.EqualFold(key, "sts:ExternalId"):
		c.checkExternalID(st, condition, o)
	case strings.EqualFold(key, "aws:MultiFactorAuthPresent") && o.ifExists && st.allows():
		c.say(Warning, st, line, condition.operator.text+" lets in who signs with keys of long term, whose requests do not have "+key, "use Bool")
	case strings.EqualFold(key, "aws:SourceIp") && c.kind == TrustPolicy && st.byService():
		c.say(Warning, st, line, "a service has addresses of its own, so that "+key+" keeps it out", "use aws:SourceAccount or aws:SourceArn")
	}
}

func (st *writtenStatement) byService() bool {
	return slices.ContainsFunc(st.principals, func(p writtenPrincipal) bool { return p.kind == "Service" })
}

func (c *checker) checkExternalID(st *writtenStatement, condition writtenCondition, o operator) {
	line := condition.key.line
	switch {
	case c.kind == IdentityPolicy:
		c.say(Warning, st, line, "sts:ExternalId in a policy of the caller limits only what this caller sends; the role is protected by its own trust policy", "put the condition into the trust policy of the role")
	case st.byService():
		c.say(Warning, st, line, "services of AWS send no external ID, so that this condition keeps them out", "use aws:SourceAccount or aws:SourceArn")
	case o.ifExists && st.allows():
		c.say(Warning, st, line, condition.operator.text+" lets in who sends no external ID", "use StringEquals")
	}
	for _, value := range condition.values {
		switch {
		case o.takesWildcards() && strings.Trim(value.text, "*?") == "":
			c.say(Warning, st, value.line, "any external ID will do", "name one; awsvars external-id makes it")
		case !strings.Contains(value.text, "${") && !o.takesWildcards() && !wildcarded(value.text) && (len(value.text) > 1224 || !regexp.MustCompile(`^[\w+=,.@:/-]{2,}$`).MatchString(value.text)):
			c.say(Error, st, value.line, "the external ID cannot be one: it has 2 to 1224 letters, digits and characters of _+=,.@:/-", "")
		}
	}
}
