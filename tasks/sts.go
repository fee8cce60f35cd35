package tasks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/profiles"
	"github.com/awsvars/awsvars/variables"
)

// stsTask delivers the connector's credentials themselves. It needs nothing
// but what the chain needs: sts:AssumeRole on each role.
type stsTask struct{}

func (stsTask) Name() string { return "sts" }

func (stsTask) Summary() string { return "AWS credentials as variables" }

func (stsTask) Examples() []string {
	return []string{
		`awsvars sts --role-arn "$DEPLOY_ROLE" --format shell --output aws.env && . ./aws.env && rm aws.env`,
		"awsvars sts --source instance --role-arn arn:aws:iam::222222222222:role/deployer --external-id secret-handshake --duration 1h --allowed-account-ids 222222222222",
	}
}

func (stsTask) Settings() []variables.Setting {
	own := []variables.Setting{
		{
			Name: "use-existing-credentials", Type: variables.Bool, Default: "false",
			Help: "Keeps to the credentials that the job has already, where AWS takes them: those in its environment, its profile or of its machine, in the order of the AWS SDKs. Only where there are none are the source asked and roles assumed.",
		},
		{
			Name: "mask-account-id", Type: variables.Bool, Default: "false", Aliases: []string{"mask-aws-account-id"},
			Help: "Masks the account IDs and the ARNs of the caller and of whoever assumed its role, and keeps account IDs out of the log of awsvars.",
		},
	}
	return slices.Concat(ProfileSettings(), own, connectors.Settings(), commonSettings("custom.aws"))
}

// ProfileSettings ask for a profile in the files of the AWS tools, besides
// what is delivered or in its place.
func ProfileSettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "write-profile", Type: variables.Text, Aliases: []string{"aws-profile"}, Check: profiles.CheckName,
			Help: "Writes the credentials as a profile of this name into the files of the AWS tools, ~/.aws/credentials and ~/.aws/config. In a script nothing else is delivered then, unless a format or an output is given.",
		},
		{
			Name: "overwrite-profile", Type: variables.Bool, Default: "false", Aliases: []string{"overwrite-aws-profile"},
			Help: "Lets write-profile replace a profile that awsvars did not write.",
		},
	}
}

func (stsTask) Check(variables.Values) variables.Faults { return nil }

func (stsTask) Connectors(variables.Values) []string { return []string{""} }

func (stsTask) Region(v variables.Values, _ string) connectors.Need {
	if v.Bool("add-caller-identity") || v.Bool("mask-account-id") {
		return connectors.Needed
	}
	return connectors.Useful
}

func (stsTask) Endpoints(context.Context, aws.Config, variables.Values, string) ([]string, error) {
	return nil, nil
}

func (stsTask) Delivers(variables.Values) Delivery { return Always }

func (stsTask) CheckLogins(variables.Values) error { return noLogins("sts") }

func (t stsTask) Run(ctx context.Context, w Work) (*variables.Set, error) {
	s, v := w.Sessions[""], w.Values
	set := variables.NewSet(v.Text("namespace"))
	set.Facts = s.Facts
	for _, variable := range t.variables(s) {
		if err := set.AddVariable(variable); err != nil {
			return nil, err
		}
	}
	if err := t.addJSON(set, s); err != nil {
		return nil, err
	}
	if account := s.KnownAccount(); account != "" && !v.Bool("add-caller-identity") {
		// People's workflows read this output; where it would cost a call it
		// must be asked for.
		output := variables.Variable{Name: "callerIdentity.account", Value: variables.NewSecret(account), Output: "aws-account-id", OutputOnly: true}
		if err := set.AddVariable(output); err != nil {
			return nil, err
		}
	}
	if v.Bool("mask-account-id") {
		callers, err := s.Callers(ctx)
		if err != nil {
			return nil, err
		}
		for _, caller := range callers {
			set.Hide(variables.NewSecret(caller.Account))
			set.Hide(variables.NewSecret(caller.ARN))
		}
	}
	return set, addCallerIdentity(ctx, s, v, set)
}

// variables returns what every AWS tool can use. The token is there, and
// empty, for long-term keys too: a stale one in the environment would make
// them invalid.
func (stsTask) variables(s *connectors.Session) []variables.Variable {
	all := []variables.Variable{
		{Name: "accessKeyId", Value: variables.NewSecret(s.AccessKeyID), Output: "aws-access-key-id", Standard: []string{"AWS_ACCESS_KEY_ID"}, OnRequest: true},
		{Name: "secretAccessKey.password", Value: s.SecretAccessKey, Output: "aws-secret-access-key", Standard: []string{"AWS_SECRET_ACCESS_KEY"}, OnRequest: true},
		{Name: "sessionToken.password", Value: s.SessionToken, Output: "aws-session-token", Standard: []string{"AWS_SESSION_TOKEN"}, OnRequest: true},
	}
	if !s.Expires.IsZero() {
		all = append(all, variables.Variable{Name: "expirationDate", Value: variables.NewSecret(s.Expires.Format(time.RFC3339)), Output: "aws-expiration", Standard: []string{"AWS_CREDENTIAL_EXPIRATION"}})
	}
	for i := range all {
		all[i].There = s.Existing
	}
	if s.Config.Region != "" {
		all = append(all, variables.Variable{Name: "region", Value: variables.NewSecret(s.Config.Region), Output: "aws-region", Standard: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}})
	}
	return all
}

func (stsTask) addJSON(set *variables.Set, s *connectors.Session) error {
	document := struct {
		AccessKeyID     string `json:"accessKeyId"`
		SecretAccessKey string `json:"secretAccessKey"`
		SessionToken    string `json:"sessionToken"`
		ExpirationDate  string `json:"expirationDate,omitempty"`
		Region          string `json:"region,omitempty"`
	}{s.AccessKeyID, s.SecretAccessKey.Open(), s.SessionToken.Open(), "", s.Config.Region}
	if !s.Expires.IsZero() {
		document.ExpirationDate = s.Expires.Format(time.RFC3339)
	}
	text, err := jsonOf(document)
	if err != nil {
		return fmt.Errorf("writing the credentials: %w", err)
	}
	return set.AddVariable(variables.Variable{Name: "credentials.json.password", Value: text, Output: "credentials-json-password", OnRequest: true})
}
