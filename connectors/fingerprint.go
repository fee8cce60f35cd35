package connectors

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Fingerprint says in a canonical form on what it depends who the connector's
// credentials are: the caller, every step from there, and the services that
// are asked. It is for the key of a cache that outlives the run. It makes no
// call and holds no secret; of a secret that tells who the caller is, it holds
// a SHA-256 sum.
//
// Jobs of one user share such a cache, and none may get what belongs to
// another. Two connectors have one fingerprint only if AWS would take them for
// the same session:
//
//   - steps with everything that AWS sees of them: a role's session name, tags
//     and policies too, which differ from job to job where they name the job;
//   - keys with the sum of their secret: the ID alone is none;
//   - a token by all that it claims but its times and its own number, or where
//     it would have to be asked for, by the secret that lets the job ask;
//   - an instance or a container by the boot of its machine, its host name and
//     the address that is asked, since a home directory may be on a network or
//     in an image;
//   - the guard allowed-account-ids, which looks at a session that is opened.
//
// It is false where only asking would tell who the caller is, as for a
// credential_process and a sign-in, and where the source is not set up.
func (c *Connector) Fingerprint(ctx context.Context) (string, bool) {
	cfg, err := c.Config(ctx)
	if err != nil {
		return "", false
	}
	lines, known := c.trace()
	for _, service := range []string{"STS", "ECR", "ECR PUBLIC"} {
		for _, source := range cfg.ConfigSources {
			if configured, is := source.(interface {
				GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
			}); is {
				url, _, _ := configured.GetServiceBaseEndpoint(ctx, service)
				lines = append(lines, fmt.Sprintf("endpoint %s %q", service, url))
			}
		}
	}
	return strings.Join(lines, "\n"), known
}

// Fingerprint is that of a connector by its name, with the guard of the
// settings, which holds for every connector.
func (r *Roster) Fingerprint(ctx context.Context, name string) (string, bool) {
	text, known := r.byName[name].Fingerprint(ctx)
	return fmt.Sprintf("%s\nguard %q", text, r.values.List(guardSetting)), known
}

// trace is the way from the source, a line for each part of it.
func (c *Connector) trace() ([]string, bool) {
	var lines []string
	if c.before != nil {
		before, known := c.before.trace()
		if !known {
			return nil, false
		}
		lines = before
	} else {
		origin, known := c.origin(c.settled())
		if !known {
			return nil, false
		}
		lines = []string{origin}
	}
	for _, s := range c.steps {
		lines = append(lines, s.key())
	}
	// A code of an MFA device makes another session, and is good once.
	return append(lines, fmt.Sprintf("code %s allowed %q", digest(c.session.mfaCode), c.allowed)), true
}

// settled is the source that auto would take, by the order of fromAnywhere.
func (c *Connector) settled() string {
	if c.source != sourceAuto {
		return c.source
	}
	_, keys := c.machine.first("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")
	_, container := c.machine.first(relativeURI, fullURI)
	switch {
	case keys != "":
		return sourceEnvironment
	case c.machine.get(tokenFileVariable) != "":
		return sourceServiceAccount
	case c.profileIsMeant():
		return sourceProfile
	case container != "":
		return sourceContainer
	}
	return sourceInstance
}

// sourceServiceAccount is the web identity that auto takes, which is EKS's and
// no other.
const sourceServiceAccount = "service account"

// origin says who the caller is that a source gives.
func (c *Connector) origin(source string) (string, bool) {
	switch source {
	case sourceStatic:
		return c.static.fingerprint(), true
	case sourceEnvironment:
		found, err := c.fromEnvironment()
		return keys{found.id, found.secret, found.token}.fingerprint(), err == nil
	case sourceProfile:
		return c.originOfProfile()
	case sourceContainer:
		return c.originOfContainer()
	case sourceWebIdentity:
		return c.originOfToken()
	case sourceServiceAccount:
		return originOfFile(c.machine.get(tokenFileVariable), c.roleOfEnvironment())
	}
	disabled := strings.EqualFold(c.machine.get("AWS_EC2_METADATA_DISABLED"), "true")
	return c.here("instance %q %q", c.machine.get("AWS_EC2_METADATA_SERVICE_ENDPOINT"), c.machine.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE")), c.boot() != "" && !disabled
}

func (k keys) fingerprint() string {
	return fmt.Sprintf("keys %q %s", k.id, digest(k.secret, k.token))
}

// here says something of this machine, since it was started.
func (c *Connector) here(format string, args ...any) string {
	return fmt.Sprintf("on %q ", c.boot()) + fmt.Sprintf(format, args...)
}

func (c *Connector) boot() string {
	if c.machine.Boot == nil {
		return ""
	}
	return c.machine.Boot()
}

// originOfProfile goes by what the profile leads to, and not by the files,
// which others write to.
func (c *Connector) originOfProfile() (string, bool) {
	shared, err := c.shared()
	if err != nil {
		return "", false
	}
	plan, err := c.planProfile(shared, c.profileName())
	if err != nil {
		return "", false
	}
	origin, known := c.originOfStart(plan.start)
	for _, h := range plan.hops {
		origin += "\n" + h.key()
	}
	return origin, known
}

func (c *Connector) originOfStart(p profile) (string, bool) {
	switch kind := c.kindOf(p); kind {
	case sourceStatic:
		return p.keys().fingerprint(), true
	case sourceWebIdentity:
		h, err := c.hopOf(p)
		if err != nil {
			return "", false
		}
		return originOfFile(p.text(webIdentityKey), h)
	case sourceEnvironment, sourceInstance, sourceContainer:
		return c.origin(kind)
	}
	// Who a program or a browser signs in as, only they know.
	return "", false
}

// originOfContainer: ECS has an address for each task, EKS one address for all
// pods and a token for each service account (Amazon ECS developer guide, "Task
// IAM role"; EKS user guide, "EKS Pod Identity").
func (c *Connector) originOfContainer() (string, bool) {
	address, err := c.containerURL()
	if err != nil {
		return "", false
	}
	token, err := c.containerToken()
	return c.here("container %q %s", address.String(), saidBy(token)), err == nil && c.boot() != ""
}

// digest is a SHA-256 sum of secrets.
func digest(secrets ...variables.Secret) string {
	sum := sha256.New()
	for _, secret := range secrets {
		text := secret.Open()
		// A hash takes everything.
		_, _ = fmt.Fprintf(sum, "%d %s\n", len(text), text)
	}
	return hex.EncodeToString(sum.Sum(nil))
}
