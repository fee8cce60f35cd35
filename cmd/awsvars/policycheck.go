package main

import (
	"fmt"
	"io"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/variables"
)

// checking is how a policy is checked.
type checking struct {
	policy.CheckOptions
	form   string
	strict bool
}

func (p process) policyCheckCommand() *cobra.Command {
	var k checking
	c := &cobra.Command{
		Use: "check FILE", DisableFlagsInUseLine: true,
		Short: "What a policy allows, what is missing in it, and what is wrong or too wide",
		Example: "awsvars policy check trust.json --account 222222222222\n" +
			"aws iam get-role --role-name deployer --query Role.AssumeRolePolicyDocument | awsvars policy check -",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 {
				return nil
			}
			return variables.WithHint(misstated{fmt.Errorf("%d files are named: name one, or - for stdin", len(args))}, "awsvars policy check --help")
		},
	}
	c.Flags().StringVar(&k.Account, "account", "", "account of the role, the identity or the repository, 12 digits")
	c.Flags().StringVar(&k.form, "format", "text", "text or json")
	c.Flags().BoolVar(&k.strict, "strict", false, "warnings are errors")
	// The flag was declared just now.
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{"text", "json"}, cobra.ShellCompDirectiveNoFileComp))
	c.RunE = func(c *cobra.Command, args []string) error { return p.checkPolicy(c.OutOrStdout(), args[0], k) }
	return c
}

// faults are what is wrong with the flags.
func (k checking) faults() (faults variables.Faults) {
	if k.form != "text" && k.form != "json" {
		faults = append(faults, variables.Fault{Setting: "format", Given: k.form, Problem: "choose one of text, json"})
	}
	if k.Account != "" && !regexp.MustCompile(`^\d{12}$`).MatchString(k.Account) {
		faults = append(faults, variables.Fault{Setting: "account", Given: k.Account, Problem: "an account ID has 12 digits"})
	}
	return faults
}

func (p process) checkPolicy(w io.Writer, path string, k checking) error {
	log := textLogger(p.stderr)
	if faults := k.faults(); len(faults) > 0 {
		report(log, faults)
		return &reported{faults}
	}
	text, err := p.document(path)
	if err != nil {
		err = misstated{fmt.Errorf("reading the policy %q: %w", path, err)}
		report(log, err)
		return &reported{err}
	}
	v := verdict{File: path}
	if path == "-" {
		v.File = "stdin"
	}
	written := policy.Read(text)
	v.Kind, v.Findings = written.Kind(), policy.Check(written, k.CheckOptions)
	if k.strict {
		for i := range v.Findings {
			if v.Findings[i].Severity == policy.Warning {
				v.Findings[i].Severity = policy.Error
			}
		}
	}
	write := v.text
	if k.form == "json" {
		write = v.json
	}
	if err := write(w); err != nil {
		return err
	}
	if v.count(policy.Error) > 0 {
		// The findings say it all.
		return &reported{ended(statusSettings)}
	}
	return nil
}

// verdict is what was found in one policy.
type verdict struct {
	File     string           `json:"file"`
	Kind     policy.Kind      `json:"kind"`
	Findings []policy.Finding `json:"findings"`
}

func (v verdict) count(s policy.Severity) (n int) {
	for _, f := range v.Findings {
		if f.Severity == s {
			n++
		}
	}
	return n
}

// text writes lines that editors and terminals lead to the place.
func (v verdict) text(w io.Writer) error {
	var b strings.Builder
	for _, f := range v.Findings {
		fmt.Fprintf(&b, "%s:%d: %s: %s\n", v.File, f.Line, f.Severity, f.Text)
		if f.Remedy != "" {
			fmt.Fprintf(&b, "    %s\n", f.Remedy)
		}
	}
	fmt.Fprintf(&b, "%s: %s: %s, %s\n", v.File, v.Kind, counted(v.count(policy.Error), "error"), counted(v.count(policy.Warning), "warning"))
	_, err := io.WriteString(w, b.String())
	return err
}

func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

func (v verdict) json(w io.Writer) error {
	if v.Findings == nil {
		v.Findings = []policy.Finding{}
	}
	return writeJSON(w, v)
}
