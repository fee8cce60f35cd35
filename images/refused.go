package images

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/awsvars/awsvars/refusal"
)

// Refusal is a registry's no, or its not now.
type Refusal struct {
	// Code is one of the OCI distribution specification ("Error Codes"), as in
	// DENIED, empty where the registry gave none.
	Code string
	// Message is the registry's, on one line.
	Message string
	// Status is the HTTP status, 0 where a Docker engine passed the answer on.
	Status int
}

// Error has the form in which docker push shows it: denied: message.
func (r *Refusal) Error() string {
	code := strings.ReplaceAll(strings.ToLower(r.Code), "_", " ")
	switch {
	case code != "" && r.Message != "":
		return code + ": " + r.Message
	case code != "" || r.Message != "":
		return code + r.Message
	}
	return fmt.Sprintf("the registry answered %d %s", r.Status, http.StatusText(r.Status))
}

// Denied tells that the login was not taken, or does not allow it.
func (r *Refusal) Denied() bool {
	return r.Code == "DENIED" || r.Code == "UNAUTHORIZED" || r.Status == http.StatusForbidden || r.Status == http.StatusUnauthorized
}

// Missing tells that there is no such repository.
func (r *Refusal) Missing() bool { return r.Code == "NAME_UNKNOWN" }

// Immutable tells that the tag exists and must not move. ECR says so with the
// code TAG_INVALID ("cannot be overwritten because the repository is
// immutable").
func (r *Refusal) Immutable() bool {
	return r.Code == "TAG_INVALID" && strings.Contains(strings.ToLower(r.Message), "immutable")
}

// Busy tells that trying later may help.
func (r *Refusal) Busy() bool {
	switch r.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return true
	case http.StatusNotImplemented, http.StatusHTTPVersionNotSupported:
		return false
	}
	return r.Status >= http.StatusInternalServerError || r.Status == 0 && r.Code == "TOOMANYREQUESTS"
}

// Unreachable is a registry or an engine that gave no answer.
type Unreachable struct {
	Host string
	Err  error
}

func (u *Unreachable) Error() string {
	return "calling " + u.Host + ": " + refusal.Line(u.Err.Error())
}

// Unwrap returns what the network said.
func (u *Unreachable) Unwrap() error { return u.Err }

// brief puts what the registry's client reports into few words. The URLs in
// its errors are left out: the query of an upload is a capability.
func brief(err error) error {
	var bad *spoiled
	if errors.As(err, &bad) {
		return bad
	}
	var refused *transport.Error
	if errors.As(err, &refused) {
		r := &Refusal{Status: refused.StatusCode}
		if len(refused.Errors) > 0 {
			r.Code, r.Message = refusal.Line(string(refused.Errors[0].Code)), short(refused.Errors[0].Message)
		}
		return r
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		host := failed.URL
		if u, parsed := url.Parse(failed.URL); parsed == nil {
			host = u.Host
		}
		return &Unreachable{Host: refusal.Line(host), Err: failed.Err}
	}
	return err
}

// short keeps a registry from filling the log.
func short(message string) string {
	const most = 500
	if len(message) > most {
		message = strings.ToValidUTF8(message[:most], "") + "…"
	}
	return refusal.Line(message)
}

// transient tells whether another attempt may help. Err comes from brief.
func transient(err error) bool {
	var (
		refused     *Refusal
		unreachable *Unreachable
		authority   *tls.CertificateVerificationError
		name        *net.DNSError
		file        *fs.PathError
		done        spent
	)
	switch {
	case errors.As(err, &done):
		return false
	case errors.As(err, &refused):
		return refused.Busy()
	case errors.Is(err, context.Canceled), errors.Is(err, errPlain), errors.As(err, &authority), errors.As(err, &file):
		return false
	case errors.As(err, &name) && name.IsNotFound:
		return false
	}
	// An answer's body can break off as well.
	return errors.As(err, &unreachable) || errors.Is(err, io.ErrUnexpectedEOF)
}
