package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/refusal"
)

// aws goes the way of each connector, and from each to its registries.
func (v *visit) aws(ctx context.Context) {
	if len(v.Faults) > 0 {
		for _, fault := range v.Faults {
			v.add(failed(Settings, SettingsGiven, "", fault.String(), []Cause{causeOfSetting(fault.Setting)}, "awsvars "+v.Task.Name()+" --help says what each setting takes"))
		}
		for _, name := range v.Task.Connectors(v.Values) {
			v.add(skipped(Source, name, "the settings are wrong"))
			v.skipRegistries(name, "the settings are wrong")
		}
		return
	}
	for _, name := range v.Task.Connectors(v.Values) {
		if why := v.obstacle(ctx); why != "" {
			v.add(skipped(Source, name, why))
			v.skipRegistries(name, why)
			continue
		}
		t := v.Roster.Trace(ctx, name, v.Limit)
		v.add(v.judgeSource(name, t))
		final := t.Source.Identity
		for i, hop := range t.Hops {
			v.add(v.judgeHop(name, i, t)...)
			if hop.Err == nil {
				final = hop.Identity
			}
		}
		for i := len(t.Hops); i < t.Of; i++ {
			v.add(skipped(hopName(name, i, t.Of), "", "the station before it failed"))
		}
		if t.Guard != nil {
			v.add(failed(Refused, Source, "allowed-account-ids", words(t.Guard), []Cause{ForeignAccount}, "take the account into --allowed-account-ids, if these credentials are the ones that are meant"))
		}
		v.registries(ctx, name, t, final)
	}
}

func causeOfSetting(name string) Cause {
	switch name {
	case "duration":
		return Duration
	case "external-id":
		return ExternalID
	case "region":
		return NoRegion
	}
	return BadSettings
}

// obstacle is why nobody at AWS can be asked, empty where nothing is known to
// be in the way.
func (v *visit) obstacle(ctx context.Context) string {
	switch {
	case v.unreached:
		return "STS is not reached"
	case ctx.Err() != nil:
		return timeIsUp
	}
	return ""
}

func hopName(connector string, i, of int) string {
	name := fmt.Sprintf("%s %d of %d", Hop, i+1, of)
	if connector != "" {
		name = connector + ": " + name
	}
	return name
}

// judgeSource judges who the first credentials are.
func (v *visit) judgeSource(name string, t connectors.Trace) Verdict {
	s := t.Source
	if s.Err == nil {
		text := s.Who
		if s.Identity.ARN != "" {
			text += ": " + s.Identity.ARN
		}
		if s.Token != nil && s.Token.Subject != "" {
			text += ", " + s.Token.Subject
		}
		found := ok(Source, name, text)
		found.Took = s.Took
		return found
	}
	causes := causesOfSource(s)
	text := words(s.Err)
	if s.Who != "" && !strings.Contains(text, s.Who) {
		text = s.Who + ": " + text
	}
	remedies := []string{remedyOf(s.Err)}
	if remedies[0] == "" {
		remedies[0] = "name the source that is meant with --source; awsvars " + v.Task.Name() + " --help says what each needs"
	}
	found := failed(kindOf(s.Err), Source, name, text, causes, remedies...)
	found.Took = s.Took
	return found
}

// causesOfSource: a source may itself be a role that is assumed with a token,
// as in EKS.
func causesOfSource(s connectors.Stop) []Cause {
	if code, message := refusal.Code(s.Err); code != "" && strings.Contains(s.Err.Error(), "with the web identity") {
		return causesOfToken(s, code, message)
	}
	return []Cause{causeOfSource(s.Err)}
}

func causeOfSource(err error) Cause {
	var (
		missing  *connectors.NotFound
		unusable *connectors.Unusable
	)
	code, _ := refusal.Code(err)
	switch {
	case strings.Contains(code, "ExpiredToken"), code == "RequestExpired":
		return ExpiredKeys
	case code == "InvalidClientTokenId", code == "UnrecognizedClientException":
		return UnknownKeys
	case code == "SignatureDoesNotMatch":
		return WrongSecret
	case refusal.Throttled(err):
		return Throttled
	case code == "AccessDenied" && strings.Contains(err.Error(), "assuming"):
		return TrustPolicy
	case connectors.NoMetadata(err):
		return NoMetadata
	case connectors.NoRole(err):
		return NoInstanceRole
	case errors.As(err, &missing):
		return NoCredentials
	case errors.As(err, &unusable) && strings.HasPrefix(unusable.Step, "choosing the region"):
		return NoRegion
	case errors.As(err, &unusable):
		return NoCredentials
	case isLate(err):
		return TooSlow
	case refusal.Is(err):
		return Other
	}
	return causeOfNetwork(err)
}
