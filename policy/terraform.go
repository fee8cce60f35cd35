package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// terraformGrants writes a policy document for each principal, and puts it on
// the role or the user. One whose name nobody told has a policy by itself, to
// be attached.
func terraformGrants(grants []Grant) []byte {
	var b bytes.Buffer
	all := labels(grants, labelOf)
	for i, g := range grants {
		if i > 0 {
			b.WriteByte('\n')
		}
		comments(&b, "", g)
		label := all[i]
		terraformDocument(&b, label, g.Document)
		b.WriteByte('\n')
		e := entityOf(g.Principal)
		resource, attributes := "aws_iam_"+e.kind+"_policy", []attribute{{"name", hclText("awsvars")}}
		if e.kind == "" {
			resource = "aws_iam_policy"
		} else {
			attributes = append(attributes, attribute{e.kind, hclText(e.name)})
		}
		fmt.Fprintf(&b, "resource %q %q {\n", resource, label)
		hclAttributes(&b, "  ", append(attributes, attribute{"policy", "data.aws_iam_policy_document." + label + ".json"}))
		b.WriteString("}\n")
	}
	return b.Bytes()
}

// labelOf makes a name a label of Terraform: letters, digits and _, and no
// digit first.
func labelOf(name string) string {
	label := strings.Map(func(r rune) rune {
		if notAlphanumeric(r) {
			return '_'
		}
		return r
	}, name)
	if label == "" || label[0] >= '0' && label[0] <= '9' {
		label = "_" + label
	}
	return label
}

func terraformDocument(b *bytes.Buffer, label string, d Document) {
	fmt.Fprintf(b, "data \"aws_iam_policy_document\" %q {\n", label)
	for i, s := range d.Statements {
		if i > 0 {
			b.WriteByte('\n')
		}
		s.terraform(b)
	}
	b.WriteString("}\n")
}

func (s Statement) terraform(b *bytes.Buffer) {
	b.WriteString("  statement {\n")
	if s.Reason != "" {
		fmt.Fprintf(b, "    # %s\n", oneLine(s.Reason))
	}
	var all []attribute
	if s.Sid != "" {
		all = append(all, attribute{"sid", hclText(s.Sid)})
	}
	all = append(all, attribute{"actions", hclList(s.Actions, "    ")})
	if len(s.Resources) > 0 {
		all = append(all, attribute{"resources", hclList(s.Resources, "    ")})
	}
	hclAttributes(b, "    ", all)
	for _, kind := range []string{"AWS", "Service", "Federated"} {
		var ids []string
		for _, p := range s.Principals {
			if p.Kind == kind {
				ids = append(ids, p.ID)
			}
		}
		if len(ids) > 0 {
			hclBlock(b, "principals", []attribute{{"type", hclText(kind)}, {"identifiers", hclList(ids, "      ")}})
		}
	}
	for _, c := range s.Conditions {
		hclBlock(b, "condition", []attribute{{"test", hclText(c.Operator)}, {"variable", hclText(c.Key)}, {"values", hclList(c.Values, "      ")}})
	}
	b.WriteString("  }\n")
}

// attribute is a name and an expression.
type attribute struct{ name, value string }

// hclAttributes writes attributes as terraform fmt does: those of one line with
// their signs below each other.
func hclAttributes(b *bytes.Buffer, indent string, all []attribute) {
	for start := 0; start < len(all); {
		end := start
		for end < len(all) && !strings.Contains(all[end].value, "\n") {
			end++
		}
		width := 0
		for _, a := range all[start:end] {
			width = max(width, len(a.name))
		}
		for _, a := range all[start:end] {
			fmt.Fprintf(b, "%s%-*s = %s\n", indent, width, a.name, a.value)
		}
		if end < len(all) {
			fmt.Fprintf(b, "%s%s = %s\n", indent, all[end].name, all[end].value)
			end++
		}
		start = end
	}
}

func hclBlock(b *bytes.Buffer, name string, all []attribute) {
	fmt.Fprintf(b, "\n    %s {\n", name)
	hclAttributes(b, "      ", all)
	b.WriteString("    }\n")
}

// terraformRole writes a role with who may become it and what it may do.
func terraformRole(r Role) []byte {
	var b bytes.Buffer
	label := labelOf(r.Name)
	terraformDocument(&b, label+"_trust", r.Trust)
	all := []attribute{{"name", hclText(r.Name)}}
	if r.Path != "" {
		all = append(all, attribute{"path", hclText(r.Path)})
	}
	if r.Description != "" {
		all = append(all, attribute{"description", hclText(r.Description)})
	}
	if r.Seconds > 0 {
		all = append(all, attribute{"max_session_duration", fmt.Sprint(r.Seconds)})
	}
	fmt.Fprintf(&b, "\nresource \"aws_iam_role\" %q {\n", label)
	hclAttributes(&b, "  ", append(all, attribute{"assume_role_policy", "data.aws_iam_policy_document." + label + "_trust.json"}))
	b.WriteString("}\n")
	if r.Inline != nil {
		// It is somebody's document: it stays as it is.
		fmt.Fprintf(&b, "\nresource \"aws_iam_role_policy\" %q {\n", label)
		hclAttributes(&b, "  ", []attribute{{"name", hclText(r.policyName())}, {"role", "aws_iam_role." + label + ".id"}, {"policy", "jsonencode(" + hclValue(r.Inline, "  ") + ")"}})
		b.WriteString("}\n")
	}
	return b.Bytes()
}

// hclList writes a list whose attribute is indented so.
func hclList(texts []string, indent string) string {
	if len(texts) == 1 {
		return "[" + hclText(texts[0]) + "]"
	}
	var b strings.Builder
	b.WriteString("[\n")
	for _, text := range texts {
		b.WriteString(indent + "  " + hclText(text) + ",\n")
	}
	b.WriteString(indent + "]")
	return b.String()
}

// hclText quotes a text so that nothing in it is a template (HCL native
// syntax, "Template Expressions").
func hclText(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case (r == '$' || r == '%') && strings.HasPrefix(text[i+1:], "{"):
			b.WriteString(string(r) + string(r))
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// hclValue writes a JSON value as an expression.
func hclValue(value any, indent string) string {
	deeper := indent + "  "
	var b strings.Builder
	switch v := value.(type) {
	case object:
		var all []attribute
		for _, m := range v {
			name := m.name
			if !regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`).MatchString(name) {
				name = hclText(name)
			}
			all = append(all, attribute{name, hclValue(m.value, deeper)})
		}
		var lines bytes.Buffer
		hclAttributes(&lines, deeper, all)
		return "{\n" + lines.String() + indent + "}"
	case []any:
		b.WriteString("[\n")
		for _, element := range v {
			b.WriteString(deeper + hclValue(element, deeper) + ",\n")
		}
		return b.String() + indent + "]"
	case string:
		return hclText(v)
	case json.RawMessage:
		return string(v)
	}
	return fmt.Sprint(value)
}
