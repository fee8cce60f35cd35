package tasks

import (
	"fmt"
	"time"

	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// fill names the first registry's variables by the namespace alone, and with
// several registries every one's by its account and region.
func (t ecrTask) fill(set *variables.Set, tokens []ecr.Token) error {
	if err := t.add(set, "", tokens[0]); err != nil {
		return err
	}
	if len(tokens) == 1 {
		return nil
	}
	var all []login
	for _, token := range tokens {
		if err := t.add(set, token.Registry.Key()+".", token); err != nil {
			return err
		}
		all = append(all, loginOf(token))
	}
	return addJSON(set, "registries.json.password", all)
}

func (ecrTask) add(set *variables.Set, prefix string, token ecr.Token) error {
	for _, v := range []struct {
		name  string
		value variables.Secret
	}{
		{"authorizationToken.password", token.Authorization},
		{"expirationDate", variables.NewSecret(token.Expires.Format(time.RFC3339))},
		{"proxyEndpoint", variables.NewSecret(token.ProxyEndpoint())},
		{"proxyEndpointDomain", variables.NewSecret(token.Registry.Domain())},
		{"username", variables.NewSecret(token.Username)},
		{"password", token.Password},
	} {
		if err := set.Add(prefix+v.name, v.value); err != nil {
			return err
		}
	}
	return addJSON(set, prefix+"credentials.json.password", loginOf(token))
}

// login is the JSON form of a registry's variables.
type login struct {
	AuthorizationToken  string `json:"authorizationToken"`
	ExpirationDate      string `json:"expirationDate"`
	ProxyEndpoint       string `json:"proxyEndpoint"`
	ProxyEndpointDomain string `json:"proxyEndpointDomain"`
	Username            string `json:"username"`
	Password            string `json:"password"`
}

func loginOf(token ecr.Token) login {
	return login{
		AuthorizationToken:  token.Authorization.Open(),
		ExpirationDate:      token.Expires.Format(time.RFC3339),
		ProxyEndpoint:       token.ProxyEndpoint(),
		ProxyEndpointDomain: token.Registry.Domain(),
		Username:            token.Username,
		Password:            token.Password.Open(),
	}
}

// addJSON adds a document that holds secrets; the name must say so.
func addJSON(set *variables.Set, name string, document any) error {
	text, err := jsonOf(document)
	if err != nil {
		return fmt.Errorf("writing variable %q: %w", name, err)
	}
	return set.Add(name, text)
}
