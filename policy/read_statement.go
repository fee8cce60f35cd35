package policy

import "strings"

// readDocument takes the elements of a policy (IAM user guide, "Grammar of the
// IAM JSON policy language").
func (s *Written) readDocument(root node) {
	if root.kind != '{' {
		s.fault(root.line, "a policy is a JSON object, and this is %s", root.noun())
		return
	}
	found := false
	s.members(root, []string{"Version", "Id", "Statement"}, "a policy", func(name word, value node) {
		switch name.text {
		case "Version":
			s.version = s.text(name, value)
			s.version.line = name.line
		case "Id":
			s.text(name, value)
		case "Statement":
			found = true
			s.readStatements(value)
		}
	})
	if !found {
		s.fault(root.line, "there is no Statement, so that nothing is allowed")
	}
}

func (s *Written) readStatements(value node) {
	items := value.items
	if value.kind == '{' {
		items = []node{value}
	} else if value.kind != '[' {
		s.fault(value.line, "Statement is an object or a list of objects, and this is %s", value.noun())
	} else if len(items) == 0 {
		s.fault(value.line, "Statement is empty, so that nothing is allowed")
	}
	for _, item := range items {
		if item.kind != '{' {
			s.fault(item.line, "a statement is an object, and this is %s", item.noun())
			continue
		}
		s.statements = append(s.statements, s.readStatement(item))
	}
}

// statementElements are all that a statement may have.
func statementElements() []string {
	return []string{"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
}

func (s *Written) readStatement(value node) writtenStatement {
	st := writtenStatement{line: value.line}
	// take notes the line of an element of which there is a negated one, too.
	take := func(at *int, name word) bool {
		if bare := strings.TrimPrefix(name.text, "Not"); *at > 0 {
			s.fault(name.line, "a statement has %s or Not%s, and this one has both", bare, bare)
		}
		*at = name.line
		return strings.HasPrefix(name.text, "Not")
	}
	s.members(value, statementElements(), "a statement", func(name word, value node) {
		switch name.text {
		case "Sid":
			st.sid = s.text(name, value)
		case "Effect":
			st.effect = s.text(name, value)
		case "Principal", "NotPrincipal":
			st.notPrincipal = take(&st.principalLine, name)
			st.principals = s.readPrincipals(name, value)
		case "Action", "NotAction":
			st.notAction = take(&st.actionLine, name)
			st.actions = s.list(name, value)
		case "Resource", "NotResource":
			st.notResource = take(&st.resourceLine, name)
			st.resources = s.list(name, value)
		case "Condition":
			st.conditions = s.readConditions(name, value)
		}
	})
	s.complete(st)
	return st
}

// complete says what a statement lacks.
func (s *Written) complete(st writtenStatement) {
	switch {
	case st.effect.line == 0:
		s.fault(st.line, "the statement has no Effect: it must be Allow or Deny")
	case st.effect.text != "Allow" && st.effect.text != "Deny":
		s.fault(st.effect.line, "Effect %q: it must be Allow or Deny, in this case of letters", st.effect.text)
	}
	if st.actionLine == 0 {
		s.fault(st.line, "the statement has no Action")
	}
	if st.principalLine == 0 && st.resourceLine == 0 {
		s.fault(st.line, "the statement has no Resource, as an identity's policy needs, and no Principal, as a trust policy needs")
	}
}

// readPrincipals takes "*", and an object of kinds.
func (s *Written) readPrincipals(name word, value node) []writtenPrincipal {
	if value.kind == '"' {
		if value.text != "*" {
			s.fault(value.line, "%s %q: it is \"*\", or an object such as {\"AWS\": %q}", name.text, value.text, value.text)
			return nil
		}
		return []writtenPrincipal{{"*", word{"*", value.line}}}
	}
	if value.kind != '{' {
		s.fault(value.line, "%s is \"*\" or an object, and this is %s", name.text, value.noun())
		return nil
	}
	var all []writtenPrincipal
	s.members(value, []string{"AWS", "Service", "Federated", "CanonicalUser"}, "a principal", func(kind word, value node) {
		for _, id := range s.list(kind, value) {
			all = append(all, writtenPrincipal{kind.text, id})
		}
	})
	if len(value.members) == 0 {
		s.fault(value.line, "%s is empty", name.text)
	}
	return all
}

// readConditions takes an object of operators, each an object of keys.
func (s *Written) readConditions(name word, value node) []writtenCondition {
	if value.kind != '{' {
		s.fault(value.line, "%s is an object of operators, and this is %s", name.text, value.noun())
		return nil
	}
	var all []writtenCondition
	s.members(value, nil, name.text, func(operator word, value node) {
		if value.kind != '{' {
			s.fault(value.line, "%s: an operator is an object of condition keys, and this is %s", operator.text, value.noun())
			return
		}
		s.members(value, nil, operator.text, func(key word, value node) {
			all = append(all, writtenCondition{operator, key, s.values(key, value)})
		})
	})
	return all
}
