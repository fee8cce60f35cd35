package doctor

import (
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/refusal"
)

// judgeHop judges one hop of a trace.
func (v *visit) judgeHop(connector string, i int, t connectors.Trace) []Verdict {
	hop, name := t.Hops[i], hopName(connector, i, t.Of)
	if hop.Err != nil {
		found := failed(kindOf(hop.Err), name, hop.Who, words(hop.Err), causesOfHop(hop), remediesOfHop(hop)...)
		found.Took = hop.Took
		return []Verdict{found}
	}
	text := hop.Identity.ARN
	if !hop.Expires.IsZero() {
		text += " until " + connectors.Clock(hop.Expires)
	}
	found := ok(name, hop.Who, text)
	found.Took = hop.Took
	switch hop.Asked.Without {
	case connectors.Enforced:
		found.Text += "; it cannot be assumed without the external ID"
	case connectors.Untold:
		found.Text += "; whether the external ID is enforced cannot be told"
	case connectors.Open:
		open := warning(name, hop.Who, "it can also be assumed without its external ID, which then protects nobody",
			"demand it in the role's trust policy: "+hop.Asked.TrustCommand(hop.Caller))
		open.Causes = []Cause{ExternalIDOpen}
		return []Verdict{found, open}
	}
	return []Verdict{found}
}

// causesOfHop are why AWS refused, as far as it lets one tell. A role that does
// not exist, a caller that may not ask and a trust policy that does not let it
// in are refused in the same words on purpose.
func causesOfHop(hop connectors.Stop) []Cause {
	code, message := refusal.Code(hop.Err)
	if hop.Token != nil || strings.Contains(hop.Err.Error(), "web identity") && code != "" {
		return causesOfToken(hop, code, message)
	}
	switch {
	case code == "ValidationError" && strings.Contains(message, "DurationSeconds"):
		if strings.Contains(message, "role chaining") {
			return []Cause{ChainedDuration}
		}
		return []Cause{Duration}
	case code == "PackedPolicyTooLarge":
		return []Cause{PolicySize}
	case code == "MalformedPolicyDocument":
		return []Cause{SessionPolicy}
	case code == "RegionDisabledException":
		return []Cause{RegionOff}
	case code == "AccessDenied" && hop.Role == "":
		return []Cause{Permission}
	case code == "AccessDenied":
		return causesOfDenial(hop, message)
	case code == "":
		return []Cause{networkOrLate(hop.Err)}
	}
	return []Cause{causeOfSource(hop.Err)}
}

func networkOrLate(err error) Cause {
	if isLate(err) {
		return TooSlow
	}
	return causeOfNetwork(err)
}

// causesOfDenial reads what AWS says of its reasons, where it does (IAM user
// guide, "Troubleshoot access denied error messages").
func causesOfDenial(hop connectors.Stop, message string) []Cause {
	if hop.Asked.Fitting > 0 {
		return []Cause{ExternalIDOrder}
	}
	if strings.Contains(message, "MultiFactorAuthentication failed") {
		return []Cause{MFA}
	}
	for _, action := range []struct {
		name  string
		cause Cause
	}{{"sts:TagSession", SessionTags}, {"sts:SetSourceIdentity", SourceIdentity}} {
		if strings.Contains(message, "perform: "+action.name) {
			return []Cause{action.cause}
		}
	}
	if cause := causeInWords(message); cause != "" {
		return []Cause{cause}
	}
	var causes []Cause
	if hop.Asked.ExternalID || hop.Caller.Account != accountOf(hop.Role) {
		causes = append(causes, ExternalID)
	}
	causes = append(causes, TrustPolicy, Permission)
	if !hop.Asked.MFA && strings.Contains(hop.Caller.ARN, ":user/") {
		// Nobody else has a device.
		causes = append(causes, MFA)
	}
	return append(causes, RoleName)
}

// causeInWords is what AWS names as the reason of a denial.
func causeInWords(message string) Cause {
	for _, reason := range []struct {
		words string
		cause Cause
	}{
		{"identity-based policy", Permission},
		{"session policy", SessionPolicy},
		{"permissions boundary", Boundary},
		{"service control policy", Organization},
		{"resource control policy", Organization},
		{"role trust policy", TrustPolicy},
		{"resource-based policy", RepositoryPolicy},
	} {
		if strings.Contains(message, reason.words) {
			return reason.cause
		}
	}
	return ""
}

func accountOf(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 5 {
		return parts[4]
	}
	return ""
}
