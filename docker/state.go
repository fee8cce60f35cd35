package docker

import (
	"crypto/hmac"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// stateName is the file beside config.json that says which logins are ours.
// There is no secret in it.
const stateName = ".awsvars-logins.json"

// record is a login that awsvars wrote.
type record struct {
	Host string `json:"host"`
	// Store is the helper's name, empty for auths.
	Store string    `json:"store,omitempty"`
	Job   string    `json:"job"`
	When  time.Time `json:"when"`
	Salt  []byte    `json:"salt"`
	Hash  []byte    `json:"hash"`
}

func recordOf(place Place, job string, p pair) record {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt)
	return record{place.Host, place.Store, job, time.Now().UTC().Truncate(time.Second), salt, p.hash(salt)}
}

func (r record) place() Place { return Place{r.Host, r.Store} }

// of tells whether the record is about this login.
func (r record) of(p pair) bool { return hmac.Equal(r.Hash, p.hash(r.Salt)) }

func (c Config) stateFile() string { return filepath.Join(c.Directory, stateName) }

func (c Config) readState() ([]record, error) {
	text, info, err := readFile(c.stateFile())
	if err != nil || info == nil {
		return nil, err
	}
	var records []record
	if err := json.Unmarshal([]byte(text), &records); err != nil {
		return nil, variables.WithHint(fmt.Errorf("%s is not as awsvars wrote it", c.stateFile()),
			"remove it: the logins that it told of stay in Docker's configuration then")
	}
	return records, nil
}

// writeState leaves no file for no records.
func (c Config) writeState(records []record) error {
	if len(records) == 0 {
		if err := os.Remove(c.stateFile()); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	text, err := json.MarshalIndent(records, "", "\t")
	if err != nil {
		return err
	}
	if err := files.Replace(c.stateFile(), temporaryNames, append(text, '\n'), files.AsMade); err != nil {
		return variables.WithHint(fmt.Errorf("%s: %w", c.stateFile(), err), elsewhere)
	}
	return nil
}

// noted adds the record of a login. Older ones of its place stay as long as
// they may be about what is there: about old until ours is written, and about
// the same login of another job after.
func noted(records []record, place Place, job string, p, old pair) []record {
	records = slices.DeleteFunc(slices.Clone(records), func(r record) bool {
		return r.place() == place && (r.of(p) && r.Job == job || !r.of(p) && !r.of(old))
	})
	return append(records, recordOf(place, job, p))
}
