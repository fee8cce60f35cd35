package simulator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// OIDCProvider is an issuer of tokens that an account knows, and for whom its
// tokens may be. A web-identity of trust makes its own known besides.
type OIDCProvider struct {
	// Issuer is the https URL that tokens have as iss.
	Issuer string `yaml:"issuer"`
	// Audiences, also called client IDs, are what tokens have as aud.
	Audiences []string `yaml:"audiences"`
}

// check is of the URL as CreateOpenIDConnectProvider has it (IAM API
// reference).
func (p OIDCProvider) check(where string, faults *ConfigError) {
	issuer, err := url.Parse(p.Issuer)
	if err != nil || issuer.Scheme != "https" || issuer.Host == "" || issuer.RawQuery != "" || issuer.Fragment != "" || issuer.User != nil {
		faults.add("%s: issuer %q is no https URL without a query", where, p.Issuer)
	}
	if len(p.Audiences) == 0 || slices.Contains(p.Audiences, "") {
		faults.add("%s: an OIDC provider needs audiences, and none may be empty", where)
	}
}

// audiences are those of an issuer's provider; false if the account has none.
func (a Account) audiences(issuer string) ([]string, bool) {
	var audiences []string
	known := false
	for _, p := range a.OIDCProviders {
		if p.Issuer == issuer {
			audiences, known = append(audiences, p.Audiences...), true
		}
	}
	for _, role := range a.Roles {
		for _, trust := range role.Trust {
			if w := trust.WebIdentity; w != nil && w.Issuer == issuer {
				audiences, known = append(audiences, w.Audience), true
			}
		}
	}
	return audiences, known
}

// bare is an issuer as IAM names it.
func bare(issuer string) string { return strings.TrimPrefix(issuer, "https://") }

func providerARN(partition, account, issuer string) string {
	return fmt.Sprintf("arn:%s:iam::%s:oidc-provider/%s", partition, account, bare(issuer))
}
