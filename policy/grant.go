package policy

import (
	"fmt"
	"slices"
)

// Grant is what one principal must be allowed.
type Grant struct {
	// Principal is the ARN of a role or a user, or [Source] where the settings
	// do not tell who that is.
	Principal string
	// Role tells what the principal is to the run, in words.
	Role string
	Document
	// Notes are what no policy of this principal can grant: a sentence each.
	Notes []string
}

// Source stands for whoever the job starts as.
const Source = "source"

// Merge joins the grants of equal principals in the order of the first, and
// within them the statements that differ in their resources only. Identifiers
// that occur twice get a number.
func Merge(grants []Grant) []Grant {
	var merged []Grant
	for _, g := range grants {
		i := slices.IndexFunc(merged, func(m Grant) bool { return m.Principal == g.Principal })
		if i < 0 {
			merged = append(merged, Grant{Principal: g.Principal, Role: g.Role})
			i = len(merged) - 1
		}
		for _, s := range g.Statements {
			merged[i].Statements = joined(merged[i].Statements, s)
		}
		for _, note := range g.Notes {
			if !slices.Contains(merged[i].Notes, note) {
				merged[i].Notes = append(merged[i].Notes, note)
			}
		}
	}
	for i := range merged {
		number(merged[i].Statements)
	}
	return merged
}

// joined adds s to a statement of the same actions, principals and conditions,
// or behind all.
func joined(all []Statement, s Statement) []Statement {
	for i, have := range all {
		if !slices.Equal(have.Actions, s.Actions) || !slices.Equal(have.Principals, s.Principals) || !sameConditions(have.Conditions, s.Conditions) {
			continue
		}
		for _, resource := range s.Resources {
			if !slices.Contains(have.Resources, resource) {
				all[i].Resources = append(slices.Clip(all[i].Resources), resource)
			}
		}
		return all
	}
	return append(all, s)
}

func sameConditions(a, b []Condition) bool {
	return slices.EqualFunc(a, b, func(a, b Condition) bool {
		return a.Operator == b.Operator && a.Key == b.Key && slices.Equal(a.Values, b.Values)
	})
}

func number(statements []Statement) {
	seen := map[string]int{}
	for i, s := range statements {
		seen[s.Sid]++
		if n := seen[s.Sid]; n > 1 && s.Sid != "" {
			statements[i].Sid = fmt.Sprintf("%s%d", s.Sid, n)
		}
	}
}
