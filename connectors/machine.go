package connectors

import (
	"path/filepath"
)

// Machine is what a connector may look at where it runs.
type Machine struct {
	// Lookup reads a variable of the environment.
	Lookup func(name string) (string, bool)
	// Home is the directory in which ~/.aws is looked for, empty for none.
	Home string
	// SessionName is proposed for role sessions where no role-session-name is
	// given; it is made valid first.
	SessionName string
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

func (m Machine) file(variable, name string) string {
	if path := m.get(variable); path != "" {
		return path
	}
	if m.Home == "" {
		return ""
	}
	return filepath.Join(m.Home, ".aws", name)
}
