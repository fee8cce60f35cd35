package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// Answer is what a registry says to a login.
type Answer struct {
	// Status is the status of HTTP, such as 200 or 401.
	Status int
	// Says is the registry's own text, on one line, or empty.
	Says string
}

// Accepted tells whether the login counts.
func (a Answer) Accepted() bool { return a.Status == http.StatusOK }

// Refused tells whether it is a no, as opposed to a not now, or to the answer of
// something that is no registry.
func (a Answer) Refused() bool {
	return a.Status >= http.StatusBadRequest && a.Status < http.StatusInternalServerError &&
		a.Status != http.StatusTooManyRequests && a.Status != http.StatusRequestTimeout
}

func (a Answer) String() string {
	text := fmt.Sprintf("%d %s", a.Status, http.StatusText(a.Status))
	if a.Says != "" {
		text += ": " + a.Says
	}
	return text
}

// Verify asks the registry whether it takes the login, with basic
// authentication at https://HOST/v2/ (OCI Distribution Specification,
// "Determining Support"). A registry that wants a token for it, as ECR Public
// does, names where to get one (Distribution, "Token Authentication
// Specification"); the login is sent there if it is the same host. Redirects
// are not followed. An answer of any status is no error.
func Verify(ctx context.Context, client *http.Client, l Login) (Answer, error) {
	if err := l.check(); err != nil {
		return Answer{}, fmt.Errorf("asking registry %q: %w", l.Host, err)
	}
	mine := *client
	mine.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, header, err := l.ask(ctx, &mine, http.MethodGet, "https://"+l.Host+"/v2/")
	if err == nil && answer.Status == http.StatusUnauthorized {
		if address, is := l.tokenAddress(header); is {
			answer, _, err = l.ask(ctx, &mine, http.MethodGet, address)
		}
	}
	if err != nil {
		return Answer{}, fmt.Errorf("asking registry %q: %w", l.Host, err)
	}
	return answer, nil
}

func (l Login) ask(ctx context.Context, client *http.Client, method, address string) (Answer, http.Header, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return Answer{}, nil, err
	}
	request.SetBasicAuth(l.Username, l.Password.Open())
	response, err := client.Do(request)
	if err != nil {
		return Answer{}, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10))
	answer := Answer{Status: response.StatusCode}
	if !answer.Accepted() {
		answer.Says = l.said(body)
	}
	return answer, response.Header, nil
}

// said is the message of the first error in a registry's answer (OCI
// Distribution Specification, "Error Codes"), else the answer's first line. An
// answer that shows the password is not quoted.
func (l Login) said(body []byte) string {
	var document struct {
		Errors []struct{ Code, Message string }
	}
	text, _, _ := strings.Cut(strings.TrimSpace(string(body)), "\n")
	if json.Unmarshal(body, &document) == nil && len(document.Errors) > 0 {
		text = strings.Trim(document.Errors[0].Code+": "+document.Errors[0].Message, ": ")
	}
	text = strings.Join(strings.FieldsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f }), " ")
	if shows(text, l.Password.Open()) {
		return ""
	}
	return strings.ToValidUTF8(text[:min(len(text), 300)], "")
}

// tokenAddress reads the header WWW-Authenticate: Bearer realm="…",service="…".
func (l Login) tokenAddress(header http.Header) (string, bool) {
	for _, challenge := range header.Values("WWW-Authenticate") {
		scheme, rest, _ := strings.Cut(challenge, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			continue
		}
		address, query := &url.URL{}, url.Values{}
		for _, found := range regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(rest, -1) {
			switch strings.ToLower(found[1]) {
			case "realm":
				parsed, err := url.Parse(found[2])
				if err != nil {
					return "", false
				}
				address = parsed
			case "service", "scope":
				query.Set(found[1], found[2])
			}
		}
		if address.Scheme != "https" || address.Host != l.Host || address.User != nil {
			return "", false
		}
		address.RawQuery = query.Encode()
		return address.String(), true
	}
	return "", false
}
