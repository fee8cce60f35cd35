package simulator

import (
	_ "embed" // the built-in configuration
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
)

//go:embed builtin.yaml
var builtIn string

// BuiltIn is the configuration that is used when none is given, as YAML.
func BuiltIn() string { return builtIn }

// Config is who exists and who trusts whom.
type Config struct {
	// Region is where the instance is, and what AWS_REGION says.
	Region string `yaml:"region"`
	// InstanceID is the instance's, and so its role's session name.
	InstanceID string `yaml:"instance-id"`
	// InstanceRole is the ARN of the role that metadata hands out; "" for an
	// instance without one.
	InstanceRole string `yaml:"instance-role"`
	// ContainerRole is the ARN of the role of the container's credentials.
	ContainerRole string `yaml:"container-role"`
	// IMDSv1 lets metadata be read without a token.
	IMDSv1 bool `yaml:"imds-v1"`
	// InstanceRoleChained counts a role assumed by the instance's or the
	// container's role as chained, which limits it to an hour.
	InstanceRoleChained bool   `yaml:"instance-role-chained"`
	GitHub              GitHub `yaml:"github"`
	// Accounts by their 12 digits.
	Accounts map[string]Account `yaml:"accounts"`
}

// Account is an AWS account. Users and roles go by their names.
type Account struct {
	Users map[string]User `yaml:"users"`
	Roles map[string]Role `yaml:"roles"`
	// OIDCProviders are the issuers whose tokens roles can take.
	OIDCProviders []OIDCProvider `yaml:"oidc-providers"`
	// Repositories for images, by their regions and names.
	Repositories map[string]map[string]Repository `yaml:"repositories"`
	// Public are the account's repositories in ECR Public. Their names begin
	// with the registry's alias, as in a1b2c3d4/app.
	Public map[string]Repository `yaml:"public"`
}

// User is an IAM user with one static key, or the account's root user.
type User struct {
	// AccessKeyID and SecretAccessKey are made at random if they are empty.
	AccessKeyID     string `yaml:"access-key-id"`
	SecretAccessKey string `yaml:"secret-access-key"`
	// Allow lists actions, such as sts:AssumeRole or ecr:*; nil allows all,
	// an empty list none.
	Allow []string `yaml:"allow"`
	// Policies are identity-based policies as JSON, beside what Allow lists.
	// With policies and without Allow, they alone allow.
	Policies []string `yaml:"policies"`
	// MFA is the user's device; nil is none.
	MFA *MFA `yaml:"mfa"`
	// Root makes it the root user, whom no policy limits and who cannot use
	// MFA with keys (IAM user guide, "Configuring MFA-protected API access").
	Root bool `yaml:"root"`

	read policySet
}

// Role is an IAM role.
type Role struct {
	// Path is "/", or begins and ends in one.
	Path string `yaml:"path"`
	// MaxSessionDuration is 1 to 12 hours; 0 means 1 hour, as in IAM.
	MaxSessionDuration time.Duration `yaml:"max-session-duration"`
	// Trust is the role's trust policy: one of the statements must fit.
	Trust []Trust `yaml:"trust"`
	// TrustPolicy is the trust policy as JSON, in place of Trust. For tokens
	// its Federated principal is the ARN of one of the account's OIDCProviders.
	TrustPolicy string `yaml:"trust-policy"`
	// Allow and Policies are as in User.
	Allow    []string `yaml:"allow"`
	Policies []string `yaml:"policies"`

	read  policySet
	trust document
}

// ParseConfig reads YAML. Keys that it does not know are errors.
func ParseConfig(text []byte) (*Config, error) {
	config := &Config{}
	if err := yaml.UnmarshalWithOptions(text, config, yaml.Strict()); err != nil {
		return nil, &ConfigError{Faults: []string{strings.TrimSpace(yaml.FormatError(err, false, false))}}
	}
	if err := config.check(); err != nil {
		return nil, err
	}
	return config, nil
}

// configuredUser is a user with its place.
type configuredUser struct {
	User
	principal *principal
}

// users returns all users in the order of their accounts and names.
func (c *Config) users() []configuredUser {
	var users []configuredUser
	for _, account := range slices.Sorted(maps.Keys(c.Accounts)) {
		for _, name := range slices.Sorted(maps.Keys(c.Accounts[account].Users)) {
			users = append(users, configuredUser{
				User:      c.Accounts[account].Users[name],
				principal: c.user(account, name),
			})
		}
	}
	return users
}
