package connectors

import (
	"path/filepath"
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// Machine is what a connector may look at where it runs.
type Machine struct {
	// Lookup reads a variable of the environment.
	Lookup func(name string) (string, bool)
	// Dir is the working directory, absolute: awsvars.yaml is looked for there.
	Dir string
	// Home is the directory in which ~/.aws is looked for, empty for none.
	Home string
	// SessionName is proposed for role sessions where no role-session-name is
	// given; it is made valid first.
	SessionName string
	// Environ lists the environment as K=V, for programs that are started.
	Environ func() []string
	// Job is what is known of the CI job.
	Job variables.Job
	// Boot names this host since it was started, as no other host is named and
	// as it is not named after the next start; empty where nothing tells. Nil is
	// the same.
	Boot func() string
}

// get returns a variable, empty if it is not set.
func (m Machine) get(name string) string {
	text, _ := m.Lookup(name)
	return text
}

// first returns the first variable that is set and not empty, and its name.
func (m Machine) first(names ...string) (text, name string) {
	for _, name := range names {
		if text := m.get(name); text != "" {
			return text, name
		}
	}
	return "", ""
}

// configFile and credentialsFile are where the AWS tools look
// (AWS SDKs and Tools Reference Guide, "Shared config and credentials files").
func (m Machine) configFile() string { return m.file("AWS_CONFIG_FILE", "config") }

func (m Machine) credentialsFile() string {
	return m.file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
}

// earlier are the variables in which steps leave credentials to later ones.
func earlier() []string {
	return []string{
		"AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY", "AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN",
		"AWS_SECURITY_TOKEN", "AWS_CREDENTIAL_EXPIRATION", "AWS_PROFILE", "AWS_DEFAULT_PROFILE",
	}
}

// OtherCredentials are the variables that lead the AWS tools to other
// credentials than a container's (AWS SDKs and Tools Reference Guide,
// "Standardized credential providers").
func OtherCredentials() []string {
	return append(earlier(), tokenFileVariable, "AWS_ROLE_ARN", "AWS_ROLE_SESSION_NAME", relativeURI, fullURI, tokenText, tokenFile)
}

// DefaultCredentials returns the file in which the profile default says where
// credentials come from, empty where it says nothing: the AWS tools would
// prefer those to a container's.
func (m Machine) DefaultCredentials() string {
	for _, path := range []string{m.credentialsFile(), m.configFile()} {
		// A file that cannot be read is none that they can use.
		found, _ := readSections(path)
		for words, section := range found {
			p := profile{name: defaultProfile, section: section}
			if (words == defaultProfile || words == "profile "+defaultProfile) && p.saysCredentials() {
				return path
			}
		}
	}
	return ""
}

// Files are the configuration file and the credentials file of the AWS tools,
// empty where there is no home directory.
func (m Machine) Files() (config, credentials string) { return m.configFile(), m.credentialsFile() }

// withoutCredentials looks past what an earlier step left.
func (m Machine) withoutCredentials() Machine {
	lookup := m.Lookup
	m.Lookup = func(name string) (string, bool) {
		if slices.Contains(earlier(), name) {
			return "", false
		}
		return lookup(name)
	}
	return m
}

func (m Machine) file(variable, name string) string {
	if path := m.get(variable); path != "" {
		return path
	}
	if m.Home == "" {
		return ""
	}
	return filepath.Join(m.Home, ".aws", name)
}
