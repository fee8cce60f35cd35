package simulator

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// writeFiles makes the files that Env names: empty AWS configuration files,
// so that no client reads the developer's own, and the trusted certificates.
func (s *Simulator) writeFiles() error {
	// AWS_CA_BUNDLE replaces the system's certificates, and a client that also
	// talks to the world needs both.
	system, _ := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")
	files := map[string][]byte{
		"config": nil, "credentials": nil,
		"ca.pem": append(append(system, '\n'), s.authority.pem...),
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(s.dir, name), content, 0o600); err != nil {
			return fmt.Errorf("writing the simulator's files: %w", err)
		}
	}
	return nil
}

// Env is what an EC2 agent's environment needs to find this AWS: KEY=VALUE.
// It holds no credentials; they come from the metadata service.
func (s *Simulator) Env() []string {
	api := s.scheme() + "://" + s.endpoints.api
	env := []string{
		"AWS_ENDPOINT_URL_STS=" + api,
		"AWS_ENDPOINT_URL_ECR=" + api,
		"AWS_ENDPOINT_URL_ECR_PUBLIC=" + api,
		"AWS_EC2_METADATA_SERVICE_ENDPOINT=http://" + s.endpoints.metadata,
		"AWS_REGION=" + s.config.Region,
		"AWS_DEFAULT_REGION=" + s.config.Region, // what botocore reads
		"AWS_CONFIG_FILE=" + filepath.Join(s.dir, "config"),
		"AWS_SHARED_CREDENTIALS_FILE=" + filepath.Join(s.dir, "credentials"),
		"AWSVARS_SIMULATOR_REGISTRY=" + s.endpoints.registry,
		"NO_PROXY=127.0.0.1,localhost",
		"no_proxy=127.0.0.1,localhost",
	}
	if s.tls {
		env = append(env, "AWS_CA_BUNDLE="+filepath.Join(s.dir, "ca.pem"))
	}
	return env
}

// Hidden are the variables that a child of the simulator must not inherit,
// because they would lead it to another identity or another AWS. A name that
// ends in * stands for all that begin so. The tokens that CI systems put into
// a job's environment are among them: no role here trusts a real issuer's key.
// Other settings of awsvars are not, as they are meant for the child.
func Hidden() []string {
	return []string{
		"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN",
		"AWS_CREDENTIAL_EXPIRATION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
		"AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME",
		"AWS_CONTAINER_*", "AWS_ENDPOINT_URL*", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
		"AWS_EC2_METADATA_*", "AWS_CA_BUNDLE", "ACTIONS_ID_TOKEN_REQUEST_*",
		"CIRCLE_OIDC_TOKEN", "CIRCLE_OIDC_TOKEN_V2", "BITBUCKET_STEP_OIDC_TOKEN", "AWSVARS_WEB_IDENTITY_TOKEN",
	}
}

// Lookup looks a name up in Env.
func (s *Simulator) Lookup(name string) (string, bool) {
	for _, pair := range s.Env() {
		if key, value, _ := strings.Cut(pair, "="); key == name {
			return value, true
		}
	}
	return "", false
}

// ContainerEnv is what a container finds in its environment in ECS, and in
// EKS with Pod Identity.
func (s *Simulator) ContainerEnv() []string {
	return []string{
		"AWS_CONTAINER_CREDENTIALS_FULL_URI=http://" + s.endpoints.container + s.container.path,
		"AWS_CONTAINER_AUTHORIZATION_TOKEN=" + s.container.token,
	}
}

// StaticKeys returns a user's key. The name may carry the account:
// "111111111111/ci". An unknown user has none.
func (s *Simulator) StaticKeys(user string) (id, secret string) {
	if c, ok := s.keys.user(user); ok {
		return c.id, c.secret
	}
	return "", ""
}

// UserEnv is a user's key as an environment; nil for an unknown user.
func (s *Simulator) UserEnv(user string) []string {
	id, secret := s.StaticKeys(user)
	if id == "" {
		return nil
	}
	return []string{"AWS_ACCESS_KEY_ID=" + id, "AWS_SECRET_ACCESS_KEY=" + secret}
}

// OIDCEnv is what a job with `id-token: write` finds in its environment.
func (s *Simulator) OIDCEnv() []string {
	return []string{
		"ACTIONS_ID_TOKEN_REQUEST_URL=" + s.scheme() + "://" + s.endpoints.oidc + "/token?api-version=2.0",
		"ACTIONS_ID_TOKEN_REQUEST_TOKEN=" + s.idp.bearer,
	}
}
