package policy

import (
	"slices"
	"strings"
	"testing"
)

// TestKeysNameKnownActions: a slip in a table would make a wrong finding.
func TestKeysNameKnownActions(t *testing.T) {
	t.Parallel()
	for _, n := range namespaces() {
		for key, actions := range n.keys {
			for _, name := range strings.Fields(actions) {
				if _, ok := n.typesOf(n.prefix + ":" + name); !ok && name != "*" {
					t.Errorf("%s: %s has no action %s", key, n.prefix, name)
				}
			}
		}
		for _, action := range n.names() {
			types, _ := n.typesOf(action)
			for _, kind := range types {
				if n.arns[kind] == "" {
					t.Errorf("%s acts on %q, which has no ARN", action, kind)
				}
			}
		}
	}
}

func TestPatternsMatchAsPoliciesDo(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		wild, text string
		want       bool
	}{
		{"", "", true},
		{"*", "", true},
		{"**", "abc", true},
		{"a?c", "abc", true},
		{"a?c", "ac", false},
		{"a*c*e", "abcde", true},
		{"a*c*e", "abcd", false},
		{"*b", "abab", true},
		{"a", "b", false},
		{"ab", "a", false},
	} {
		if got := matches(c.wild, c.text); got != c.want {
			t.Errorf("%q fits %q: %v", c.text, c.wild, got)
		}
	}
}

func TestActionsMatching(t *testing.T) {
	t.Parallel()
	got, known := actionsMatching("ECR:batch*image")
	if want := []string{"ecr:BatchDeleteImage", "ecr:BatchGetImage", "ecr:BatchImportUpstreamImage"}; !known || !slices.Equal(got, want) {
		t.Errorf("%v %v", known, got)
	}
	if got, known := actionsMatching("s3:*"); known || len(got) > 0 {
		t.Errorf("%v %v", known, got)
	}
}

func TestOperators(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]operator{
		"StringEquals":                     {name: "StringEquals", kind: "String"},
		"foranyvalue:stringlikeifexists":   {name: "StringLike", kind: "String", set: "ForAnyValue", ifExists: true},
		"ForAllValues:ArnLike":             {name: "ArnLike", kind: "Arn", set: "ForAllValues"},
		"NumericGreaterThanEqualsIfExists": {name: "NumericGreaterThanEquals", kind: "Numeric", ifExists: true},
	} {
		if got, ok := parseOperator(text); !ok || got != want {
			t.Errorf("%s: %+v %v", text, got, ok)
		}
	}
	for _, text := range []string{"", "StringEqual", "ForSome:StringEquals", "NullIfExists", "IfExists", "StringEquals:Bool"} {
		if _, ok := parseOperator(text); ok {
			t.Errorf("%q is an operator", text)
		}
	}
}
