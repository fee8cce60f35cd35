package connectors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// The variables of a job that may ask for a token (GitHub docs, "OpenID
// Connect reference").
const (
	gitHubURL   = "ACTIONS_ID_TOKEN_REQUEST_URL"
	gitHubToken = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
)

const gitHubStep = "getting the web identity of GitHub"

// askGitHub asks for a token for the audience. The request bears a token of
// its own, so that it goes over HTTPS, or to this machine.
func (c *Connector) askGitHub(ctx context.Context) (variables.Secret, error) {
	address, bearer := c.machine.get(gitHubURL), variables.NewSecret(c.machine.get(gitHubToken))
	if address == "" || bearer.Empty() {
		return variables.Secret{}, variables.WithHint(
			&Unusable{Step: gitHubStep, Err: errors.New(gitHubURL + " is not set, so this job may not ask for one")},
			"give the job the permission, and those that it had without saying so:\n  permissions:\n    id-token: write\n    contents: read\nA pull request from a fork never gets it. For the token of an EKS service account, set web-identity-provider to kubernetes")
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !onMachine(u.Hostname())) {
		return variables.Secret{}, &Unusable{Step: gitHubStep, Err: fmt.Errorf("%s is no https URL", gitHubURL)}
	}
	query := u.Query()
	query.Set("audience", c.token.audience)
	u.RawQuery = query.Encode()
	return c.tokenAt(ctx, u, bearer)
}

// tokenAt asks at the URL. Nothing of the answer's body gets into an error.
func (c *Connector) tokenAt(ctx context.Context, u *url.URL, bearer variables.Secret) (variables.Secret, error) {
	none := variables.Secret{}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return none, fmt.Errorf("%s: %w", gitHubStep, err)
	}
	request.Header.Set("Authorization", "bearer "+bearer.Open())
	request.Header.Set("Accept", "application/json")
	response, err := c.network.beyond().Do(request)
	if err != nil {
		var failed *url.Error
		if errors.As(err, &failed) {
			// The query names the run.
			failed.URL = u.Scheme + "://" + u.Host
		}
		return none, fmt.Errorf("%s: %w", gitHubStep, refusal.Brief(err))
	}
	defer func() { _ = response.Body.Close() }()
	switch status := response.StatusCode; {
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return none, variables.WithHint(&Refused{fmt.Errorf("%s: GitHub answered with status %d", gitHubStep, status)}, "does the job have the permission id-token: write, and is it still running?")
	case status != http.StatusOK:
		return none, fmt.Errorf("%s: GitHub answered with status %d", gitHubStep, status)
	}
	var answer struct{ Value variables.Secret }
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil || answer.Value.Empty() {
		return none, fmt.Errorf("%s: the answer holds no token", gitHubStep)
	}
	return answer.Value, nil
}
