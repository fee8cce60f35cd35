package cache

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// Login is what is kept: a login to the registries of a region.
type Login struct {
	// Registry is what the login is for: a region, or public.
	Registry string
	Username string
	Password variables.Secret
	// Expires is AWS's word.
	Expires time.Time
}

// entry is a login, and when it was kept.
type entry struct {
	Login
	made Moment
}

// record is an entry as it stands in its file.
type record struct {
	Version int `json:"version"`
	// Key is the file's name, so that a file that was copied is none.
	Key      Key           `json:"key"`
	Registry string        `json:"registry"`
	Username string        `json:"username"`
	Password string        `json:"password"`
	Expires  time.Time     `json:"expires"`
	Made     time.Time     `json:"made"`
	Boot     string        `json:"boot"`
	Up       time.Duration `json:"up"`
}

const recordVersion = 1

// mostBytes bounds a file: logins have 2 to 4 KB.
const mostBytes = 64 << 10

func (e entry) encode(key Key) []byte {
	// Nothing here can fail to be written, but a time after the year 9999: what
	// comes of that is no entry, and is replaced.
	text, _ := json.Marshal(record{
		Version: recordVersion, Key: key, Registry: e.Registry, Username: e.Username, Password: e.Password.Open(), Expires: e.Expires.UTC(),
		Made: e.made.Wall.UTC(), Boot: e.made.Boot, Up: e.made.Up,
	})
	return append(text, '\n')
}

var errCorrupt = errors.New("it is no entry of this cache")

// decode reads the entry of key. Nothing of the text gets into its error.
func decode(text []byte, key Key) (entry, error) {
	var r record
	if err := json.Unmarshal(text, &r); err != nil {
		return entry{}, errCorrupt
	}
	printable := func(text string) bool {
		return text != "" && !strings.ContainsFunc(text, func(r rune) bool { return r < '!' || r > '~' })
	}
	if r.Version != recordVersion || r.Key != key || !printable(r.Registry) || !printable(r.Username) || !printable(r.Password) || r.Expires.IsZero() || r.Made.IsZero() {
		return entry{}, errCorrupt
	}
	return entry{
		Login: Login{Registry: r.Registry, Username: r.Username, Password: variables.NewSecret(r.Password), Expires: r.Expires},
		made:  Moment{Wall: r.Made, Boot: r.Boot, Up: r.Up},
	}, nil
}
