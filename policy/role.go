package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
)

// Role is a role as it is to be: who may become it, and what it may do then.
type Role struct {
	Name        string
	Path        string
	Description string
	// Seconds is the longest session; 0 leaves it to IAM, an hour.
	Seconds int64
	Trust   Document
	// Inline is what it may do, as somebody wrote it.
	Inline object
	// PolicyName names the inline policy; awsvars where it is empty.
	PolicyName string
}

// Check finds what IAM would refuse (IAM API reference, CreateRole).
func (r Role) Check() error {
	switch {
	case r.Name == "":
		return errors.New("name: missing: the role needs one")
	case !regexp.MustCompile(`^[\w+=,.@-]{1,64}$`).MatchString(r.Name):
		return fmt.Errorf("name %q: 1 to 64 letters, digits and _+=,.@-", r.Name)
	case r.Path != "" && !regexp.MustCompile(`^/([!-~]{0,510}/)?$`).MatchString(r.Path):
		return fmt.Errorf("path %q: begins and ends with /", r.Path)
	case r.PolicyName != "" && !regexp.MustCompile(`^[\w+=,.@-]{1,128}$`).MatchString(r.PolicyName):
		return fmt.Errorf("policy-name %q: 1 to 128 letters, digits and _+=,.@-", r.PolicyName)
	case r.Seconds != 0 && (r.Seconds < 3600 || r.Seconds > 43200):
		return fmt.Errorf("max-session-duration: a role's is 1h to 12h")
	case len(r.Description) > 1000:
		return errors.New("description: at most 1000 characters")
	}
	return nil
}

// Take takes a policy as it was written, to be the role's inline policy. What
// the grammar of policies has no place for is an error, with its line.
func (r *Role) Take(text []byte) error {
	if faults := Read(text).faults; len(faults) > 0 {
		return fmt.Errorf("line %d: %s", faults[0].Line, faults[0].Text)
	}
	// It was read just now.
	root, _ := parseNodes(text)
	r.Inline, _ = root.tree().(object)
	return nil
}

func (r Role) policyName() string {
	if r.PolicyName != "" {
		return r.PolicyName
	}
	return "awsvars"
}

// document is the inline policy, nil for none.
func (r Role) document() any {
	if r.Inline == nil {
		return nil
	}
	return r.Inline
}

// Write writes the role. As JSON it is one object, whose names are those of the
// parameters of IAM's CreateRole and PutRolePolicy.
func (r Role) Write(form Form) ([]byte, error) {
	switch form {
	case Terraform:
		return terraformRole(r), nil
	case CloudFormation:
		return cloudFormationRole(r), nil
	case JSON:
		return r.json()
	}
	var b bytes.Buffer
	grants := []Grant{{Principal: r.Name, Role: "who may become it", Document: r.Trust}}
	b.Write(tableOf(grants))
	if r.Inline != nil {
		encoded, err := json.MarshalIndent(r.Inline, "  ", "  ")
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "\n%s (what it may do)\n  %s\n", oneLine(r.Name), encoded)
	}
	return b.Bytes(), nil
}

// properties are those that IAM's API and CloudFormation call by the same
// names.
func (r Role) properties() object {
	o := object{{"RoleName", r.Name}}
	if r.Path != "" {
		o = append(o, member{"Path", r.Path})
	}
	if r.Description != "" {
		o = append(o, member{"Description", r.Description})
	}
	if r.Seconds > 0 {
		o = append(o, member{"MaxSessionDuration", r.Seconds})
	}
	return append(o, member{"AssumeRolePolicyDocument", r.Trust.tree()})
}

func (r Role) json() ([]byte, error) {
	o := r.properties()
	if document := r.document(); document != nil {
		o = append(o, member{"PolicyName", r.policyName()}, member{"PolicyDocument", document})
	}
	return indented(o), nil
}

// WriteTrust writes a trust policy by itself; in a template it is that of a
// role of this name.
func WriteTrust(d Document, role string, form Form) ([]byte, error) {
	if form == JSON {
		return d.JSON(), nil
	}
	r := Role{Name: role, Trust: d}
	if err := r.Check(); err != nil {
		return nil, err
	}
	return r.Write(form)
}
