package connectors

import "errors"

// errNoRole is what an instance without a role answers.
var errNoRole = errors.New("the instance has no role")

// NoRole tells of an instance that was asked, and has no role.
func NoRole(err error) bool { return errors.Is(err, errNoRole) }

// NoMetadata tells of an instance metadata service that did not answer.
func NoMetadata(err error) bool {
	var silent *silentMetadata
	if errors.As(err, &silent) {
		return true
	}
	var missing *NotFound
	return errors.As(err, &missing) && missing.silent
}
