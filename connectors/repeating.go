package connectors

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/awsvars/awsvars/refusal"
)

// repeating tries requests again that have no body and change nothing: those
// to services that are no API of AWS's, whose clients do it by themselves.
type repeating struct {
	next   http.RoundTripper
	budget *budget
	// first and most are the waits.
	first, most time.Duration
	// local is for a service on the machine: one that cannot be connected to is
	// not there, and silent is how often it may leave a request unanswered.
	local  bool
	silent int
}

func (r repeating) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	silent := 0
	for try := 1; ; try++ {
		r.budget.try()
		answer, err := r.next.RoundTrip(request.Clone(ctx))
		if quiet := new(Unanswered); errors.As(err, &quiet) {
			silent++
		}
		first, most := r.first, r.most
		if err == nil && answer.StatusCode == http.StatusTooManyRequests {
			first, most = firstThrottled, longestThrottled
		}
		if try > r.budget.retries || ctx.Err() != nil || r.local && silent > r.silent || !r.passing(answer, err) {
			return answer, err
		}
		failed, wait := err, time.Duration(0)
		if err == nil {
			failed = fmt.Errorf("status %d", answer.StatusCode)
			wait = refusal.RetryAfter(answer.Header, time.Now())
		}
		if why := r.budget.again(ctx, request.Method+" "+request.URL.Host, wait, failed); why != nil {
			return nil, fmt.Errorf("%w; %w", failed, why)
		}
		if !pause(ctx, max(wait, waitFor(left(ctx), try, first, most))) {
			return nil, failed
		}
	}
}

// passing tells of what may be over a moment later.
func (r repeating) passing(answer *http.Response, err error) bool {
	if err == nil {
		return answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusRequestTimeout ||
			answer.StatusCode >= 500 && answer.StatusCode != http.StatusNotImplemented && answer.StatusCode != http.StatusHTTPVersionNotSupported
	}
	var operation *net.OpError
	if r.local && errors.As(err, &operation) && operation.Op == "dial" {
		return false
	}
	return !hopeless(err)
}

// hopeless tells of an error that is the same at the next try, although the
// SDK repeats every request that could not be sent.
func hopeless(err error) bool {
	var (
		local     *Unusable
		untrusted *tls.CertificateVerificationError
		name      *net.DNSError
		proxy     *ProxyRefusal
	)
	return errors.As(err, &local) || errors.As(err, &untrusted) || errors.As(err, &name) && name.IsNotFound ||
		errors.As(err, &proxy) && proxy.Status < http.StatusInternalServerError
}

// ProxyRefusal is the error of a proxy that does not lead to a host.
type ProxyRefusal struct {
	Proxy, Host string
	Status      int
}

func (p *ProxyRefusal) Error() string {
	return fmt.Sprintf("the proxy %s answered %d %s to CONNECT %s", p.Proxy, p.Status, http.StatusText(p.Status), p.Host)
}

// Hint returns the remedy.
func (p *ProxyRefusal) Hint() string {
	if p.Status == http.StatusProxyAuthRequired {
		return "the proxy wants a login: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT"
	}
	return "the proxy must let this host through; NO_PROXY names the hosts that are reached without it"
}
