package simulator

import (
	"crypto/sha256"
	"encoding/base32"
	"sync"
	"time"
)

// credential is an access key. Temporary ones have a token and expire.
type credential struct {
	id      string
	secret  string
	token   string
	expires time.Time
	who     *principal
}

func (c *credential) temporary() bool { return c.token != "" }

func (c *credential) expiredAt(now time.Time) bool {
	return c.temporary() && !now.Before(c.expires)
}

// keys are all access keys that AWS knows.
type keys struct {
	vault     *vault
	secretKey func() string

	mu    sync.Mutex
	byID  map[string]*credential
	users []*credential
}

func (k *keys) find(id string) (*credential, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	c, ok := k.byID[id]
	return c, ok
}

func (k *keys) addUser(user configuredUser) {
	c := &credential{
		id:     or(user.AccessKeyID, randomID("AKIA", 16)),
		secret: k.vault.keep(or(user.SecretAccessKey, k.secretKey())),
		who:    user.principal,
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byID[c.id] = c
	k.users = append(k.users, c)
}

// issue hands out temporary credentials.
func (k *keys) issue(who *principal, expires time.Time) *credential {
	c := &credential{
		id:      randomID("ASIA", 16),
		secret:  k.vault.keep(k.secretKey()),
		token:   k.vault.keep(randomSessionToken()),
		expires: expires.UTC().Truncate(time.Second),
		who:     who,
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.byID[c.id] = c
	return c
}

// user finds a user's static key by "name" or "account/name".
func (k *keys) user(name string) (*credential, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, c := range k.users {
		if name == c.who.name || name == c.who.account+"/"+c.who.name {
			return c, true
		}
	}
	return nil, false
}

// roleID is the unique identifier of a role, the same at every start, so that
// records of two runs can be compared.
func roleID(arn string) string {
	sum := sha256.Sum256([]byte(arn))
	return "AROA" + base32.StdEncoding.EncodeToString(sum[:])[:17]
}
