package refusal_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsvars/awsvars/refusal"
)

// answered is an error as the SDK gives it for an answer with a code.
func answered(status int, code, message string) error {
	return &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRole", Err: &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status}},
		Err:      &smithy.GenericAPIError{Code: code, Message: message},
	}}
}

func TestIsTellsNoFromNotNow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		err  error
		want bool
	}{
		{answered(403, "AccessDenied", "m"), true},
		{answered(400, "ValidationError", "m"), true},
		{answered(403, "ExpiredToken", "m"), true},
		{answered(400, "Throttling", "m"), false},
		{answered(400, "ThrottlingException", "m"), false},
		{answered(429, "Whatever", "m"), false},
		{answered(503, "ServiceUnavailable", "m"), false},
		{answered(302, "UnknownError", "UnknownError"), false},
		{errors.New("no answer"), false},
		{nil, false},
	} {
		if got := refusal.Is(c.err); got != c.want {
			t.Errorf("%v: %v, want %v", c.err, got, c.want)
		}
	}
}

func TestBriefKeepsTheWordsOfAWSAndTheChain(t *testing.T) {
	t.Parallel()
	broken := &smithy.DeserializationError{Err: fmt.Errorf("decoding %q: %w", "s3cr3t", io.ErrUnexpectedEOF)}
	for _, c := range []struct {
		err  error
		want string
	}{
		{answered(403, "AccessDenied", "User is not authorized"), "access denied: User is not authorized"},
		{answered(400, "ValidationError", ""), "ValidationError"},
		{answered(302, "UnknownError", "UnknownError"), "the answer has status 302 and no code that AWS uses; something between here and AWS may have sent it"},
		{&smithy.DeserializationError{Err: errors.New(`invalid character in "s3cr3t"`)}, "AWS's answer is not of the expected form; something between here and AWS may have changed it"},
		{broken, `AWS's answer broke off: decoding "s3cr3t": unexpected EOF`},
		{&smithy.OperationError{Err: &url.Error{Op: "Post", URL: "https://sts.example.test/", Err: errors.New("connection refused")}}, "calling https://sts.example.test/: connection refused"},
		{&smithy.OperationError{Err: errors.New("why")}, "why"},
		{&smithy.OperationError{Err: &smithy.CanceledError{Err: context.DeadlineExceeded}}, "there was no answer yet"},
		{errors.New("as it is"), "as it is"},
	} {
		got := refusal.Brief(c.err)
		if got.Error() != c.want || !errors.Is(got, c.err) {
			t.Errorf("%v becomes %q, want %q", c.err, got, c.want)
		}
	}
}

func TestRemedy(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		answered(403, "ExpiredToken", ""), answered(403, "InvalidClientTokenId", ""), answered(400, "UnrecognizedClientException", ""),
		answered(403, "SignatureDoesNotMatch", ""), &tls.CertificateVerificationError{Err: errors.New("x")}, &net.DNSError{IsNotFound: true},
	} {
		if refusal.Remedy(err) == "" {
			t.Errorf("nothing helps against %v", err)
		}
	}
	if got := refusal.Remedy(answered(400, "ValidationError", "")); got != "" {
		t.Errorf("a remedy for what only the caller knows: %q", got)
	}
}
