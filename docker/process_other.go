//go:build !linux

package docker

// startOf tells nothing: there is no file to read it from.
func startOf(int) (boot, started string) { return "", "" }

// leaderOf tells nothing.
func leaderOf(int) int { return 0 }

// namespace tells nothing.
func namespace() string { return "" }
