package cache

import (
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/awsvars/awsvars/files"
)

const temporaryPrefix, temporarySuffix = ".awsvars-login-", ".tmp"

// temporary is the pattern of the names under which entries are written first.
const temporary = temporaryPrefix + "*" + temporarySuffix

// forsaken is the age at which a temporary file was left by a process that was
// killed: to write one takes a moment.
const forsaken = time.Hour

// sweep removes entries that have expired and what killed processes left, but
// for what mine names, which is locked. Nobody waits for it, and what cannot be
// removed stays. What has another name is somebody else's.
func (c *Cache) sweep(mine Key) {
	entries, _ := os.ReadDir(c.dir)
	for _, found := range entries {
		name := found.Name()
		if key, is := keyOf(name); is && key.lock() != mine.lock() {
			c.sweepEntry(key)
		}
		info, err := found.Info()
		if err == nil && strings.HasPrefix(name, temporaryPrefix) && strings.HasSuffix(name, temporarySuffix) && c.now().Wall.Sub(info.ModTime()) > forsaken {
			_ = os.Remove(filepath.Join(c.dir, name))
		}
	}
}

// sweepEntry looks again under the lock: somebody may just have renewed it.
func (c *Cache) sweepEntry(key Key) {
	if e, err := c.read(key); err == nil && e.fresh(c.now()) {
		return
	}
	unlock, locked := files.TryLock(filepath.Join(c.dir, key.lock()), checkEntry)
	if !locked {
		return
	}
	defer unlock()
	if e, err := c.read(key); err != nil || !e.fresh(c.now()) {
		_ = os.Remove(filepath.Join(c.dir, key.file()))
	}
}
