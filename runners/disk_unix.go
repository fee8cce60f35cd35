//go:build unix

package runners

import (
	"os"
	"syscall"
)

// sameDisk tells whether two directories lie on one mount.
func sameDisk(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	if err != nil {
		return false
	}
	first, ok := one.Sys().(*syscall.Stat_t)
	second, also := other.Sys().(*syscall.Stat_t)
	return ok && also && first.Dev == second.Dev
}

// lockOf is the file that is locked to append to path: path itself, so that
// nothing is left beside it.
func lockOf(path string) string { return path }
