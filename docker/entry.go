package docker

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"

	"github.com/docker/cli/cli/config/types"

	"github.com/awsvars/awsvars/variables"
)

// entry is what docker login writes under the host in auths.
func (l Login) entry(set layout) string {
	auth := base64.StdEncoding.EncodeToString([]byte(l.Username + ":" + l.Password.Open()))
	return set.object(3, "auth", strconv.Quote(auth))
}

// pair is a user and a password as a store gives them.
type pair struct {
	username string
	password variables.Secret
}

func (l Login) pair() pair { return pair{l.Username, l.Password} }

func (p pair) equals(other pair) bool {
	return p.username == other.username && p.password.Open() == other.password.Open()
}

// hash says nothing of a password to those who do not have it.
func (p pair) hash(salt []byte) []byte {
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(p.username + "\x00" + p.password.Open()))
	return mac.Sum(nil)
}

// pair returns the login in auths. plain is false for an entry that has more
// than user and password, such as an identity token: it is none of ours.
func (d document) pair(host string) (p pair, plain, is bool) {
	found, is := d.read.AuthConfigs[host]
	p = pair{found.Username, variables.NewSecret(found.Password)}
	plain = found == types.AuthConfig{Username: found.Username, Password: found.Password, ServerAddress: found.ServerAddress}
	return p, plain && found.Username != "", is
}
