package simulator

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// AWS tolerates five minutes between a request's time and its own
// (AWS general reference, "Signing AWS API requests").
const tolerance = 5 * time.Minute

const amzTime = "20060102T150405Z"

// authorization is a parsed Authorization header:
//
//	AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request,
//	SignedHeaders=host;x-amz-date, Signature=HEX
type authorization struct {
	key, date, region, service, end string
	signed                          []string
	signature                       string
	time                            time.Time
}

// parseAuthorization tells what is missing the way AWS does.
func parseAuthorization(r *http.Request) (authorization, *refusal) {
	var a authorization
	header := r.Header.Get("Authorization")
	if header == "" {
		return a, &refusal{http.StatusForbidden, "MissingAuthenticationToken", "Request is missing Authentication Token"}
	}
	rest, ok := strings.CutPrefix(header, "AWS4-HMAC-SHA256 ")
	if !ok {
		return a, incomplete("Unsupported authorization type.")
	}
	fields := map[string]string{}
	for _, field := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		fields[name] = value
	}
	for _, name := range []string{"Credential", "Signature", "SignedHeaders"} {
		if fields[name] == "" {
			return a, incomplete("Authorization header requires '" + name + "' parameter.")
		}
	}
	scope := strings.Split(fields["Credential"], "/")
	if len(scope) != 5 {
		return a, incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term")
	}
	a.key, a.date, a.region, a.service, a.end = scope[0], scope[1], scope[2], scope[3], scope[4]
	a.signed = strings.Split(fields["SignedHeaders"], ";")
	a.signature = fields["Signature"]
	signedAt, err := time.Parse(amzTime, r.Header.Get("X-Amz-Date"))
	if err != nil {
		return a, incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
	}
	a.time = signedAt
	return a, nil
}

func incomplete(message string) *refusal {
	return &refusal{http.StatusBadRequest, "IncompleteSignature", message}
}

// checkScope looks at what the signature is for.
func (a authorization) checkScope(service string, now time.Time) *refusal {
	switch {
	case a.end != "aws4_request":
		return mismatch("Credential should be scoped with a valid terminator: 'aws4_request', not '" + a.end + "'.")
	case a.service != service:
		return mismatch("Credential should be scoped to correct service: '" + service + "'. ")
	case !regionName.MatchString(a.region) || (service == "ecr-public" && a.region != "us-east-1"):
		// ECR Public's token call lives in us-east-1 only (ECR Public guide).
		return mismatch("Credential should be scoped to a valid region. ")
	case a.date != a.time.Format("20060102"):
		return mismatch("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
			a.date + "' != '" + a.time.Format("20060102") + "', from '" + a.time.Format(amzTime) + "'.")
	}
	at, clock := a.time.Format(amzTime), now.UTC().Format(amzTime)
	if oldest := now.UTC().Add(-tolerance); a.time.Before(oldest.Truncate(time.Second)) {
		return mismatch("Signature expired: " + at + " is now earlier than " + oldest.Format(amzTime) + " (" + clock + " - 5 min.)")
	}
	if newest := now.UTC().Add(tolerance); a.time.After(newest) {
		return mismatch("Signature not yet current: " + at + " is still later than " + newest.Format(amzTime) + " (" + clock + " + 5 min.)")
	}
	return nil
}

func mismatch(message string) *refusal {
	return &refusal{http.StatusForbidden, "SignatureDoesNotMatch", message}
}

// checkHeaders demands that what matters is signed: the host and all of AWS's
// own headers (AWS general reference, "Create a canonical request").
func (a authorization) checkHeaders(r *http.Request) *refusal {
	needed := []string{"host"}
	for name := range r.Header {
		if lower := strings.ToLower(name); strings.HasPrefix(lower, "x-amz-") {
			needed = append(needed, lower)
		}
	}
	slices.Sort(needed)
	for _, name := range needed {
		if !slices.Contains(a.signed, name) {
			return mismatch("'" + name + "' must be a 'SignedHeader' in the AWS Authorization.")
		}
	}
	return nil
}

// verify signs the request once more, with the headers that the client
// signed and no others, and compares.
func (a authorization) verify(r *http.Request, body []byte, key *credential) *refusal {
	address := *r.URL // the signer writes into what it gets
	again := &http.Request{Method: r.Method, URL: &address, Host: r.Host, Header: http.Header{}}
	for _, name := range a.signed {
		switch name {
		case "host":
		case "content-length":
			again.ContentLength = r.ContentLength
		default:
			again.Header[http.CanonicalHeaderKey(name)] = slices.Clone(r.Header.Values(name))
		}
	}
	hash := sha256.Sum256(body)
	credentials := aws.Credentials{AccessKeyID: key.id, SecretAccessKey: key.secret, SessionToken: key.token}
	err := v4.NewSigner().SignHTTP(r.Context(), credentials, again, hex.EncodeToString(hash[:]), a.service, a.region, a.time)
	_, want, _ := strings.Cut(again.Header.Get("Authorization"), "Signature=")
	if err != nil || !hmac.Equal([]byte(want), []byte(a.signature)) {
		return mismatch("The request signature we calculated does not match the signature you provided. " +
			"Check your AWS Secret Access Key and signing method. Consult the service documentation for details.")
	}
	return nil
}
