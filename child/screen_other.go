//go:build !unix

package child

import (
	"errors"
	"io"
	"os"
)

// Screen is a terminal in place of another one. There is none here.
type Screen struct{}

// OpenScreen fails: a terminal of Windows belongs to a console, which the
// command would have to move to.
func OpenScreen(*os.File, io.Writer) (*Screen, error) { return nil, errors.ErrUnsupported }

// Output is nothing.
func (*Screen) Output() *os.File { return nil }

// Close does nothing.
func (*Screen) Close() error { return nil }
