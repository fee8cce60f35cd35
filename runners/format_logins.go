package runners

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// dockerLogin is an entry of auths in Docker's config.json. Where there is an
// auth Docker's reader takes nothing else (docker/cli, cli/config/configfile);
// other readers look at the two fields. kubectl writes all three as well
// (create secret docker-registry).
type dockerLogin struct {
	Username string `json:"username"`
	Password string `json:"password"`
	Auth     string `json:"auth"`
}

// dockerConfig writes a config.json of Docker's that holds logins and nothing
// else.
func dockerConfig(logins []variables.Login, _ variables.Values, to reader) ([]byte, error) {
	auths := map[string]dockerLogin{}
	var problems []error
	for _, l := range logins {
		if err := checkDockerLogin(l); err != nil {
			problems = append(problems, fmt.Errorf("writing the login to %q: %w", l.Host, err))
		} else if _, twice := auths[l.Host]; twice {
			problems = append(problems, fmt.Errorf("writing the login to %q: there are two", l.Host))
		}
		if to == people {
			auths[l.Host] = dockerLogin{l.Username, variables.Masked, variables.Masked}
			continue
		}
		auth := base64.StdEncoding.EncodeToString([]byte(l.Username + ":" + l.Password.Open()))
		auths[l.Host] = dockerLogin{l.Username, l.Password.Open(), auth}
	}
	if len(logins) == 0 {
		problems = append(problems, errors.New("writing logins: there are none"))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return indented(map[string]any{"auths": auths})
}

// checkDockerLogin keeps to what Docker's reader gives back: it parts auth at
// the first colon, and trims NUL bytes off the password.
func checkDockerLogin(l variables.Login) error {
	password := l.Password.Open()
	switch {
	case l.Host == "":
		return errors.New("it names no host")
	case l.Username == "":
		return errors.New("it has no username")
	case strings.Contains(l.Username, ":"):
		return errors.New("the username has a colon, and Docker ends it there")
	case password == "":
		return errors.New("it has no password")
	}
	for _, text := range []string{l.Host, l.Username, password} {
		if err := errors.Join(refuseInvalid(text), refuseNUL(text)); err != nil {
			return err
		}
	}
	return nil
}

// indented writes JSON for people too: HTML's characters stay as they are.
func indented(document any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(document); err != nil {
		return nil, fmt.Errorf("encoding JSON: %w", err)
	}
	return b.Bytes(), nil
}
