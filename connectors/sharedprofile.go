package connectors

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Keys of a profile (AWS SDKs and Tools Reference Guide, "Settings reference").
const (
	accessKeyIDKey      = "aws_access_key_id"
	secretAccessKeyKey  = "aws_secret_access_key"
	sessionTokenKey     = "aws_session_token"
	roleKey             = "role_arn"
	sourceProfileKey    = "source_profile"
	credentialSourceKey = "credential_source"
	processKey          = "credential_process"
	webIdentityKey      = "web_identity_token_file"
	externalIDKey       = "external_id"
	sessionNameKey      = "role_session_name"
	durationKey         = "duration_seconds"
	mfaKey              = "mfa_serial"
	loginKey            = "login_session"
	endpointKey         = "endpoint_url"
	servicesKey         = "services"
	ignoreEndpointsKey  = "ignore_configured_endpoint_urls"
)

// profile is one profile of the AWS files. It answers the SDK's clients as
// [environmentConfig] does, and stands behind it.
type profile struct {
	name              string
	section, services section
	// again tells that the profile is reached for the second time, by its own
	// source_profile: only its credentials count then, its role was taken.
	again bool
}

func (p profile) text(key string) string {
	if p.again {
		switch key {
		case roleKey, sourceProfileKey:
			return ""
		}
	}
	return p.section[key].text
}

func (p profile) keys() keys {
	return keys{p.text(accessKeyIDKey), p.section[secretAccessKeyKey].secret, p.section[sessionTokenKey].secret}
}

// hasKeys tells whether there are keys; one half of a pair is an error.
func (p profile) hasKeys() (bool, error) {
	k := p.keys()
	switch {
	case k.id == "" && !k.secret.Empty():
		return false, p.fault(secretAccessKeyKey, "there is no "+accessKeyIDKey+" with it")
	case k.id != "" && k.secret.Empty():
		return false, p.fault(accessKeyIDKey, "there is no "+secretAccessKeyKey+" with it")
	}
	return k.id != "", nil
}

// fault names the place and not what stands there.
func (p profile) fault(key, problem string) error {
	return fmt.Errorf("%s: %s of profile %q: %s", p.section[key].place, key, p.name, problem)
}

// needsCLI tells whether credentials come from a sign-in in a browser, which
// is left to the AWS CLI.
func (p profile) needsCLI() bool {
	return p.text("sso_account_id") != "" || p.text("sso_session") != "" || p.text(loginKey) != ""
}

// canStart tells whether credentials can come from the profile itself.
func (p profile) canStart() bool {
	k := p.keys()
	return k.id != "" || !k.secret.Empty() || p.text(credentialSourceKey) != "" || p.text(webIdentityKey) != "" ||
		!p.section[processKey].empty() || p.needsCLI()
}

// saysCredentials tells whether a profile says where credentials come from,
// as opposed to a region or an output format only.
func (p profile) saysCredentials() bool {
	return p.canStart() || p.text(roleKey) != "" || p.text(sourceProfileKey) != ""
}

// GetServiceBaseEndpoint reads the profile's services section and its
// endpoint_url.
func (p profile) GetServiceBaseEndpoint(_ context.Context, sdkID string) (string, bool, error) {
	url := p.services[strings.ToLower(strings.ReplaceAll(sdkID, " ", "_"))].endpoint
	if url == "" {
		url = p.text(endpointKey)
	}
	return url, url != "", nil
}

// GetIgnoreConfiguredEndpoints reads ignore_configured_endpoint_urls.
func (p profile) GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error) {
	on, found := p.flag(ignoreEndpointsKey)
	return on, found, nil
}

// GetUseFIPSEndpoint reads use_fips_endpoint.
func (p profile) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	on, found := p.flag("use_fips_endpoint")
	if on {
		return aws.FIPSEndpointStateEnabled, found, nil
	}
	return aws.FIPSEndpointStateDisabled, found, nil
}

// GetUseDualStackEndpoint reads use_dualstack_endpoint.
func (p profile) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	on, found := p.flag("use_dualstack_endpoint")
	if on {
		return aws.DualStackEndpointStateEnabled, found, nil
	}
	return aws.DualStackEndpointStateDisabled, found, nil
}

// flag takes everything but true for false, as the SDK does.
func (p profile) flag(key string) (on, found bool) {
	value, found := p.section[key]
	return strings.EqualFold(value.text, "true"), found
}
