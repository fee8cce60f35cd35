package policy

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Version is the current version of the policy language (IAM user guide,
// "IAM JSON policy elements: Version").
const Version = "2012-10-17"

// Document is a policy: of an identity where its statements have resources, of
// a role's trust where they have principals.
type Document struct{ Statements []Statement }

// Statement allows actions.
type Statement struct {
	// Sid has letters and digits only, and is unique in its document.
	Sid string
	// Reason is why, in one line for people. It is in no document.
	Reason     string
	Principals []Principal
	Actions    []string
	Resources  []string
	Conditions []Condition
}

// Principal is who a trust policy lets in: kind AWS, Service or Federated.
type Principal struct{ Kind, ID string }

// Condition is one key of one operator; any of Values will do.
type Condition struct {
	Operator, Key string
	Values        []string
}

// Empty tells whether nothing is allowed.
func (d Document) Empty() bool { return len(d.Statements) == 0 }

// Actions are all actions of the document, sorted, each once.
func (d Document) Actions() []string {
	var all []string
	for _, s := range d.Statements {
		all = append(all, s.Actions...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// JSON writes the document as the AWS console does: two spaces, one text in
// place of a list of one.
func (d Document) JSON() []byte { return indented(d.tree()) }

func indented(o object) []byte {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	// Texts, numbers and lists of them cannot fail.
	_ = encoder.Encode(o)
	return text.Bytes()
}

// tree is the document in the order in which people read one.
func (d Document) tree() object {
	var statements []any
	for _, s := range d.Statements {
		statements = append(statements, s.tree())
	}
	return object{{"Version", Version}, {"Statement", statements}}
}

func (s Statement) tree() object {
	var o object
	if s.Sid != "" {
		o = append(o, member{"Sid", s.Sid})
	}
	o = append(o, member{"Effect", "Allow"})
	if len(s.Principals) > 0 {
		o = append(o, member{"Principal", s.principals()})
	}
	o = append(o, member{"Action", oneOrAll(s.Actions)})
	if len(s.Resources) > 0 {
		o = append(o, member{"Resource", oneOrAll(s.Resources)})
	}
	if len(s.Conditions) > 0 {
		o = append(o, member{"Condition", s.conditions()})
	}
	return o
}

func (s Statement) principals() object {
	var o object
	for _, kind := range []string{"AWS", "Service", "Federated"} {
		var ids []string
		for _, p := range s.Principals {
			if p.Kind == kind {
				ids = append(ids, p.ID)
			}
		}
		if len(ids) > 0 {
			o = append(o, member{kind, oneOrAll(ids)})
		}
	}
	return o
}

// conditions groups the keys by their operators, in the order of both.
func (s Statement) conditions() object {
	var o object
	for _, c := range s.Conditions {
		i := slices.IndexFunc(o, func(m member) bool { return m.name == c.Operator })
		if i < 0 {
			o = append(o, member{c.Operator, object{}})
			i = len(o) - 1
		}
		keys, _ := o[i].value.(object)
		o[i].value = append(keys, member{c.Key, oneOrAll(c.Values)})
	}
	return o
}

// oneOrAll is a text where there is one.
func oneOrAll(texts []string) any {
	if len(texts) == 1 {
		return texts[0]
	}
	var all []any
	for _, text := range texts {
		all = append(all, text)
	}
	return all
}

// object is a JSON object whose members keep their order.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON implements [json.Marshaler].
func (o object) MarshalJSON() ([]byte, error) {
	var text bytes.Buffer
	text.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			text.WriteByte(',')
		}
		for j, part := range []any{m.name, m.value} {
			if j > 0 {
				text.WriteByte(':')
			}
			encoded, err := plainJSON(part)
			if err != nil {
				return nil, err
			}
			text.Write(encoded)
		}
	}
	text.WriteByte('}')
	return text.Bytes(), nil
}

// plainJSON leaves <, > and & as they are.
func plainJSON(value any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	err := encoder.Encode(value)
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), err
}

// Sid makes an identifier of words: letters and digits, each word with a
// capital (IAM user guide, "IAM JSON policy elements: Sid").
func Sid(words ...string) string {
	var sid strings.Builder
	for _, word := range strings.FieldsFunc(strings.Join(words, " "), notAlphanumeric) {
		sid.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return sid.String()
}

func notAlphanumeric(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9')
}
