package doctor

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/tasks"
)

// skipRegistries tells what cannot be judged of a connector's registries.
func (v *visit) skipRegistries(connector, why string) {
	for _, r := range tasks.Registries(v.Task, v.Values) {
		if r.Connector == connector {
			v.skipRegistry(r, why)
		}
	}
}

func (v *visit) skipRegistry(r tasks.Registry, why string) {
	name := nameOf(r)
	v.add(skipped(TokenStation, name, why), skipped(Registry, name, why))
	for _, repository := range v.repositories() {
		v.add(skipped(Repository, name+"/"+repository.name, why))
	}
}

func nameOf(r tasks.Registry) string {
	if domain := r.Domain(); domain != "" {
		return domain
	}
	if r.Account == "" && r.Region != "" {
		return "the caller's own registry in " + r.Region
	} else if r.Account == "" {
		return "the caller's own registry"
	}
	return r.Account
}

// registries judges those of one connector.
func (v *visit) registries(ctx context.Context, connector string, t connectors.Trace, who connectors.Identity) {
	tokens := map[string]tokenOf{}
	for _, r := range tasks.Registries(v.Task, v.Values) {
		switch {
		case r.Connector != connector:
			continue
		case t.Session == nil || t.Guard != nil:
			v.skipRegistry(r, "there are no credentials for it")
			continue
		}
		cfg := t.Session.Config
		region := r.Region
		if region == "" && !r.Public {
			region = cfg.Region
		}
		found, known := tokens[region]
		if !known || r.Account == "" {
			verdicts := v.station(ctx, TokenStation, nameOf(r), Unreachable, func(ctx context.Context) []Verdict {
				found = v.token(ctx, cfg, r, who)
				return []Verdict{found.verdict}
			})
			found.verdict, tokens[region] = verdicts[0], found
		}
		v.add(found.of(r))
		if found.verdict.State != OK {
			v.afterToken(r)
			continue
		}
		v.registry(ctx, cfg, r, found.token, who)
	}
}

func (v *visit) afterToken(r tasks.Registry) {
	name := nameOf(r)
	v.add(skipped(Registry, name, "there is no login to it"))
	for _, repository := range v.repositories() {
		v.add(skipped(Repository, name+"/"+repository.name, "there is no login to it"))
	}
}

// tokenOf is a token of a region, and what getting it came to.
type tokenOf struct {
	token   ecr.Token
	verdict Verdict
}

// of is the verdict for another registry of the region: a token opens them all
// (ECR API reference, GetAuthorizationToken).
func (t tokenOf) of(r tasks.Registry) Verdict {
	found := t.verdict
	if r.Account != "" || r.Public {
		found.Subject = nameOf(r)
	}
	return found
}

func (v *visit) token(ctx context.Context, cfg aws.Config, r tasks.Registry, who connectors.Identity) tokenOf {
	tokens, err := ecr.Tokens(ctx, cfg, []ecr.Registry{r.Registry})
	if err == nil {
		domain := tokens[0].Registry.Domain()
		return tokenOf{tokens[0], ok(TokenStation, domain, "token until "+connectors.Clock(tokens[0].Expires))}
	}
	code, message := refusal.Code(err)
	cause := networkOrLate(err)
	switch {
	case strings.HasPrefix(code, "AccessDenied"):
		if cause = causeInWords(message); cause == "" {
			cause = Permission
		}
	case strings.Contains(err.Error(), "no region is known"):
		cause = NoRegion
	case code != "":
		cause = causeOfSource(err)
	}
	kind := kindOf(err)
	if cause == NoRegion {
		kind = Settings
	}
	return tokenOf{verdict: failed(kind, TokenStation, nameOf(r), words(err), []Cause{cause}, remedyOf(err), loginPolicy(cause, r, who))}
}

// registry asks the registry whether it takes the login, and then about the
// repositories.
func (v *visit) registry(ctx context.Context, cfg aws.Config, r tasks.Registry, token ecr.Token, who connectors.Identity) {
	if r.Account != "" || r.Public {
		token.Registry = r.Registry
		if token.Registry.Region == "" && !r.Public {
			token.Registry.Region = cfg.Region
		}
	}
	login := docker.Login{Host: token.Registry.Domain(), Username: token.Username, Password: token.Password}
	verdicts := v.station(ctx, Registry, login.Host, Unreachable, func(ctx context.Context) []Verdict {
		answer, err := docker.Verify(ctx, v.Network.Registry, login)
		switch {
		case err != nil:
			return []Verdict{failed(Unreachable, Registry, login.Host, words(err), []Cause{networkOrLate(err)}, remedyOf(err))}
		case !answer.Accepted():
			return []Verdict{failed(Refused, Registry, login.Host, "the registry says "+answer.String(), []Cause{Login}, "is a proxy or a private endpoint of another account in between?")}
		}
		return []Verdict{ok(Registry, login.Host, "it takes the login")}
	})
	v.add(verdicts...)
	for _, repository := range v.repositories() {
		if verdicts[0].State != OK {
			v.add(skipped(Repository, login.Host+"/"+repository.name, "the registry is not reached"))
			continue
		}
		v.add(v.station(ctx, Repository, login.Host+"/"+repository.name, Unreachable, func(ctx context.Context) []Verdict {
			return v.judgeRepository(ctx, token.Registry, login, repository, who)
		})...)
	}
}
