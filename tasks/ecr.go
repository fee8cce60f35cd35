package tasks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// ecrTask delivers logins to registries of Amazon ECR.
//
// It needs ecr:GetAuthorizationToken on *, and for ECR Public
// ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken.
type ecrTask struct{}

func (ecrTask) Name() string { return "ecr" }

func (ecrTask) Summary() string { return "Amazon ECR logins as variables" }

func (ecrTask) Examples() []string {
	return []string{
		`login=$(awsvars ecr --registry 222222222222/eu-west-1 --format shell) && eval "$login"`,
		"awsvars ecr --source instance --role-arn arn:aws:iam::222222222222:role/deployer --external-id secret-handshake --registry 222222222222 --format json",
	}
}

func (ecrTask) Settings() []variables.Setting {
	own := []variables.Setting{{
		Name: "registry", Type: variables.List, Aliases: []string{"registries", "registry-ids", "account-ids"},
		Check: func(text string) error { _, err := parseTarget(text); return err },
		Help:  "Registry, or several: an account ID, 111111111111/eu-west-1, a host, the URI of a repository, or public. Without it the caller's own registry in the region. The name of a connector and @ may stand before each: deploy@111111111111/eu-west-1.",
	}}
	return append(append(own, connectors.Settings()...), commonSettings("custom.aws.ecr")...)
}

func (ecrTask) Check(v variables.Values) variables.Faults {
	return distinct(targets(v), nil)
}

func (ecrTask) Connectors(v variables.Values) []string {
	var names []string
	for _, t := range targets(v) {
		if !slices.Contains(names, t.connector) {
			names = append(names, t.connector)
		}
	}
	return names
}

func (ecrTask) Region(v variables.Values, connector string) connectors.Need {
	all := targets(v)
	for _, t := range all {
		if t.connector == connector && t.registry.Region == "" && !t.registry.Public {
			return connectors.Needed
		}
	}
	if v.Bool("add-caller-identity") && all[0].connector == connector {
		return connectors.Needed
	}
	return connectors.Unused
}

func (t ecrTask) Endpoints(ctx context.Context, cfg aws.Config, v variables.Values, connector string) ([]string, error) {
	if cfg.Region == "" && t.Region(v, connector) == connectors.Needed {
		// The instance may tell the region later.
		return nil, nil
	}
	of := func(name string) (string, bool) { return cfg.Region, name == connector }
	if err := distinct(targets(v), of).Err(); err != nil {
		return nil, err
	}
	_, registries := ofConnector(targets(v), connector)
	return ecr.Endpoints(ctx, cfg, registries)
}

func (ecrTask) Delivers(variables.Values) Delivery { return Always }

func (ecrTask) CheckLogins(v variables.Values) error {
	if v.Bool("add-caller-identity") {
		return errors.New("it holds logins only, and add-caller-identity asks for more; leave that out")
	}
	return nil
}

func (t ecrTask) Run(ctx context.Context, w Work) (*variables.Set, error) {
	tokens, err := t.tokens(ctx, w)
	if err != nil {
		return nil, err
	}
	return t.set(ctx, w, tokens)
}

// tokens gets a token for each registry, in the order asked for.
func (t ecrTask) tokens(ctx context.Context, w Work) ([]ecr.Token, error) {
	all := targets(w.Values)
	of := func(name string) (string, bool) { return w.Sessions[name].Config.Region, true }
	if err := distinct(all, of).Err(); err != nil {
		return nil, err
	}
	tokens, err := tokensFor(ctx, w.Sessions, all, t.Connectors(w.Values))
	if err != nil {
		return nil, err
	}
	for i, token := range tokens {
		// Whose own registry was meant is known now.
		all[i].registry = token.Registry
	}
	if err := distinct(all, nil).Err(); err != nil {
		return nil, err
	}
	for _, token := range tokens {
		domain := token.Registry.Domain()
		w.Log.Info("registry", "text", fmt.Sprintf("%s, token until %s", domain, connectors.Clock(token.Expires)),
			"registry", domain, "expires", token.Expires.Format(time.RFC3339))
	}
	return tokens, nil
}

// set holds the variables of tokens.
func (t ecrTask) set(ctx context.Context, w Work, tokens []ecr.Token) (*variables.Set, error) {
	set := variables.NewSet(w.Values.Text("namespace"))
	set.Facts = w.Sessions.Facts(t.Connectors(w.Values))
	for _, token := range tokens {
		set.Facts = append(set.Facts, variables.Fact{Kind: "registry", Name: token.Registry.Domain(), Until: token.Expires})
		set.Logins = append(set.Logins, variables.Login{Host: token.Registry.Domain(), Username: token.Username, Password: token.Password, Expires: token.Expires})
	}
	if err := t.fill(set, tokens); err != nil {
		return nil, err
	}
	return set, addCallerIdentity(ctx, w.Sessions[targets(w.Values)[0].connector], w.Values, set)
}
