package policy

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// cloudFormationGrants writes a template with an inline policy for each role
// and user (CloudFormation template reference, AWS::IAM::RolePolicy,
// AWS::IAM::UserPolicy). One whose name nobody told has a managed policy, to be
// attached.
func cloudFormationGrants(grants []Grant) []byte {
	var b bytes.Buffer
	b.WriteString("AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n")
	all := labels(grants, func(name string) string { return Sid(name) })
	for i, g := range grants {
		comments(&b, "  ", g)
		properties := object{{"PolicyName", "awsvars"}, {"PolicyDocument", g.tree()}}
		kind := "AWS::IAM::ManagedPolicy"
		switch e := entityOf(g.Principal); e.kind {
		case entityRole:
			kind, properties = "AWS::IAM::RolePolicy", append(object{{"RoleName", e.name}}, properties...)
		case entityUser:
			kind, properties = "AWS::IAM::UserPolicy", append(object{{"UserName", e.name}}, properties...)
		default:
			properties[0].name = "ManagedPolicyName"
		}
		yamlResource(&b, all[i]+"Policy", kind, properties)
	}
	return b.Bytes()
}

// cloudFormationRole writes a role with who may become it and what it may do
// (CloudFormation template reference, AWS::IAM::Role).
func cloudFormationRole(r Role) []byte {
	var b bytes.Buffer
	b.WriteString("AWSTemplateFormatVersion: \"2010-09-09\"\nResources:\n")
	properties := r.properties()
	if document := r.document(); document != nil {
		properties = append(properties, member{"Policies", []any{object{{"PolicyName", r.policyName()}, {"PolicyDocument", document}}}})
	}
	yamlResource(&b, "Role", "AWS::IAM::Role", properties)
	b.WriteString("Outputs:\n  RoleArn:\n    Value: !GetAtt Role.Arn\n")
	return b.Bytes()
}

func yamlResource(b *bytes.Buffer, name, kind string, properties object) {
	fmt.Fprintf(b, "  %s:\n    Type: %s\n    Properties:\n", name, kind)
	yamlObject(b, properties, "      ")
}

func yamlObject(b *bytes.Buffer, o object, indent string) {
	for _, m := range o {
		b.WriteString(indent + yamlKey(m.name) + ":")
		yamlValue(b, m.value, indent)
	}
}

// yamlValue writes what stands behind a key or a dash, up to the end of its
// last line.
func yamlValue(b *bytes.Buffer, value any, indent string) {
	switch v := value.(type) {
	case object:
		if len(v) == 0 {
			b.WriteString(" {}\n")
			return
		}
		b.WriteByte('\n')
		yamlObject(b, v, indent+"  ")
	case []any:
		if len(v) == 0 {
			b.WriteString(" []\n")
			return
		}
		b.WriteByte('\n')
		for _, element := range v {
			yamlElement(b, element, indent+"  ")
		}
	default:
		b.WriteString(" " + yamlScalar(v) + "\n")
	}
}

// yamlElement writes an object of a list with its first key beside the dash.
func yamlElement(b *bytes.Buffer, value any, indent string) {
	o, is := value.(object)
	if !is || len(o) == 0 {
		b.WriteString(indent + "-")
		yamlValue(b, value, indent)
		return
	}
	var inner bytes.Buffer
	yamlObject(&inner, o, indent+"  ")
	b.WriteString(indent + "- " + strings.TrimPrefix(inner.String(), indent+"  "))
}

// yamlScalar writes texts in quotes, which are JSON's and so YAML's: nothing
// in them is a number, a date or a boolean then (YAML 1.2, "Double-Quoted
// Style"). DEL and the line separators of Unicode are escaped besides.
func yamlScalar(value any) string {
	encoded, err := plainJSON(value)
	if err != nil {
		return fmt.Sprintf("%q", fmt.Sprint(value))
	}
	var b strings.Builder
	for _, r := range string(encoded) {
		if r == 0x7f || r >= 0x80 && r < 0xa0 || r == 0x2028 || r == 0x2029 || r == 0xfeff {
			fmt.Fprintf(&b, `\u%04x`, r)
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

func yamlKey(name string) string {
	if regexp.MustCompile(`^[A-Z][A-Za-z]*$`).MatchString(name) {
		return name
	}
	return yamlScalar(name)
}
