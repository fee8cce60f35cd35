package cache

import "time"

// Moment is a time as a machine tells it.
type Moment struct {
	// Wall is what the clock says, which may be wrong, or be set.
	Wall time.Time
	// Boot names the start of the machine, and Up is how long ago it was,
	// times of sleep included. Nobody can set that. Boot is empty where the
	// machine does not tell.
	Boot string
	Up   time.Duration
}

// lifetime of a login (ECR API reference, GetAuthorizationToken). An entry
// whose expiry is further away was made by a clock that was behind.
const lifetime = 12 * time.Hour

// margin is what must be left of a login that is handed out: a build may use
// it for a while.
const margin = lifetime / 8

// fresh tells whether at is a moment at which an entry that was made at e.made
// is to be handed out. It is so by the clock and by the time since the start of
// the machine: a clock that was set back, after the entry was made or before,
// must not bring an expired login back. Where the machine was started since,
// only the clock could tell, so that the entry does not count.
func (e entry) fresh(at Moment) bool {
	age := at.Wall.Sub(e.made.Wall)
	if e.made.Boot != at.Boot {
		return false
	}
	up := at.Up - e.made.Up
	if at.Boot == "" {
		up = age
	}
	return age >= 0 && up >= 0 && max(age, up) < lifetime-margin && at.Wall.Before(e.Expires.Add(-margin))
}
