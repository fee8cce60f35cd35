//go:build !unix

package runners

// sameDisk takes the CI system's word for it.
func sameDisk(string, string) bool { return true }
