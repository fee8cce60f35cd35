package connectors

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// defaultProfile is the profile in use where none is named.
const defaultProfile = "default"

// fromProfile gets the credentials that a profile starts with. The roles that
// it assumes from there are the first hops of the chain.
func (c *Connector) fromProfile(ctx context.Context, cfg aws.Config, log *slog.Logger) (credentials, error) {
	name := c.profileName()
	step := fmt.Sprintf("reading profile %q", name)
	shared, err := c.shared()
	if err != nil {
		return credentials{}, &Unusable{Step: step, Err: err}
	}
	if !shared.exist {
		return credentials{}, &Unusable{Step: step, Err: fmt.Errorf("no file %s and no file %s", orUnset(c.machine.configFile()), orUnset(c.machine.credentialsFile()))}
	}
	plan, err := c.planProfile(shared, name)
	if err == nil {
		err = c.checkChained(plan.hops, plan.start.assumesItself())
	}
	if err != nil {
		return credentials{}, &Unusable{Step: step, Err: err}
	}
	found, err := c.startProfile(ctx, cfg, plan.start, log)
	if err != nil {
		return credentials{}, fmt.Errorf("getting credentials of profile %q: %w", name, err)
	}
	found.source, found.hops = sourceProfile, plan.hops
	found.who = "profile " + strings.Join(plan.path, ", source profile ") + ", " + found.who
	return found, nil
}

// kindOf says what a profile starts with, by the name of a source where it is
// one, else by the profile's key. It goes by the SDK's order
// (resolveCredsFromProfile of aws-sdk-go-v2/config). Like the SDK it takes the
// container or the instance for a profile that has a role and does not say
// whose credentials assume it.
func (c *Connector) kindOf(p profile) string {
	keysOnly, _ := p.hasKeys()
	_, container := c.machine.first(relativeURI, fullURI)
	source := p.text(credentialSourceKey)
	switch {
	case keysOnly:
		return sourceStatic
	case source == fromSourceEnvironment:
		return sourceEnvironment
	case source == fromSourceInstance:
		return sourceInstance
	case source == fromSourceContainer:
		return sourceContainer
	case p.text(webIdentityKey) != "":
		return sourceWebIdentity
	case p.needsCLI():
		return loginKey
	case !p.section[processKey].empty():
		return processKey
	case container != "":
		return sourceContainer
	}
	return sourceInstance
}

func (c *Connector) startProfile(ctx context.Context, cfg aws.Config, p profile, log *slog.Logger) (credentials, error) {
	switch c.kindOf(p) {
	case sourceStatic:
		k := p.keys()
		found := credentials{id: k.id, secret: k.secret, token: k.token, who: "keys " + k.id}
		if err := found.check(); err != nil {
			return credentials{}, &Unusable{Step: "reading its keys", Err: err}
		}
		return found, nil
	case sourceEnvironment:
		return c.fromEnvironment()
	case sourceContainer:
		return c.fromContainer(ctx)
	case sourceWebIdentity:
		return c.fromProfileToken(ctx, cfg, p, log)
	case loginKey:
		return c.fromCLI(ctx, p, log)
	case processKey:
		return c.fromProcess(ctx, p.name, p.section[processKey].secret, log)
	}
	return c.fromInstance(ctx, patient)
}

func (c *Connector) fromProfileToken(ctx context.Context, cfg aws.Config, p profile, log *slog.Logger) (credentials, error) {
	h, err := c.hopOf(p)
	if err != nil {
		return credentials{}, &Unusable{Step: "reading its role", Err: err}
	}
	return c.assumeWithFile(ctx, cfg, webIdentityKey, p.text(webIdentityKey), h, log)
}

func (c *Connector) profileName() string {
	if c.profile != "" {
		return c.profile
	}
	if name, _ := c.machine.first("AWS_PROFILE", "AWS_DEFAULT_PROFILE"); name != "" {
		return name
	}
	return defaultProfile
}

// profileIsMeant tells whether auto must not look past the profile in use:
// somebody named it and it is not there, or it says where credentials are.
// The SDKs go on to the container and the instance past any other.
func (c *Connector) profileIsMeant() bool {
	shared, err := c.shared()
	p, found := shared.profile(c.profileName())
	if err != nil || !found {
		return c.profileName() != defaultProfile
	}
	return p.saysCredentials()
}

func orUnset(path string) string {
	if path == "" {
		return "~/.aws (there is no home directory)"
	}
	return path
}
