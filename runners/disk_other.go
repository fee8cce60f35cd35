//go:build !unix

package runners

// sameDisk takes the CI system's word for it.
func sameDisk(string, string) bool { return true }

// lockOf is the file that is locked to append to path. Windows keeps others,
// ourselves included, from writing to a file that is locked.
func lockOf(path string) string { return path + ".lock" }
