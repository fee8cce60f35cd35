package policy

import (
	"fmt"
	"slices"
	"strings"
)

func (c *checker) checkConditions(st *writtenStatement) {
	for _, condition := range st.conditions {
		o, ok := parseOperator(condition.operator.text)
		if !ok {
			c.say(Error, st, condition.operator.line, fmt.Sprintf("there is no condition operator %q%s", condition.operator.text, meant(condition.operator.text, operatorNames())), "")
			continue
		}
		if c.checkKey(st, condition, o) {
			c.checkValues(st, condition, o)
			c.checkForAll(st, condition, o)
			c.checkSpecial(st, condition, o)
		}
	}
}

// checkKey tells whether there is such a key.
func (c *checker) checkKey(st *writtenStatement, condition writtenCondition, o operator) bool {
	key := condition.key
	prefix, _, found := strings.Cut(key.text, ":")
	if !found {
		c.say(Error, st, key.line, fmt.Sprintf("condition key %q: a key is SERVICE:NAME%s", key.text, meantKey(key.text)), "")
		return false
	}
	n, own := namespaceOf(prefix)
	global := strings.EqualFold(prefix, "aws")
	if !own && !global {
		// Keys of tokens and of other services.
		return true
	}
	known := slices.ContainsFunc(keyNames(n, global), func(k string) bool { return sameKey(k, key.text) })
	if !known {
		if n.prefix != "kms" {
			c.say(Error, st, key.line, fmt.Sprintf("there is no condition key %q%s", key.text, meantKey(key.text)), "")
		}
		return n.prefix == "kms"
	}
	c.checkSupport(st, condition, o)
	return true
}

// keyNames are the keys of a service, or the global ones.
func keyNames(n namespace, global bool) []string {
	var all []string
	if global {
		for key := range globalKeys() {
			all = append(all, key)
		}
	}
	for key := range n.keys {
		all = append(all, key)
	}
	slices.Sort(all)
	return all
}

// meantKey proposes the key that a wrong one is near to.
func meantKey(text string) string {
	var all []string
	for _, n := range namespaces() {
		all = append(all, keyNames(n, true)...)
	}
	for _, known := range all {
		if _, name, _ := strings.Cut(known, ":"); strings.EqualFold(name, text) || strings.EqualFold(known, text+"/") {
			return "; did you mean " + known + "?"
		}
	}
	return meant(text, all)
}

// checkSupport: a key that requests of an action never have makes a condition
// that is never true.
func (c *checker) checkSupport(st *writtenStatement, condition writtenCondition, o operator) {
	key := condition.key
	known, foreign := st.known()
	var without []string
	with := 0
	for _, action := range known {
		if supported(action, key.text, known) {
			with++
		} else {
			without = append(without, action)
		}
	}
	if len(foreign) > 0 || len(known) == 0 || st.notAction || len(without) == 0 || o.ifExists || o.negative() || o.name == "Null" || o.set == "ForAllValues" {
		return
	}
	effect := "allows"
	if !st.allows() {
		effect = "denies"
	}
	if with == 0 {
		c.say(Error, st, key.line, fmt.Sprintf("no request of %s has the key %s, so that this statement %s nothing", strings.Join(first(without, 3), ", "), key.text, effect), "take the condition out, or the action it is not for")
		return
	}
	for _, action := range st.named() {
		if slices.Contains(without, action.text) {
			c.say(Warning, st, key.line, fmt.Sprintf("no request of %s has the key %s, so that this statement does not cover it", action.text, key.text), "give "+action.text+" a statement of its own")
		}
	}
}

// first shortens a list.
func first(list []string, most int) []string {
	if len(list) > most {
		return append(slices.Clone(list[:most]), "…")
	}
	return list
}

// supported tells whether a request of an action may have a key, where known
// are all actions of the statement.
func supported(action, key string, known []string) bool {
	prefix, name, _ := strings.Cut(action, ":")
	n, _ := namespaceOf(prefix)
	var listed bool
	for _, table := range append(namespaces(), n) {
		for k := range table.keys {
			listed = listed || sameKey(k, key)
		}
	}
	if !listed || n.prefix == "kms" || n.supports(action, key) {
		return true
	}
	// It is decided on in the request of another one.
	return containsFold(strings.Fields(n.together), name) && slices.ContainsFunc(known, func(other string) bool { return n.supports(other, key) })
}

// checkForAll: ForAllValues is true where the key is not there at all.
func (c *checker) checkForAll(st *writtenStatement, condition writtenCondition, o operator) {
	if o.set != "ForAllValues" || !st.allows() {
		return
	}
	guarded := slices.ContainsFunc(st.conditions, func(other writtenCondition) bool {
		guard, _ := parseOperator(other.operator.text)
		return guard.name == "Null" && strings.EqualFold(other.key.text, condition.key.text) && slices.ContainsFunc(other.values, func(v word) bool { return strings.EqualFold(v.text, "false") })
	})
	if !guarded {
		c.say(Warning, st, condition.operator.line, fmt.Sprintf("%s is also true where a request has no %s", condition.operator.text, condition.key.text), fmt.Sprintf("add \"Null\": {%q: \"false\"}", condition.key.text))
	}
}
