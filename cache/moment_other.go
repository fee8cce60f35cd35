//go:build !linux

package cache

import "time"

// Now is the present moment, by the clock alone.
func Now() Moment { return Moment{Wall: time.Now()} }

// Boot is empty: only Linux names its start.
func Boot() string { return "" }
