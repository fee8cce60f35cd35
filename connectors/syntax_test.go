package connectors_test

import (
	"regexp"
	"testing"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/variables"
)

// FuzzSettings looks for a text that is taken and could change a host, a
// header or an ARN. The patterns here are the ones of the STS API reference,
// written another way than the code's.
func FuzzSettings(f *testing.F) {
	for _, seed := range []string{
		"eu-west-1", "us-isob-east-1", "us-gov-west-1", "eusc-de-east-1", "us-east-1.evil.com", "a-b-1/", "-", "--1",
		deployer, "arn:aws-cn:iam::123456789012:role/path/to/name", "arn:aws:iam::1:role/x", "arn:aws:iam::123456789012:role/",
		"arn:aws:iam::123456789012:role/a,arn:aws:iam::123456789012:role/b", "AKIAIOSFODNN7EXAMPLE", "id:with/all=,.@-", "x\ny",
	} {
		f.Add(seed)
	}
	patterns := map[string]*regexp.Regexp{
		"region":            regexp.MustCompile(`^[a-z]{2,12}(-[a-z]{2,12}){1,3}-[0-9]{1,2}$`),
		"role-arn":          regexp.MustCompile(`^(arn:aws[a-z-]*:iam::[0-9]{12}:role/([!-~]*/)?|([!-9;-~]*/)?)[\w+=,.@-]{1,64}$`),
		"external-id":       regexp.MustCompile(`^(-|[\w+=,.@:/-]{2,})$`),
		"role-session-name": regexp.MustCompile(`^[\w+=,.@-]{2,64}$`),
		"access-key-id":     regexp.MustCompile(`^[A-Z0-9]{16,128}$`),
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, s := range connectors.Settings() {
			pattern := patterns[s.Name]
			if pattern == nil {
				continue
			}
			values, faults := variables.Fill([]variables.Setting{s}, nil, func(string) (variables.Input, bool) {
				return variables.Input{Text: variables.NewSecret(text), Origin: s.Name}, true
			})
			if len(faults) > 0 || !values.Given(s.Name) {
				continue
			}
			taken := values.List(s.Name)
			if !s.Several() {
				taken = []string{values.Text(s.Name)}
			}
			for _, one := range taken {
				if !pattern.MatchString(one) {
					t.Errorf("%s takes %q", s.Name, one)
				}
			}
		}
	})
}
