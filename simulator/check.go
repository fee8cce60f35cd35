package simulator

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// ConfigError lists all that is wrong with a configuration.
type ConfigError struct{ Faults []string }

func (e *ConfigError) Error() string {
	return "reading the simulator's configuration: " + strings.Join(e.Faults, "; ")
}

func (e *ConfigError) add(format string, values ...any) {
	e.Faults = append(e.Faults, fmt.Sprintf(format, values...))
}

var (
	accountID  = regexp.MustCompile(`^[0-9]{12}$`)
	regionName = regexp.MustCompile(`^(af|ap|ca|cn|eu|eusc|il|me|mx|sa|us)(-[a-z]+)+-[0-9]$`)
	iamName    = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	trustee    = regexp.MustCompile(`^(\*|[0-9]{12}|arn:[\w-]+:(iam|sts)::[0-9]{12}:.+)$`)
	iamPath    = regexp.MustCompile(`^/([!-~]+/)?$`)
	instanceID = regexp.MustCompile(`^i-[0-9a-f]{8,17}$`)
)

// check fills in what was left out and finds all faults at once.
func (c *Config) check() error {
	faults := &ConfigError{}
	c.complete()
	c.Accounts = maps.Clone(c.Accounts)
	if !regionName.MatchString(c.Region) {
		faults.add("region %q: not a region's name", c.Region)
	}
	if !instanceID.MatchString(c.InstanceID) {
		faults.add("instance-id %q: not an instance's ID", c.InstanceID)
	}
	c.GitHub.check(faults)
	for _, id := range slices.Sorted(maps.Keys(c.Accounts)) {
		if !accountID.MatchString(id) {
			faults.add("account %q: not 12 digits in quotes", id)
		}
		c.Accounts[id].check(id, faults)
		c.Accounts[id] = c.Accounts[id].readPolicies(id, partitionOf(c.Region).id, faults)
	}
	for key, arn := range map[string]string{"instance-role": c.InstanceRole, "container-role": c.ContainerRole} {
		if _, ok := c.role(arn); arn != "" && !ok {
			faults.add("%s %q: no such role among the accounts", key, arn)
		}
	}
	if len(faults.Faults) > 0 {
		slices.Sort(faults.Faults)
		return faults
	}
	return nil
}

func (c *Config) complete() {
	c.Region = or(c.Region, "eu-west-1")
	c.InstanceID = or(c.InstanceID, "i-0a1b2c3d4e5f67890")
	c.GitHub.complete()
}

func (a Account) check(id string, faults *ConfigError) {
	for name, user := range a.Users {
		if !iamName.MatchString(name) {
			faults.add("user %q of %s: not a user's name", name, id)
		}
		user.check(fmt.Sprintf("user %q of %s", name, id), id, faults)
	}
	for name, role := range a.Roles {
		if !iamName.MatchString(name) {
			faults.add("role %q of %s: not a role's name", name, id)
		}
		role.check(fmt.Sprintf("role %q of %s", name, id), faults)
	}
	for _, provider := range a.OIDCProviders {
		provider.check("oidc-providers of "+id, faults)
	}
	for region, repositories := range a.Repositories {
		if !regionName.MatchString(region) {
			faults.add("repositories of %s in %q: not a region's name", id, region)
		}
		checkRepositories(repositories, id, faults)
	}
	checkRepositories(a.Public, id, faults)
	for name := range a.Public {
		if !strings.Contains(name, "/") {
			faults.add("repository %q of %s: a public one begins with its registry's alias, as in a1b2c3d4/app", name, id)
		}
	}
}

func checkRepositories(repositories map[string]Repository, account string, faults *ConfigError) {
	for name, repository := range repositories {
		where := fmt.Sprintf("repository %q of %s", name, account)
		if !goodRepositoryName(name) {
			faults.add("%s: not a repository's name", where)
		}
		repository.check(where, faults)
	}
}

func (u User) check(where, account string, faults *ConfigError) {
	if (u.AccessKeyID == "") != (u.SecretAccessKey == "") {
		faults.add("%s: access-key-id and secret-access-key go together", where)
	}
	if u.MFA != nil {
		u.MFA.check(where, account, faults)
	}
	if u.Root && (u.MFA != nil || u.Allow != nil || u.Policies != nil) {
		faults.add("%s: a root user takes neither allow nor mfa nor policies", where)
	}
}

func (r Role) check(where string, faults *ConfigError) {
	if r.Path != "" && !iamPath.MatchString(r.Path) {
		faults.add("%s: path %q must begin and end in a slash", where, r.Path)
	}
	if r.MaxSessionDuration != 0 && (r.MaxSessionDuration < time.Hour || r.MaxSessionDuration > 12*time.Hour) {
		faults.add("%s: max-session-duration must be 1h to 12h, not %s", where, r.MaxSessionDuration)
	}
	if r.TrustPolicy != "" && r.Trust != nil {
		faults.add("%s: trust and trust-policy exclude each other", where)
	}
	for _, trust := range r.Trust {
		trust.check(where, faults)
	}
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}
