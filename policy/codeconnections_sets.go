package policy

import (
	"fmt"
	"slices"
	"strings"
)

// statements are those of one set, for each prefix that the resources have: a
// statement and its ARNs must have the same one.
func (s connectionSet) statements(given []connectionARN, conditions []connectionCondition, used map[string]bool) ([]Statement, error) {
	var all []Statement
	prefixes := []string{}
	for _, arn := range given {
		if !slices.Contains(prefixes, arn.prefix) {
			prefixes = append(prefixes, arn.prefix)
		}
	}
	if len(prefixes) == 0 {
		return nil, fmt.Errorf("permission set %s: name the resources that it is for", s.name)
	}
	missing := map[string]bool{}
	for _, prefix := range prefixes {
		n := codeConnectionsNamespace(prefix)
		for _, name := range strings.Fields(s.actions) {
			kinds, _ := n.typesOf(prefix + ":" + name)
			resources := resourcesOf(name, kinds, prefix, given, used)
			if len(resources) == 0 {
				missing[kinds[0]] = true
				continue
			}
			st := Statement{Sid: Sid(s.name), Reason: s.reason, Actions: []string{prefix + ":" + name}, Resources: resources}
			for _, c := range conditions {
				st.Conditions = append(st.Conditions, c.of(n, prefix+":"+name, used)...)
			}
			all = withAction(all, st)
		}
	}
	for _, kind := range []string{"connection", "host", "repository-link"} {
		if missing[kind] {
			return nil, fmt.Errorf("permission set %s: name the ARN of a %s, too", s.name, kind)
		}
	}
	return all, nil
}

// resourcesOf are the given resources that an action acts on. What is created
// or listed has no ID yet, so that there the ID is *.
func resourcesOf(action string, kinds []string, prefix string, given []connectionARN, used map[string]bool) []string {
	if len(kinds) == 0 {
		return []string{"*"}
	}
	var all []string
	for _, arn := range given {
		if arn.prefix != prefix || !slices.Contains(kinds, arn.kind) {
			continue
		}
		used[arn.text] = true
		text := arn.text
		if action == "Create"+titled(arn.kind) || action == "List"+titled(arn.kind)+"s" {
			text = arn.place + arn.kind + "/*"
		}
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// titled is the kind of a resource as names of actions have it.
func titled(kind string) string { return Sid(kind) }

// withAction adds a statement, or its action to one of the same resources and
// conditions.
func withAction(all []Statement, st Statement) []Statement {
	for i, have := range all {
		if slices.Equal(have.Resources, st.Resources) && sameConditions(have.Conditions, st.Conditions) {
			all[i].Actions = append(have.Actions, st.Actions...)
			return all
		}
	}
	return append(all, st)
}
