package cache

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Key names an entry: a SHA-256 sum in hexadecimal, so that nothing can be read
// from the name of its file.
type Key string

// NewKey makes the key of an entry from everything that it depends on. Keys are
// the same if and only if the parts are.
func NewKey(parts ...string) Key {
	sum := sha256.New()
	for _, part := range parts {
		// A hash takes everything.
		_, _ = fmt.Fprintf(sum, "%d %s\n", len(part), part)
	}
	return Key(hex.EncodeToString(sum.Sum(nil)))
}

const entrySuffix = ".json"

// keyOf is the key of the entry in a file of this name.
func keyOf(name string) (Key, bool) {
	text, is := strings.CutSuffix(name, entrySuffix)
	sum, err := hex.DecodeString(text)
	return Key(text), is && err == nil && len(sum) == sha256.Size && strings.ToLower(text) == text
}

func (k Key) file() string { return string(k) + entrySuffix }

// lock is the name of the file that is locked for an entry. There are 256 of
// them for all entries, which stay: whoever removed one would part those who
// wait from those who come.
func (k Key) lock() string { return lockPrefix + string(k[:2]) }

const lockPrefix = "lock-"
