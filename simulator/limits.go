package simulator

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// limit is what the STS API reference says of one parameter.
type limit struct {
	param    string
	shown    string // in AWS's messages
	required bool
	least    int
	most     int
	pattern  *regexp.Regexp
	number   bool // least and most are of the value, not of its length
}

// namePattern is the one for session names, federated users' names and source
// identities; the others stand in the STS model as they are written here.
var (
	namePattern     = regexp.MustCompile(`^[\w+=,.@-]*$`)
	externalPattern = regexp.MustCompile(`^[\w+=,.@:\/-]*$`)
	serialPattern   = regexp.MustCompile(`^[\w+=/:,.@-]*$`)
	codePattern     = regexp.MustCompile(`^[\d]*$`)
	textPattern     = regexp.MustCompile(`^[\x{0009}\x{000A}\x{000D}\x{0020}-\x{00FF}]+$`)
	arnPattern      = regexp.MustCompile(`^[\x{0009}\x{000A}\x{000D}\x{0020}-\x{007E}\x{0085}\x{00A0}-\x{D7FF}\x{E000}-\x{FFFD}\x{10000}-\x{10FFFF}]+$`)
)

func assumeRoleLimits() []limit {
	return []limit{
		{param: "RoleArn", shown: "roleArn", required: true, least: 20, most: 2048, pattern: arnPattern},
		{param: "RoleSessionName", shown: "roleSessionName", required: true, least: 2, most: 64, pattern: namePattern},
		{param: "DurationSeconds", shown: "durationSeconds", least: 900, most: 43200, number: true},
		{param: "ExternalId", shown: "externalId", least: 2, most: 1224, pattern: externalPattern},
		{param: "Policy", shown: "policy", least: 1, most: 2048, pattern: textPattern},
		{param: "SerialNumber", shown: "serialNumber", least: 9, most: 256, pattern: serialPattern},
		{param: "TokenCode", shown: "tokenCode", least: 6, most: 6, pattern: codePattern},
		{param: "SourceIdentity", shown: "sourceIdentity", least: 2, most: 64, pattern: namePattern},
	}
}

func webIdentityLimits() []limit {
	return append(assumeRoleLimits()[:3:3],
		limit{param: "WebIdentityToken", shown: "webIdentityToken", required: true, least: 4, most: 20000},
		limit{param: "ProviderId", shown: "providerId", least: 4, most: 2048},
		limit{param: "Policy", shown: "policy", least: 1, most: 2048, pattern: textPattern},
	)
}

func federationLimits() []limit {
	return []limit{
		{param: "Name", shown: "name", required: true, least: 2, most: 32, pattern: namePattern},
		{param: "DurationSeconds", shown: "durationSeconds", least: 900, most: 129600, number: true},
		{param: "Policy", shown: "policy", least: 1, most: 2048, pattern: textPattern},
	}
}

func sessionTokenLimits() []limit {
	return []limit{
		{param: "DurationSeconds", shown: "durationSeconds", least: 900, most: 129600, number: true},
		{param: "SerialNumber", shown: "serialNumber", least: 9, most: 256, pattern: serialPattern},
		{param: "TokenCode", shown: "tokenCode", least: 6, most: 6, pattern: codePattern},
	}
}

// checkLimits finds all violations at once, as AWS does.
func checkLimits(form url.Values, limits []limit) *refusal {
	var faults []string
	for _, l := range limits {
		for _, constraint := range l.violations(form) {
			value := "null"
			if form.Has(l.param) {
				value = "'" + form.Get(l.param) + "'"
			}
			if l.param == "WebIdentityToken" {
				value = "'***'" // a secret
			}
			faults = append(faults, fmt.Sprintf("Value %s at '%s' failed to satisfy constraint: Member must %s", value, l.shown, constraint))
		}
	}
	faults = append(faults, tagViolations(form)...)
	switch len(faults) {
	case 0:
		return nil
	case 1:
		return invalid("1 validation error detected: " + faults[0])
	default:
		return invalid(fmt.Sprintf("%d validation errors detected: %s", len(faults), strings.Join(faults, "; ")))
	}
}

func (l limit) violations(form url.Values) []string {
	if !form.Has(l.param) {
		if l.required {
			return []string{"not be null"}
		}
		return nil
	}
	value, unit := form.Get(l.param), "length"
	size := utf8.RuneCountInString(value)
	if l.number {
		n, err := strconv.Atoi(value)
		if err != nil {
			return []string{"be a number"}
		}
		size, unit = n, "value"
	}
	var found []string
	if size < l.least {
		found = append(found, fmt.Sprintf("have %s greater than or equal to %d", unit, l.least))
	}
	if size > l.most {
		found = append(found, fmt.Sprintf("have %s less than or equal to %d", unit, l.most))
	}
	if l.pattern != nil && !l.pattern.MatchString(value) {
		found = append(found, "satisfy regular expression pattern: "+shownPattern(l.pattern))
	}
	return found
}

// shownPattern writes \x{0020} as AWS does, \u0020, and without anchors.
func shownPattern(pattern *regexp.Regexp) string {
	text := strings.NewReplacer(`\x{`, `\u`, `}`, ``).Replace(pattern.String())
	return strings.TrimSuffix(strings.TrimPrefix(text, "^"), "$")
}

// seconds is called after the limits were checked.
func seconds(form url.Values, otherwise time.Duration) time.Duration {
	n, err := strconv.Atoi(form.Get("DurationSeconds"))
	if err != nil {
		return otherwise
	}
	return time.Duration(n) * time.Second
}
