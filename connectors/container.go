package connectors

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/smithy-go"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

const (
	relativeURI = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
	fullURI     = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
	tokenFile   = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
	tokenText   = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
)

// fromContainer asks the agent of ECS, or the Pod Identity agent of EKS (AWS
// SDKs and Tools Reference Guide, "Container credential provider").
func (c *Connector) fromContainer(ctx context.Context) (credentials, error) {
	const step = "asking for container credentials"
	address, err := c.containerURL()
	if err != nil {
		return credentials{}, &Unusable{Step: step, Err: err, Absent: c.machine.get(relativeURI)+c.machine.get(fullURI) == ""}
	}
	token, err := c.containerToken()
	if err != nil {
		return credentials{}, &Unusable{Step: step, Err: err}
	}
	client := c.network.local(patient)
	if address.Scheme == "https" {
		client = c.network.Registry
	}
	seen := &witness{next: client.Transport}
	provider := endpointcreds.New(address.String(), func(o *endpointcreds.Options) {
		o.HTTPClient = &http.Client{Transport: seen, CheckRedirect: client.CheckRedirect}
		o.Retryer = aws.NopRetryer{}
		o.AuthorizationToken = token.Open()
	})
	found, err := provider.Retrieve(ctx)
	if err != nil {
		return credentials{}, explainContainer(step+" at "+address.Host, seen, err)
	}
	if found.AccessKeyID == "" || found.SecretAccessKey == "" {
		return credentials{}, fmt.Errorf("%s at %s: the answer holds no keys", step, address.Host)
	}
	return closed(found, sourceContainer, "container role at "+address.Host), nil
}

// explainContainer keeps the service's own words, which may come from
// anywhere, to its code and message. The URL stays out: in ECS whoever has it
// and is on the machine gets the credentials.
func explainContainer(step string, seen *witness, err error) error {
	var refused smithy.APIError
	switch status := seen.status; {
	case seen.err != nil:
		return fmt.Errorf("%s: %w", step, refusal.Brief(seen.err))
	case status >= 400 && status < 500 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout:
		said := fmt.Sprintf("the service answered with status %d", status)
		if errors.As(err, &refused) && refused.ErrorCode() != "" {
			said = refusal.Line(refused.ErrorCode() + ": " + refused.ErrorMessage())
		}
		return variables.WithHint(
			&Refused{fmt.Errorf("%s: %s", step, said)},
			"is "+tokenText+" or "+tokenFile+" the one of this task or pod, and does it have a role?")
	case status >= 300:
		return fmt.Errorf("%s: the service answered with status %d", step, status)
	}
	return fmt.Errorf("%s: %w", step, refusal.Brief(err))
}

func (c *Connector) containerURL() (*url.URL, error) {
	if path := c.machine.get(relativeURI); path != "" {
		if !strings.HasPrefix(path, "/") {
			return nil, fmt.Errorf("%s must start with /", relativeURI)
		}
		return url.Parse("http://169.254.170.2" + path)
	}
	text := c.machine.get(fullURI)
	if text == "" {
		return nil, fmt.Errorf("%s is not set", fullURI)
	}
	address, err := url.Parse(text)
	if err != nil || address.Host == "" {
		return nil, fmt.Errorf("%s is not a URL", fullURI)
	}
	if address.Scheme != "https" && (address.Scheme != "http" || !onMachine(address.Hostname())) {
		return nil, fmt.Errorf("%s names the host %q: over http only loopback addresses and those of ECS and EKS may be asked", fullURI, address.Hostname())
	}
	return address, nil
}

// onMachine tells whether host is one that plain http may go to. Names are
// refused but for localhost, so that no name server decides who is asked.
func onMachine(host string) bool {
	if host == "localhost" {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && (ip.IsLoopback() || slices.Contains([]string{"169.254.170.2", "169.254.170.23", "fd00:ec2::23"}, ip.String()))
}

func (c *Connector) containerToken() (variables.Secret, error) {
	if path := c.machine.get(tokenFile); path != "" {
		token, err := readSecretFile(path)
		if err != nil {
			return token, fmt.Errorf("reading %s: %w", tokenFile, err)
		}
		return checkToken(token, tokenFile)
	}
	return checkToken(variables.NewSecret(c.machine.get(tokenText)), tokenText)
}

// checkToken refuses what would end a header.
func checkToken(token variables.Secret, origin string) (variables.Secret, error) {
	if strings.ContainsAny(token.Open(), "\r\n\x00") {
		return variables.Secret{}, fmt.Errorf("%s holds a newline", origin)
	}
	return token, nil
}
