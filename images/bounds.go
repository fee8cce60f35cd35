package images

import (
	"fmt"
	"os"

	"github.com/awsvars/awsvars/refusal"
)

// largestDocument bounds what is read into memory whole: a few kilobytes of an
// archive can unpack to gigabytes. It is far above what registries take for a
// manifest, and engines for a configuration.
const largestDocument = 16 << 20

func tooLarge(name string, size int64) error {
	return fmt.Errorf("%s has %d bytes, and %d at most are read", refusal.Line(name), size, largestDocument)
}

// bounded judges a file of a layout before it is read. What, in an error, is
// its name; one that is not there is for the reader to report.
func bounded(file, what string) error {
	info, err := os.Stat(file)
	switch {
	case err != nil:
		return nil
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s is no file", what)
	case info.Size() > largestDocument:
		return tooLarge(what, info.Size())
	}
	return nil
}
