package images

import "fmt"

// largestDocument bounds what is read into memory whole: a few kilobytes of an
// archive can unpack to gigabytes. It is far above what registries take for a
// manifest, and engines for a configuration.
const largestDocument = 16 << 20

func tooLarge(name string, size int64) error {
	return fmt.Errorf("%s has %d bytes, and %d at most are read", name, size, largestDocument)
}
