package connectors

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// fromProfile resolves a profile with everything that the SDK knows: keys,
// source_profile, credential_source, credential_process, SSO, web identity.
func (c *Connector) fromProfile(ctx context.Context) (credentials, error) {
	name := c.profileName()
	step := fmt.Sprintf("reading profile %q", name)
	if files, credentialFiles := c.sharedFiles(); len(files)+len(credentialFiles) == 0 {
		return credentials{}, &Unusable{Step: step, Err: fmt.Errorf("no file %s and no file %s", orUnset(c.machine.configFile()), orUnset(c.machine.credentialsFile()))}
	}
	shared, found, err := c.sharedConfig(ctx)
	switch {
	case err != nil:
		return credentials{}, err
	case !found:
		return credentials{}, &Unusable{Step: step, Err: fmt.Errorf("the AWS configuration files have no profile %q", name)}
	case !hasCredentials(shared):
		return credentials{}, &Unusable{Step: step, Err: fmt.Errorf("profile %q says nothing of credentials", name)}
	}
	who := "profile " + name
	if shared.RoleARN == "" && shared.Credentials.HasKeys() {
		return closed(shared.Credentials, sourceProfile, who+", keys "+shared.Credentials.AccessKeyID), nil
	}
	resolved, err := c.resolveProfile(ctx, name)
	if err != nil {
		return credentials{}, fmt.Errorf("getting credentials of profile %q: %w", name, err)
	}
	return closed(resolved, sourceProfile, who), nil
}

// resolveProfile leaves the walk through a profile to the SDK, with its own
// HTTP client: it takes no other together with AWS_CA_BUNDLE.
func (c *Connector) resolveProfile(ctx context.Context, name string) (aws.Credentials, error) {
	files, credentialFiles := c.sharedFiles()
	cfg, err := config.LoadDefaultConfig(
		ctx,
		config.WithSharedConfigProfile(name),
		config.WithSharedConfigFiles(append(files, c.machine.configFile())),
		config.WithSharedCredentialsFiles(append(credentialFiles, c.machine.credentialsFile())),
		config.WithRetryMaxAttempts(c.retries+1),
	)
	if err != nil {
		return aws.Credentials{}, err
	}
	if c.region != "" {
		cfg.Region = c.region
	}
	return cfg.Credentials.Retrieve(ctx)
}

// hasCredentials tells whether a profile says where credentials come from, as
// opposed to a region or an output format only.
func hasCredentials(p config.SharedConfig) bool {
	return p.Credentials.HasKeys() || p.RoleARN != "" || p.CredentialSource != "" ||
		p.CredentialProcess != "" || p.WebIdentityTokenFile != "" ||
		p.SSOAccountID != "" || p.SSOSessionName != "" || p.LoginSession != ""
}

// profileIsEmpty tells whether the profile in use exists without a word on
// credentials. The SDKs go on to the container and the instance then; a
// profile that was named and does not exist ends the search.
func (c *Connector) profileIsEmpty(ctx context.Context) bool {
	shared, found, err := c.sharedConfig(ctx)
	var unusable *Unusable
	return err == nil && found && !hasCredentials(shared) && !errors.As(err, &unusable)
}

func orUnset(path string) string {
	if path == "" {
		return "~/.aws (there is no home directory)"
	}
	return path
}
