package variables

import "time"

// Login is what a set holds of one registry, for documents that are made of
// whole logins and not of variables.
type Login struct {
	// Host is the registry as the user asked for it, without a scheme.
	Host     string
	Username string
	Password Secret
	// Expires is when the registry stops taking it.
	Expires time.Time
}

// Placed is a Docker configuration in which logins were written, and their
// hosts.
type Placed struct {
	Directory string   `json:"directory"`
	Hosts     []string `json:"hosts"`
}
