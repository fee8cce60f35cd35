package policy

import (
	"slices"
	"strings"
)

// namespace is what one service's part of the service authorization reference
// says: its actions, what they act on, and its condition keys.
type namespace struct {
	prefix string
	// arns are the forms of the resources by their types; ${…} stands for a
	// part.
	arns map[string]string
	// actions are the names of actions, by the types of what they act on. Those
	// of the type "" take no resource, so that theirs must be *.
	actions map[string]string
	// keys are the condition keys with the names of the actions that have them.
	// A name that ends in / goes on with the key of a tag, one that ends in :
	// stands for all of its kind. * is every action.
	keys map[string]string
	// together are keys and the further actions that are decided on in the same
	// request.
	together string
}

// namespaces are the services whose actions the commands know. Every other
// service's are not judged.
func namespaces() []namespace {
	return []namespace{
		stsNamespace(), ecrNamespace(), ecrPublicNamespace(), kmsNamespace(),
		codeConnectionsNamespace("codeconnections"), codeConnectionsNamespace("codestar-connections"),
	}
}

// namespaceOf finds a service by its prefix.
func namespaceOf(prefix string) (namespace, bool) {
	for _, n := range namespaces() {
		if strings.EqualFold(n.prefix, prefix) {
			return n, true
		}
	}
	return namespace{}, false
}

// names are all actions, sorted, with their prefix.
func (n namespace) names() []string {
	var all []string
	for _, list := range n.actions {
		for _, name := range strings.Fields(list) {
			all = append(all, n.prefix+":"+name)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// typesOf are the types of what an action acts on; none where it takes * only.
// ok tells whether there is such an action.
func (n namespace) typesOf(action string) (types []string, ok bool) {
	for kind, list := range n.actions {
		for _, name := range strings.Fields(list) {
			if strings.EqualFold(n.prefix+":"+name, action) {
				ok = true
				types = append(types, strings.Fields(kind)...)
			}
		}
	}
	slices.Sort(types)
	return types, ok
}

// actionsMatching are the known actions that an element Action means: one, or
// those that its wildcards fit. known tells whether its service is known.
func actionsMatching(element string) (found []string, known bool) {
	if element == "*" {
		for _, n := range namespaces() {
			found = append(found, n.names()...)
		}
		return found, true
	}
	prefix, _, _ := strings.Cut(element, ":")
	n, known := namespaceOf(prefix)
	for _, name := range n.names() {
		if matches(strings.ToLower(element), strings.ToLower(name)) {
			found = append(found, name)
		}
	}
	return found, known
}

// supports tells whether requests of an action carry a condition key that not
// every request has.
func (n namespace) supports(action, key string) bool {
	_, name, _ := strings.Cut(action, ":")
	for known, actions := range n.keys {
		if sameKey(known, key) && (actions == "*" || containsFold(strings.Fields(actions), name)) {
			return true
		}
	}
	return false
}

// sameKey compares condition keys, whose case does not matter. A known key
// that ends in / or : fits whatever follows.
func sameKey(known, key string) bool {
	if strings.HasSuffix(known, "/") || strings.HasSuffix(known, ":") {
		return len(key) > len(known) && strings.EqualFold(known, key[:len(known)])
	}
	return strings.EqualFold(known, key)
}

func containsFold(list []string, text string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, text) })
}

// matches tells whether a text fits a pattern, in which * is any run of
// characters and ? is one. It takes the shortest run that will do, and goes
// back to the last * only, so that no pattern makes it slow.
func matches(wild, text string) bool {
	w, t, star, from := 0, 0, -1, 0
	for t < len(text) {
		switch {
		case w < len(wild) && wild[w] == '*':
			star, from = w, t
			w++
		case w < len(wild) && (wild[w] == '?' || wild[w] == text[t]):
			w++
			t++
		case star >= 0:
			from++
			w, t = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(wild[w:], "*") == ""
}

// wildcarded tells whether a text has wildcards where policies know them.
func wildcarded(text string) bool { return strings.ContainsAny(text, "*?") }
