package endpoint

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// Credentials are what an endpoint hands out.
type Credentials struct {
	AccessKeyID string
	// SessionToken is empty for long-term keys.
	SecretAccessKey, SessionToken variables.Secret
	// Expires is zero for credentials that do not expire: they are never
	// renewed.
	Expires time.Time
}

// left is how long the credentials are good for, negative if they were.
func (c Credentials) left(now time.Time) time.Duration {
	if c.Expires.IsZero() {
		return math.MaxInt64
	}
	return c.Expires.Sub(now)
}

// check tells why credentials cannot be handed out.
func (c Credentials) check(now time.Time) error {
	switch {
	case c.AccessKeyID == "" || c.SecretAccessKey.Empty():
		return errors.New("the source gave no keys")
	case c.left(now) <= 0:
		return fmt.Errorf("the source gave credentials that expired at %s", c.Expires.UTC().Format(time.RFC3339))
	}
	return nil
}
