package variables

import (
	"fmt"
	"slices"
	"strings"
)

// Suffix is the end of a secret variable's name. Bamboo masks by name, and
// every other runner follows that rule.
const Suffix = ".password"

// Variable is a name and a text that a task delivers.
type Variable struct {
	// Name is dotted and complete: custom.aws.ecr.password.
	Name string
	// Value is closed whether or not the name makes it a secret, so that one
	// rule, Shown, decides what is printed.
	Value Secret
	// Output is the name in systems that hand on the outputs of a step, in
	// kebab case; empty if it is none.
	Output string
	// Standard are the names in which every AWS tool reads this value from
	// its environment, none for most.
	Standard []string
	// OnRequest keeps a credential out of the outputs of a step unless the
	// user asks for it (setting output-credentials): the environment has it.
	OnRequest bool
	// There tells that the job has the value already: whatever runs there finds
	// it, so that the names in Standard are not set for it.
	There bool
	// OutputOnly marks a variable that exists only as the output of a step.
	OutputOnly bool
}

// IsSecret tells whether the value must be masked: its name ends in .password.
func (v Variable) IsSecret() bool { return strings.HasSuffix(v.Name, Suffix) }

// Shown is the text for people: masked if it is a secret.
func (v Variable) Shown() string {
	if v.IsSecret() {
		return Masked
	}
	return v.Value.Open()
}

// Set is what a task delivers, in order. The zero Set is ready for use.
type Set struct {
	// Namespace stands before the name of each variable.
	Namespace string
	// Facts say how the set came about, for a summary.
	Facts []Fact
	// Logins are the registries that the variables log in to, in order.
	Logins []Login
	// Placed says where the task has logged Docker in, nil where it has not.
	Placed *Placed
	// Undo takes back what the task did besides, where the variables cannot be
	// delivered; nil where there is nothing.
	Undo      func() error
	variables []Variable
	hidden    []Secret
}

// NewSet returns an empty set.
func NewSet(namespace string) *Set { return &Set{Namespace: namespace} }

// TakeBack takes back what the task did besides.
func (s *Set) TakeBack() error {
	if s.Undo == nil {
		return nil
	}
	return s.Undo()
}

// Add appends a variable under the set's namespace; its output is called by
// the kebab case of name. Adding a name twice is an error.
func (s *Set) Add(name string, value Secret) error {
	return s.AddVariable(Variable{Name: name, Value: value, Output: KebabName(name)})
}

// AddVariable appends v, whose Name is still without the namespace.
func (s *Set) AddVariable(v Variable) error {
	v.Name = s.Namespace + "." + v.Name
	if err := CheckName(v.Name); err != nil {
		return fmt.Errorf("naming variable %q: %w", v.Name, err)
	}
	for _, have := range s.variables {
		if have.Name == v.Name {
			return fmt.Errorf("naming variable %q: two values have this name", v.Name)
		}
	}
	s.variables = append(s.variables, v)
	return nil
}

// All returns the variables in order, those that are only outputs of a step
// left out.
func (s *Set) All() []Variable {
	var all []Variable
	for _, v := range s.variables {
		if !v.OutputOnly {
			all = append(all, v)
		}
	}
	return all
}

// Outputs returns the variables that a step hands on as outputs, in order;
// with credentials also those that are so only on request.
func (s *Set) Outputs(credentials bool) []Variable {
	var outputs []Variable
	for _, v := range s.variables {
		if v.Output != "" && (credentials || !v.OnRequest) {
			outputs = append(outputs, v)
		}
	}
	return outputs
}

// Hide has a text masked that is in no secret variable, or that a user asks
// to have masked.
func (s *Set) Hide(text Secret) { s.hidden = append(s.hidden, text) }

// TakeOutput takes the output of this name off its variable, for another one
// to have it, and returns what it held.
func (s *Set) TakeOutput(name string) (text Secret, found bool) {
	for i, v := range s.variables {
		if v.Output == name {
			s.variables[i].Output = ""
			return v.Value, true
		}
	}
	return Secret{}, false
}

// Secrets returns the values that must be masked before anything is
// delivered.
func (s *Set) Secrets() []Secret {
	secrets := slices.Clone(s.hidden)
	for _, v := range s.variables {
		if v.IsSecret() && !v.Value.Empty() {
			secrets = append(secrets, v.Value)
		}
	}
	return secrets
}
