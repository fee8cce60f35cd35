package tasks

import (
	"context"
	"fmt"
	"log/slog"
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
		Check: func(text string) error { _, err := ecr.Parse(text); return err },
		Help:  "Registry, or several: an account ID, 111111111111/eu-west-1, a host, the URI of a repository, or public. Without it the caller's own registry in the region.",
	}}
	return append(append(own, connectors.Settings()...), commonSettings("custom.aws.ecr")...)
}

// registries are those asked for, or the caller's own.
func registries(v variables.Values) []ecr.Registry {
	var all []ecr.Registry
	for _, text := range v.List("registry") {
		// Fill has parsed it once; faulty ones are not in Values then.
		r, err := ecr.Parse(text)
		if err == nil {
			all = append(all, r)
		}
	}
	if len(all) == 0 {
		all = []ecr.Registry{{}}
	}
	return all
}

func (ecrTask) Check(v variables.Values) variables.Faults {
	return distinct(v.List("registry"), "")
}

// distinct refuses two names for one registry. Some are known to be one only
// when the default region is.
func distinct(names []string, region string) variables.Faults {
	var faults variables.Faults
	seen := map[string]string{}
	for _, text := range names {
		r, err := ecr.Parse(text)
		if err != nil {
			continue
		}
		if r.Region == "" {
			r.Region = region
		}
		if before, twice := seen[r.Key()]; twice {
			faults = append(faults, variables.Fault{Setting: "registry", Given: text, Problem: fmt.Sprintf("names the same registry as %q; give it once", before)})
		}
		seen[r.Key()] = text
	}
	return faults
}

func (ecrTask) Region(v variables.Values) connectors.Need {
	for _, r := range registries(v) {
		if r.Region == "" && !r.Public {
			return connectors.Needed
		}
	}
	if asksWho(v) {
		return connectors.Needed
	}
	return connectors.Unused
}

func (t ecrTask) Endpoints(ctx context.Context, cfg aws.Config, v variables.Values) ([]string, error) {
	if cfg.Region == "" && t.Region(v) == connectors.Needed {
		// The instance may tell the region later.
		return nil, nil
	}
	if err := distinct(v.List("registry"), cfg.Region).Err(); err != nil {
		return nil, err
	}
	return ecr.Endpoints(ctx, cfg, registries(v))
}

func (t ecrTask) Run(ctx context.Context, s *connectors.Session, v variables.Values, log *slog.Logger) (*variables.Set, error) {
	if err := guard(ctx, s, v); err != nil {
		return nil, err
	}
	if err := distinct(v.List("registry"), s.Config.Region).Err(); err != nil {
		return nil, err
	}
	tokens, err := ecr.Tokens(ctx, s.Config, registries(v))
	if err != nil {
		return nil, err
	}
	set := variables.NewSet(v.Text("namespace"))
	set.Facts = s.Facts
	for _, token := range tokens {
		domain := token.Registry.Domain()
		log.Info("registry", "text", fmt.Sprintf("%s, token until %s", domain, connectors.Clock(token.Expires)),
			"registry", domain, "expires", token.Expires.Format(time.RFC3339))
		set.Facts = append(set.Facts, variables.Fact{Kind: "registry", Name: domain, Until: token.Expires})
	}
	if err := t.fill(set, tokens); err != nil {
		return nil, err
	}
	return set, addCallerIdentity(ctx, s, v, set)
}
