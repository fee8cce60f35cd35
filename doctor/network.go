package doctor

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"
	"time"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/refusal"
)

// causeOfNetwork tells why nobody was reached.
func causeOfNetwork(err error) Cause {
	var (
		untrusted *tls.CertificateVerificationError
		proxy     *connectors.ProxyRefusal
		name      *net.DNSError
		local     *connectors.Unusable
		operation *net.OpError
	)
	switch {
	case errors.As(err, &untrusted):
		return Authority
	case errors.As(err, &local):
		return Bundle
	case errors.As(err, &proxy), errors.As(err, &operation) && operation.Op == "proxyconnect":
		return Proxy
	case errors.As(err, &name):
		return Name
	}
	return Network
}

// words are those of an error for a report: on one line.
func words(err error) string {
	if err == nil {
		return ""
	}
	return refusal.Line(strings.ReplaceAll(refusal.Brief(err).Error(), "\n", "; "))
}

// remedyOf is the hint that an error has, or what the network's errors have in
// general.
func remedyOf(err error) string {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return refusal.Remedy(err)
}

// kindOf is the kind of an error of a call.
func kindOf(err error) Kind {
	var (
		unusable *connectors.Unusable
		refused  *connectors.Refused
		foreign  *connectors.ForeignAccount
	)
	switch {
	case errors.As(err, &unusable):
		return Settings
	case errors.As(err, &refused), errors.As(err, &foreign), refusal.Is(err):
		return Refused
	}
	return Unreachable
}

// isLate tells of an error of the time limit.
func isLate(err error) bool {
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)
}

// The differences of clocks. AWS takes a signature for five minutes (IAM user
// guide, "Elements of an AWS API request signature").
const (
	noticeableSkew = time.Minute
	refusedSkew    = 5 * time.Minute
)

func judgeClock(r connectors.Reached) Verdict {
	if !r.Dated {
		return skipped(Clock, "", "no answer told AWS's time")
	}
	off, side := r.Ahead.Round(time.Second), "behind"
	if off < 0 {
		off, side = -off, "ahead of"
	}
	text := "it is " + connectors.Span(off) + " " + side + " AWS's"
	const remedy = "set the clock: chronyc makestep, or timedatectl set-ntp true; in a virtual machine or a container it is the host's"
	switch {
	case off > refusedSkew:
		return failed(Refused, Clock, "", text+"; AWS takes signatures for 5 minutes", []Cause{ClockOff}, remedy)
	case off > noticeableSkew:
		return warning(Clock, "", text, remedy)
	}
	return ok(Clock, "", "it differs from AWS's by less than a minute")
}

// judgeTrust judges the certificate of STS. Amazon has its certificates from
// its own authorities (Amazon Trust Services, "Repository").
func (v *visit) judgeTrust(r connectors.Reached) Verdict {
	c := r.Certificate
	switch cause := causeOfNetwork(r.Err); {
	case r.Err != nil && cause == Bundle:
		return failed(Settings, TrustStore, "", words(r.Err), []Cause{Bundle}, remedyOf(r.Err), "name a file with certificates in PEM form, or unset AWS_CA_BUNDLE")
	case r.Err != nil && cause == Authority:
		issuer := "nobody knows whom"
		if c != nil {
			issuer = c.Issuer.String()
		}
		return failed(Unreachable, TrustStore, r.Host, "the certificate was issued by "+issuer+", which "+v.store()+" does not trust", []Cause{Authority},
			"if a proxy or a private endpoint has a certificate of your own authority, name the file with it: AWS_CA_BUNDLE=/etc/ssl/certs/own.pem")
	case r.Err != nil, r.Host == "":
		return skipped(TrustStore, "", "STS is not reached")
	case c == nil:
		return ok(TrustStore, r.Host, "STS is asked over plain http, as AWS_ENDPOINT_URL_STS or sts-endpoint says")
	case ofAmazon(r.Host) && !strings.Contains(c.Issuer.String(), "Amazon"):
		found := warning(TrustStore, r.Host, "its certificate is trusted, and was issued by "+c.Issuer.String()+": a proxy on the way reads what goes to AWS",
			"if that is not meant, reach AWS without it: NO_PROXY="+r.Host)
		found.Causes = []Cause{Intercepted}
		return found
	}
	return ok(TrustStore, r.Host, "its certificate was issued by "+c.Issuer.String()+", which "+v.store()+" trusts")
}

// store names where the authorities come from. Go reads SSL_CERT_FILE and
// SSL_CERT_DIR itself (crypto/x509, root_unix.go).
func (v *visit) store() string {
	for _, name := range []string{"AWS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"} {
		if text, _ := v.Machine.Lookup(name); text != "" {
			return name + "=" + text
		}
	}
	return "the system's store"
}

func ofAmazon(host string) bool {
	return strings.HasSuffix(host, ".amazonaws.com") || strings.HasSuffix(host, ".api.aws")
}
