package profiles

import (
	"context"
	"fmt"
	"slices"
)

// Files are the two files, by their absolute paths. A caller knows
// AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE and the home directory.
type Files struct{ Config, Credentials string }

// Taken is the refusal to touch a profile that awsvars did not write.
type Taken struct {
	Profile string
	// Place is file:line.
	Place string
	// Key is the key there that says where credentials come from, or empty.
	Key string
}

func (t *Taken) Error() string {
	if t.Key != "" {
		return fmt.Sprintf("%s: awsvars did not write this profile %q, whose %s says where credentials come from", t.Place, t.Profile, t.Key)
	}
	return fmt.Sprintf("%s: awsvars did not write this profile %q", t.Place, t.Profile)
}

// Hint returns the remedy.
func (*Taken) Hint() string {
	return "choose another name, or set overwrite-profile to replace that profile, in both files"
}

// Check tells what would stop Write, and changes nothing. The keys of p may
// still be missing.
func (f Files) Check(p Profile, overwrite bool) error {
	err := p.check()
	if err == nil {
		_, err = f.plan(p, overwrite)
	}
	if err == nil {
		err = f.checkDirectories()
	}
	return failed(p.Name, err)
}

// Write puts p into both files, in place of what stands there under its name,
// or leaves both as they are. Keys go into the credentials file and the region
// into the configuration file; a process goes into the configuration file.
//
// A section that awsvars did not write is a [*Taken], unless overwrite is set:
// then ours replaces it, properties and all. A section of the configuration
// file that says nothing of credentials is none for keys: it stays as it is,
// and our region is not written, since the AWS CLI refuses a file with two
// sections of one name. With overwrite it is replaced if there is a region.
//
// The credentials file gets mode 0600; the configuration file keeps its own,
// and a new one gets 0600. A lock is waited for for 30 seconds.
//
// undo takes it back: it restores the files, or, where somebody has changed
// other parts of them since, the profile. Where somebody has changed the
// profile, it leaves that and says so.
func (f Files) Write(ctx context.Context, p Profile, overwrite bool) (undo func() error, err error) {
	err = p.check()
	if err == nil {
		err = p.checkKeys()
	}
	if err != nil {
		return nil, failed(p.Name, err)
	}
	changes, err := f.locked(ctx, true, func() ([]change, error) { return f.plan(p, overwrite) })
	if err != nil {
		return nil, failed(p.Name, err)
	}
	return func() error {
		// What was written is taken back even if the job was interrupted.
		err := f.takeBack(context.WithoutCancel(ctx), changes)
		if err != nil {
			return fmt.Errorf("taking profile %q back: %w", p.Name, err)
		}
		return nil
	}, nil
}

// Remove takes the profile out of both files, and tells whether there was
// one. What awsvars did not write stays.
func (f Files) Remove(ctx context.Context, name string) (removed bool, err error) {
	return f.remove(ctx, name, func(sheet) bool { return true })
}

func failed(name string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("writing profile %q: %w", name, err)
}

// plan says what both files are to hold.
func (f Files) plan(p Profile, overwrite bool) ([]change, error) {
	config, credentials, err := f.read(p.Name)
	if err != nil {
		return nil, err
	}
	keys := p.Process.Empty()
	old, block := config.profile, p.inConfig()
	key, place := config.says()
	switch {
	case place == "":
	case !overwrite && (key != "" || !keys):
		return nil, &Taken{p.Name, place, key}
	case keys && key == "" && (!overwrite || len(block) == 0):
		// It is somebody's, and stands in the way of nothing.
		old, block = config.ours(), nil
	}
	if key, place := credentials.says(); place != "" && !overwrite {
		return nil, &Taken{p.Name, place, key}
	}
	both := []change{credentials.with(credentials.profile, p.inCredentials()), config.with(old, block)}
	if !keys {
		slices.Reverse(both)
	}
	// The file that gains credentials comes first: a process that is killed in
	// between leaves a profile that works.
	return needed(both...)
}
