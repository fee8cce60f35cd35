package variables_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/variables"
)

func TestNames(t *testing.T) {
	t.Parallel()
	for dotted, want := range map[string]struct{ environment, kebab string }{
		"custom.aws.ecr.proxyEndpointDomain": {"custom_aws_ecr_proxyEndpointDomain", "custom-aws-ecr-proxy-endpoint-domain"},
		"authorizationToken.password":        {"authorizationToken_password", "authorization-token-password"},
		"111111111111.eu-west-1.username":    {"111111111111_eu_west_1_username", "111111111111-eu-west-1-username"},
		"callerIdentity.userId":              {"callerIdentity_userId", "caller-identity-user-id"},
		"aURLName":                           {"aURLName", "a-urlname"},
	} {
		if got := variables.EnvironmentName(dotted); got != want.environment {
			t.Errorf("the environment's name of %s is %s, want %s", dotted, got, want.environment)
		}
		if got := variables.KebabName(dotted); got != want.kebab {
			t.Errorf("the kebab case of %s is %s, want %s", dotted, got, want.kebab)
		}
	}
	if got := []string{variables.InputName("role-arn"), variables.PluginName("role-arn"), variables.OwnName("role-arn")}; !cmp.Equal(got, []string{"INPUT_ROLE-ARN", "PLUGIN_ROLE_ARN", "AWSVARS_ROLE_ARN"}) {
		t.Errorf("a setting is spelled %v", got)
	}
}

func TestCheckNameRefusesWhatASystemCouldMisread(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"custom.aws", "a", "_x.1.eu-west-1", "custom.aws.111111111111.eu-west-1.password"} {
		if err := variables.CheckName(good); err != nil {
			t.Errorf("%q is refused: %v", good, err)
		}
	}
	for _, bad := range []string{"", ".", "a.", ".a", "1a", "-a", "a b", "a=b", "a\nb", "ä", "a..b", "a;b", "$(a)", "a\x00"} {
		if variables.CheckName(bad) == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestSetKeepsOrderAndKnowsItsSecrets(t *testing.T) {
	t.Parallel()
	set := variables.NewSet("custom.aws")
	for _, name := range []string{"b", "a.password", "c.passwords"} {
		if err := set.Add(name, variables.NewSecret("value of "+name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := set.Add("b", variables.Secret{}); err == nil {
		t.Error("a name was taken twice")
	}
	if err := set.Add("no good", variables.Secret{}); err == nil {
		t.Error("a name with a blank was taken")
	}
	if err := set.AddVariable(variables.Variable{Name: "only", Output: "only-output", OutputOnly: true}); err != nil {
		t.Fatal(err)
	}
	if err := set.AddVariable(variables.Variable{Name: "key.password", Output: "key", OnRequest: true}); err != nil {
		t.Fatal(err)
	}
	var shown []string
	for _, v := range set.All() {
		shown = append(shown, v.Name+"="+v.Shown())
	}
	want := []string{"custom.aws.b=value of b", "custom.aws.a.password=********", "custom.aws.c.passwords=value of c.passwords", "custom.aws.key.password=********"}
	if diff := cmp.Diff(want, shown); diff != "" {
		t.Error(diff)
	}
	set.Hide(variables.NewSecret("elsewhere"))
	if secrets := set.Secrets(); len(secrets) != 2 || secrets[0].Open() != "elsewhere" || secrets[1].Open() != "value of a.password" {
		t.Errorf("%d secrets", len(secrets))
	}
	if got := len(set.Outputs(false)); got != 4 {
		t.Errorf("%d outputs without credentials, want 4", got)
	}
	if got := len(set.Outputs(true)); got != 5 {
		t.Errorf("%d outputs with credentials, want 5", got)
	}
}
