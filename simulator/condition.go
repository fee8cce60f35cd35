package simulator

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// condition is one key under one operator of a statement's Condition.
type condition struct {
	operator   operator
	not        bool   // StringNotEquals and the like
	ifExists   bool   // fits where the key is not there
	quantifier string // ForAnyValue, ForAllValues or ""
	key        string // in small letters: their case does not count
	values     []string
}

func readConditions(data json.RawMessage) ([]condition, error) {
	operators, ok := readObject(data)
	if !ok {
		return nil, badSyntax
	}
	var read []condition
	for _, name := range slices.Sorted(maps.Keys(operators)) {
		common, ok := readOperator(name)
		keys, isObject := readObject(operators[name])
		if !ok || !isObject || len(keys) == 0 {
			return nil, badSyntax
		}
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			one := common
			one.key = strings.ToLower(key)
			if one.values, ok = readValues(keys[key]); !ok || !all(one.values, one.takes) {
				return nil, badSyntax
			}
			if vendor, rest, ok := strings.Cut(key, ":"); !ok || vendor == "" || rest == "" {
				return nil, malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
			}
			read = append(read, one)
		}
	}
	return read, nil
}

// readOperator takes apart a name such as ForAnyValue:StringNotLikeIfExists.
func readOperator(name string) (condition, bool) {
	var read condition
	if quantifier, rest, ok := strings.Cut(name, ":"); ok {
		if quantifier != "ForAnyValue" && quantifier != "ForAllValues" {
			return read, false
		}
		read.quantifier, name = quantifier, rest
	}
	name, read.ifExists = strings.CutSuffix(name, "IfExists")
	all := operators()
	if read.operator, read.not = all[name], false; read.operator.fits == nil {
		read.operator, read.not = all[positive(name)], true
	}
	null := read.operator.null
	return read, read.operator.fits != nil && !(null && (read.ifExists || read.quantifier != ""))
}

// positive is the operator that one with Not denies; "" if it is none.
func positive(name string) string {
	for _, kind := range []string{"String", "Arn", "Numeric", "Date", "IpAddress"} {
		switch {
		case name == "NotIpAddress":
			return "IpAddress"
		case strings.HasPrefix(name, kind+"NotEquals"), name == kind+"NotLike" && (kind == "String" || kind == "Arn"):
			return kind + strings.TrimPrefix(name, kind+"Not")
		}
	}
	return ""
}

// readValues takes texts, and booleans and numbers as IAM does, which become
// texts.
func readValues(data json.RawMessage) ([]string, bool) {
	list := []json.RawMessage{data}
	if bytes.HasPrefix(data, []byte("[")) && json.Unmarshal(data, &list) != nil {
		return nil, false
	}
	var read []string
	for _, value := range list {
		switch first := value[0]; first {
		case '"':
			text, ok := readTexts(value)
			if !ok {
				return nil, false
			}
			read = append(read, text[0])
		case '{', '[', 'n':
			return nil, false
		default:
			read = append(read, string(value))
		}
	}
	return read, len(read) > 0
}

// takes is true for a value that the operator can compare with.
func (c condition) takes(value string) bool {
	return c.operator.takes == nil || c.operator.takes(value)
}

// holds says whether the condition is met (IAM user guide, "IAM JSON policy
// elements: Condition operators", "Conditions with multiple context keys or
// values").
func (c condition) holds(context conditionKeys, variables bool) bool {
	given, present := context[c.key]
	matches := func(value string) bool {
		fits := slices.ContainsFunc(c.values, func(wanted string) bool {
			pattern, ok := expand(wanted, context, variables)
			return ok && c.operator.fits(value, pattern)
		})
		return fits != c.not
	}
	switch {
	case c.operator.null:
		return slices.ContainsFunc(c.values, func(absent string) bool { return strings.EqualFold(absent, "true") != present })
	case c.quantifier == "ForAllValues":
		return all(given, matches)
	case c.quantifier == "ForAnyValue":
		return slices.ContainsFunc(given, matches) || !present && c.ifExists
	case !present:
		return c.not || c.ifExists
	case c.not:
		return all(given, matches)
	}
	return slices.ContainsFunc(given, matches)
}
