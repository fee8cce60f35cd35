package simulator

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// documentKind says which elements the statements of a policy have.
type documentKind int

const (
	identityPolicy   documentKind = iota // of a user, a role or a session: no Principal
	trustPolicy                          // of a role: no Resource
	repositoryPolicy                     // of a repository: Resource may be left out
)

// document is a policy that was read.
type document struct {
	// variables are texts such as ${aws:username}, which only the newer
	// version of the language knows.
	variables  bool
	statements []statement
}

type statement struct {
	deny       bool
	principals []trusted
	actions    patterns
	resources  patterns
	conditions []condition
}

// patterns are those of Action or NotAction, of Resource or NotResource.
type patterns struct {
	texts []string
	not   bool
}

// malformed is what is wrong with a policy, in AWS's words.
type malformed string

func (m malformed) Error() string { return string(m) }

const (
	badJSON   malformed = "This policy contains invalid Json"
	badSyntax malformed = "Syntax errors in policy."
)

// readDocument reads a policy strictly: what IAM does not take is an error
// (IAM user guide, "Grammar of the IAM JSON policy language").
func readDocument(text string, kind documentKind) (document, error) {
	if !json.Valid([]byte(text)) {
		return document{}, badJSON
	}
	elements, ok := readObject([]byte(text), "Version", "Id", "Statement")
	if !ok {
		return document{}, badSyntax
	}
	read := document{}
	version, hasVersion := elements["Version"]
	read.variables = string(version) == `"2012-10-17"`
	if hasVersion && !read.variables && string(version) != `"2008-10-17"` {
		return document{}, malformed("Policy document must be version 2012-10-17 or greater.")
	}
	list := []json.RawMessage{elements["Statement"]}
	if bytes.HasPrefix(elements["Statement"], []byte("[")) && json.Unmarshal(elements["Statement"], &list) != nil {
		return document{}, badSyntax
	}
	_, isText := readTexts(elements["Id"])
	if elements["Id"] != nil && !isText || kind == repositoryPolicy && len(list) == 0 {
		return document{}, badSyntax
	}
	var sids []string
	for _, one := range list {
		s, sid, err := readStatement(one, kind)
		if err != nil {
			return document{}, err
		}
		if sid != "" && slices.Contains(sids, sid) {
			return document{}, malformed("Statement IDs (SID) in a single policy must be unique.")
		}
		sids = append(sids, sid)
		read.statements = append(read.statements, s)
	}
	return read, nil
}

func readStatement(data json.RawMessage, kind documentKind) (statement, string, error) {
	elements, ok := readObject(data, "Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition")
	effect := string(elements["Effect"])
	sid := regexp.MustCompile(`^"([0-9A-Za-z]*)"$`).FindStringSubmatch(string(elements["Sid"]))
	if !ok || effect != `"Allow"` && effect != `"Deny"` || elements["Sid"] != nil && sid == nil {
		return statement{}, "", badSyntax
	}
	s := statement{deny: effect == `"Deny"`}
	var err error
	if s.actions, err = readPatterns(elements, "Action"); err != nil {
		return s, "", err
	}
	if s.resources, err = readPatterns(elements, "Resource"); err != nil {
		return s, "", err
	}
	if principal := elements["Principal"]; principal != nil {
		if s.principals, err = readPrincipals(principal); err != nil {
			return s, "", err
		}
	}
	if conditions := elements["Condition"]; conditions != nil {
		if s.conditions, err = readConditions(conditions); err != nil {
			return s, "", err
		}
	}
	if sid == nil {
		sid = []string{"", ""}
	}
	return s, sid[1], s.check(kind)
}

// check looks for what a kind of policy must have and must not have.
func (s statement) check(kind documentKind) error {
	ofSTS := func(action string) bool { return action == "*" || strings.HasPrefix(strings.ToLower(action), "sts:") }
	switch {
	case len(s.actions.texts) == 0:
		return malformed("Policy statement must contain actions.")
	case slices.ContainsFunc(s.actions.texts, func(a string) bool { return !actionPattern(a) }):
		return malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
	case kind == identityPolicy && len(s.principals) > 0:
		return malformed("Policy document should not specify a principal.")
	case kind == identityPolicy && len(s.resources.texts) == 0:
		return malformed("Policy statement must contain resources.")
	case kind != identityPolicy && len(s.principals) == 0:
		return malformed("Missing required field Principal")
	case kind == trustPolicy && len(s.resources.texts) > 0:
		return malformed("Has prohibited field Resource")
	case kind == trustPolicy && (s.actions.not || !all(s.actions.texts, ofSTS)):
		return malformed("AssumeRole policy may only specify STS AssumeRole actions.")
	}
	return nil
}

func all(texts []string, is func(string) bool) bool {
	return !slices.ContainsFunc(texts, func(text string) bool { return !is(text) })
}

func actionPattern(action string) bool {
	return regexp.MustCompile(`^(\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+)$`).MatchString(action)
}
