package policy

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestReadKeepsTheLinesOfEverything(t *testing.T) {
	t.Parallel()
	s := Read([]byte(`{
  "Version": "2012-10-17",
  "Statement": {
    "Sid": "A\u0031",
    "Effect": "Allow",
    "Principal": {
      "AWS": ["111111111111",
        "*"]
    },
    "NotAction":
      "sts:AssumeRole",
    "Condition": {
      "Bool": {
        "aws:SecureTransport": true },
      "NumericLessThan": { "aws:MultiFactorAuthAge": [ 3600, "1" ] }
    }
  }
}
`))
	if len(s.faults) > 0 {
		t.Fatal(s.faults)
	}
	want := []writtenStatement{{
		line: 3, sid: word{"A1", 4}, effect: word{"Allow", 5}, principalLine: 6, actionLine: 10, notAction: true,
		principals: []writtenPrincipal{{"AWS", word{"111111111111", 7}}, {"AWS", word{"*", 8}}},
		actions:    []word{{"sts:AssumeRole", 11}},
		conditions: []writtenCondition{
			{word{"Bool", 13}, word{"aws:SecureTransport", 14}, []word{{"true", 14}}},
			{word{"NumericLessThan", 15}, word{"aws:MultiFactorAuthAge", 15}, []word{{"3600", 15}, {"1", 15}}},
		},
	}}
	if diff := cmp.Diff(want, s.statements, cmp.AllowUnexported(writtenStatement{}, word{}, writtenPrincipal{}, writtenCondition{})); diff != "" {
		t.Error(diff)
	}
	if s.version != (word{"2012-10-17", 2}) {
		t.Error(s.version)
	}
}

func TestReadFindsEachFaultWithItsLine(t *testing.T) {
	t.Parallel()
	const head = "{\n\"Version\": \"2012-10-17\",\n\"Statement\": "
	for text, want := range map[string]string{
		"":                      "1 the text is empty",
		"\xef\xbb\xbf{}":        "1 byte order mark",
		"{\n\"a\": \"\xff\"}":   "2 not UTF-8",
		"{\n\n":                 "1 no JSON: unexpected end",
		"{\n\"Version\": 1,\n}": "3 no JSON: invalid character '}'",
		head + "[]}\n{}":        "4 no JSON: invalid character '{' after top-level value",
		"[]":                    "1 a policy is a JSON object, and this is a list",
		"null":                  "1 and this is null",
		"{\n}":                  "1 there is no Statement",
		head + "[]}":            "3 Statement is empty",
		head + "7}":             "3 and this is a number",
		head + "[\n7]}":         "4 a statement is an object, and this is a number",
		"{\n\"Version\": \"2012-10-17\",\n\"Version\": \"x\"}":                      "3 \"Version\" stands in a policy for the second time; the first is in line 2",
		"{\n\"Statements\": []}":                                                    "2 a policy has no element \"Statements\"; did you mean Statement?",
		head + "{\n\"Effect\": \"allow\"}}":                                         "4 Effect \"allow\": it must be Allow or Deny",
		head + "{\n\"action\": \"*\"}}":                                             "4 a statement has no element \"action\"; did you mean Action?",
		head + "{\n\"Action\": [],\n\"Effect\": \"Allow\"}}":                        "4 Action is an empty list",
		head + "{\n\"Action\": [\"a\",\n7]}}":                                       "5 Action is a text or a list of texts, and this is a number",
		head + "{\n\"Action\": \"a\",\n\"NotAction\": \"a\"}}":                      "5 a statement has Action or NotAction, and this one has both",
		head + "{\n\"Resource\": \"\"}}":                                            "4 Resource has an empty text",
		head + "{\n\"Principal\": \"111111111111\"}}":                               "4 Principal \"111111111111\": it is \"*\", or an object",
		head + "{\n\"Principal\": {\n\"Aws\": \"*\"}}}":                             "5 a principal has no element \"Aws\"; did you mean AWS?",
		head + "{\n\"Principal\": {}}}":                                             "4 Principal is empty",
		head + "{\n\"Condition\": []}}":                                             "4 Condition is an object of operators, and this is a list",
		head + "{\n\"Condition\": {\n\"StringEquals\": \"a\"}}}":                    "5 StringEquals: an operator is an object of condition keys",
		head + "{\n\"Condition\": {\"StringEquals\": {\n\"a:b\": {}}}}}":            "5 a value of a:b is a text, a number, true or false, and this is an object",
		head + "{\n\"Condition\": {\"StringEquals\": {\n\"a:b\": []}}}}":            "5 a:b has no values",
		"{\"Statement\":" + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}": "1 too deep",
	} {
		line, rest, _ := strings.Cut(want, " ")
		found := false
		for _, f := range Read([]byte(text)).faults {
			found = found || fmt.Sprint(f.Line) == line && strings.Contains(f.Text, rest)
		}
		if !found {
			t.Errorf("%q: %+v, want %s", text, Read([]byte(text)).faults, want)
		}
	}
}

// FuzzRead: what is no JSON is told from what is, every finding has a line of
// the text, and nothing panics.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`))
	f.Add([]byte("{\"Statement\": {\n\"Effect\": \"Allow\", \"Principal\": {\"AWS\": [\"*\"]}, \"NotAction\": \"sts:*\",\n\"Condition\": {\"StringLike\": {\"sts:ExternalId\": [1, true]}}}}"))
	f.Add([]byte("\xef\xbb\xbf{\"a\": [[[{\"b\": \"\\ud800\"}]]]}\n{}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := Read(text)
		if (!json.Valid(text) || !utf8.Valid(text)) && len(s.faults) == 0 {
			t.Error("no fault is found")
		}
		lines := strings.Count(string(text), "\n") + 1
		for _, fault := range s.faults {
			if fault.Line < 1 || fault.Line > lines || fault.Text == "" {
				t.Errorf("%+v of %d lines", fault, lines)
			}
		}
	})
}
