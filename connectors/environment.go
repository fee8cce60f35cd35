package connectors

import (
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// fromEnvironment reads the names that every AWS tool reads, the older ones
// of the SDKs included (config.EnvConfig of aws-sdk-go-v2).
func (c *Connector) fromEnvironment() (credentials, error) {
	id, idName := c.machine.first("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY")
	secret, _ := c.machine.first("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY")
	unusable := func(format string, args ...any) (credentials, error) {
		return credentials{}, &Unusable{Step: "reading keys from the environment", Err: fmt.Errorf(format, args...), Absent: id == "" && secret == ""}
	}
	switch {
	case id == "" && secret == "":
		return unusable("AWS_ACCESS_KEY_ID is not set")
	case id == "":
		return unusable("AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not")
	case secret == "":
		return unusable("%s is set and AWS_SECRET_ACCESS_KEY is not", idName)
	}
	found := credentials{
		id:     id,
		secret: variables.NewSecret(secret),
		token:  variables.NewSecret(c.machine.get("AWS_SESSION_TOKEN")),
		source: sourceEnvironment,
		who:    "environment, keys " + id,
	}
	if err := found.check(); err != nil {
		return unusable("%w", err)
	}
	return found, nil
}

// check refuses keys that AWS cannot have made, before the ID is logged and
// before a header is made of the token: a pasted newline would otherwise show
// as a wrong signature.
func (c credentials) check() error {
	if err := checkAccessKeyID(c.id); err != nil {
		return fmt.Errorf("the access key ID is none: %w", err)
	}
	for _, part := range []struct {
		name string
		text variables.Secret
	}{{"secret access key", c.secret}, {"session token", c.token}} {
		if strings.ContainsFunc(part.text.Open(), func(r rune) bool { return r <= ' ' || r > '~' }) {
			return fmt.Errorf("the %s holds a blank, a newline or another character that AWS does not use; was it pasted with one?", part.name)
		}
	}
	return nil
}

// readSecretFile reads a token that the platform keeps in a file.
func readSecretFile(path string) (variables.Secret, error) {
	text, err := files.Load(path, mostAnswer)
	if err != nil {
		return variables.Secret{}, err
	}
	return variables.NewSecret(strings.TrimSpace(string(text))), nil
}
