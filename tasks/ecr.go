package tasks

import (
	"context"
	"fmt"
	"log/slog"
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
		Name: "registry", Type: variables.List, Aliases: []string{"registries", "registry-ids"},
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

func (t ecrTask) Run(ctx context.Context, sessions connectors.Sessions, v variables.Values, log *slog.Logger) (*variables.Set, error) {
	all := targets(v)
	of := func(name string) (string, bool) { return sessions[name].Config.Region, true }
	if err := distinct(all, of).Err(); err != nil {
		return nil, err
	}
	tokens, err := tokensFor(ctx, sessions, all, t.Connectors(v))
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
	set := variables.NewSet(v.Text("namespace"))
	set.Facts = sessions.Facts(t.Connectors(v))
	for _, token := range tokens {
		domain := token.Registry.Domain()
		log.Info("registry", "text", fmt.Sprintf("%s, token until %s", domain, connectors.Clock(token.Expires)),
			"registry", domain, "expires", token.Expires.Format(time.RFC3339))
		set.Facts = append(set.Facts, variables.Fact{Kind: "registry", Name: domain, Until: token.Expires})
	}
	if err := t.fill(set, tokens); err != nil {
		return nil, err
	}
	return set, addCallerIdentity(ctx, sessions[all[0].connector], v, set)
}
