package cache

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/awsvars/awsvars/files"
)

// Cache is a directory of entries. Any number of processes may use it at once.
type Cache struct {
	dir string
	now func() Moment
	// warn says what was wrong with the cache, which stops nobody.
	warn func(error)
}

// Open makes the directory dir, an absolute path, where it is missing. It
// refuses one that is somebody else's, or that others may look into. Now tells
// the time, as [Now] does; warn is told what is wrong with the cache later on.
func Open(dir string, now func() Moment, warn func(error)) (*Cache, error) {
	if !filepath.IsAbs(dir) {
		return nil, fmt.Errorf("opening the cache %q: it is no absolute path", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("opening the cache %s: %w", dir, files.Cause(err))
	}
	info, err := os.Lstat(dir)
	if err == nil {
		err = checkDirectory(info)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the cache %s: %w", dir, files.Cause(err))
	}
	return &Cache{dir: dir, now: now, warn: warn}, nil
}

// patience is how long a process waits for another one that is asking for the
// same login. Then it asks by itself: the other one may hang.
const patience = 20 * time.Second

// Get returns the login that is kept under key, or the one that ask gets, and
// keeps that. Of processes that want it at once one asks, and the others wait
// for its answer. Where that one fails the next one asks: a refusal is nothing
// to keep.
func (c *Cache) Get(ctx context.Context, key Key, registry string, ask func(context.Context) (Login, error)) (Login, error) {
	if found, ok := c.Look(key, registry); ok {
		return found, nil
	}
	unlock, err := c.lock(ctx, key, patience)
	if err != nil && ctx.Err() != nil {
		return Login{}, err
	}
	if err != nil {
		c.warn(err)
	} else {
		defer unlock()
		if found, ok := c.Look(key, registry); ok {
			return found, nil
		}
	}
	found, err := ask(ctx)
	if err != nil {
		return Login{}, err
	}
	if err := c.keep(key, found); err != nil {
		c.warn(err)
	}
	c.sweep(key)
	return found, nil
}

// Look returns the login that is kept under key for a registry, if it is to be
// handed out.
func (c *Cache) Look(key Key, registry string) (Login, bool) {
	e, err := c.read(key)
	return e.Login, err == nil && e.Registry == registry && e.fresh(c.now())
}

// Forget removes what is kept under key.
func (c *Cache) Forget(ctx context.Context, key Key) error {
	unlock, err := c.lock(ctx, key, patience)
	if err != nil {
		return err
	}
	defer unlock()
	if err := os.Remove(filepath.Join(c.dir, key.file())); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("removing a login from the cache %s: %w", c.dir, files.Cause(err))
	}
	return nil
}

func (c *Cache) read(key Key) (entry, error) {
	text, _, err := files.Read(filepath.Join(c.dir, key.file()), mostBytes, checkEntry)
	if err != nil {
		return entry{}, err
	}
	return decode(text, key)
}

func (c *Cache) keep(key Key, login Login) error {
	e := entry{login, c.now()}
	// What would not be handed out is not kept.
	if !e.fresh(e.made) {
		return fmt.Errorf("keeping a login in the cache %s: it ends at %s, and the clock of this machine says %s", c.dir, login.Expires.UTC().Format(time.RFC3339), e.made.Wall.UTC().Format(time.RFC3339))
	}
	if err := files.Replace(filepath.Join(c.dir, key.file()), temporary, e.encode(key), files.AsMade); err != nil {
		return fmt.Errorf("keeping a login in the cache %s: %w", c.dir, err)
	}
	return nil
}

// checkEntry lets regular files of this user pass that only this user can read.
func checkEntry(path string, info fs.FileInfo) error {
	if kind := files.Kind(info); kind != "" {
		return fmt.Errorf("%s is %s", path, kind)
	}
	if err := files.CheckRights(info); err != nil {
		return fmt.Errorf("%s %w", path, err)
	}
	return checkMode(path, info)
}
