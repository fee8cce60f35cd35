package ecr

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// username is the same for every registry (ECR API reference,
// GetAuthorizationToken).
const username = "AWS"

// Token is a login to one registry.
type Token struct {
	// Registry has its account and its region, also where the user left AWS
	// to say them.
	Registry Registry
	Username string
	// Password is what docker login takes.
	Password variables.Secret
	// Authorization is base64 of AWS:<password>, as AWS returned it.
	Authorization variables.Secret
	// Expires is in UTC, 12 hours after the token was made.
	Expires time.Time
}

// ProxyEndpoint is the registry's URL. AWS's answer always holds the IPv4
// form; a login must stand under the host that the user asked for.
func (t Token) ProxyEndpoint() string { return "https://" + t.Registry.Domain() }

// answer is what AWS answered for a region.
type answer struct {
	authorization, password variables.Secret
	expires                 time.Time
	// endpoint is the URL of the caller's own registry; ECR Public has none.
	endpoint string
}

// newAnswer checks what AWS answered, so that nothing half usable is handed
// on. Its errors say nothing about the token but what is wrong with it.
func newAnswer(token *string, expires *time.Time, endpoint *string) (answer, error) {
	if token == nil || *token == "" {
		return answer{}, errors.New("AWS's answer holds no token")
	}
	if expires == nil || expires.Unix() <= 0 {
		return answer{}, errors.New("AWS's answer holds no time of expiry")
	}
	password, err := passwordOf(*token)
	if err != nil {
		return answer{}, err
	}
	a := answer{authorization: variables.NewSecret(*token), password: variables.NewSecret(password), expires: expires.UTC()}
	if endpoint != nil {
		a.endpoint = *endpoint
	}
	return a, nil
}

func passwordOf(token string) (string, error) {
	plain, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		// The decoder's own error is left out: nothing of a token belongs into
		// a message.
		return "", errors.New("the token in AWS's answer is not base64")
	}
	name, password, found := strings.Cut(string(plain), ":")
	switch {
	case !found || name != username:
		return "", errors.New("the token in AWS's answer is not for the user AWS")
	case password == "":
		return "", errors.New("the token in AWS's answer holds no password")
	case strings.ContainsFunc(password, func(r rune) bool { return r < '!' || r > '~' }):
		return "", errors.New("the password in AWS's answer is not plain ASCII")
	}
	return password, nil
}

// token makes the answer the login to r, and learns the caller's own account
// from it where r has none.
func (a answer) token(r Registry) (Token, error) {
	if r.Account == "" && !r.Public {
		own, err := Parse(a.endpoint)
		if err != nil || own.Region != r.Region || own.Host == "" {
			return Token{}, fmt.Errorf("AWS's answer names %q as the caller's own registry in %s, which it cannot be: give the account ID", a.endpoint, r.Region)
		}
		r.Account = own.Account
	}
	return Token{Registry: r, Username: username, Password: a.password, Authorization: a.authorization, Expires: a.expires}, nil
}
