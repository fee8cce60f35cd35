// Package refusal turns the errors of the AWS SDK into what a reader of a
// build log can use: what AWS said, in few words, and what to do about it.
package refusal

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// brief is an error in fewer words. The error itself stays in the chain, so
// that what kind it was can still be told.
type brief struct {
	text string
	err  error
}

func (b *brief) Error() string { return b.text }

func (b *brief) Unwrap() error { return b.err }

// Brief returns err in the words of AWS, or of the network, without those of
// the SDK. Nothing of an answer's body is in it but AWS's code and message.
func Brief(err error) error {
	short := briefly(err)
	var ended *Ended
	if errors.As(err, &ended) && !strings.Contains(short.Error(), ended.Why) {
		return &brief{short.Error() + "; " + ended.Why, err}
	}
	return short
}

func briefly(err error) error {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		return &brief{said(refused, err), err}
	}
	var unread *smithy.DeserializationError
	if errors.As(err, &unread) {
		return &brief{unreadable(unread.Err), err}
	}
	var canceled *smithy.CanceledError
	if errors.As(err, &canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &brief{"there was no answer yet", err}
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return &brief{"calling " + failed.URL + ": " + failed.Err.Error(), err}
	}
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return &brief{operation.Err.Error(), err}
	}
	return err
}

// Ended is why a call that failed was not repeated, although another try might
// have helped. It stands beside the failure in the chain of an error.
type Ended struct{ Why, Remedy string }

func (e *Ended) Error() string { return e.Why }

// Hint returns the remedy, empty for none.
func (e *Ended) Hint() string { return e.Remedy }

// unknown is the code that the SDK makes up where an answer has none.
const unknown = "UnknownError"

func said(refused smithy.APIError, err error) string {
	code := refused.ErrorCode()
	switch code {
	case "AccessDenied", "AccessDeniedException":
		code = "access denied"
	case unknown:
		var answer *smithyhttp.ResponseError
		if errors.As(err, &answer) {
			return fmt.Sprintf("the answer has status %d and no code that AWS uses; something between here and AWS may have sent it", answer.HTTPStatusCode())
		}
	}
	if message := refused.ErrorMessage(); message != "" {
		return Line(code + ": " + message)
	}
	return Line(code)
}

// Line writes text from outside on one line: a control character in it could
// start a command of the CI system in the log.
func Line(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsControl(r) || r == '\u2028' || r == '\u2029' {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// unreadable keeps the reason only where the connection broke: what a decoder
// says about a document may quote it, and a token with it.
func unreadable(reason error) string {
	var network net.Error
	if errors.Is(reason, io.ErrUnexpectedEOF) || errors.Is(reason, context.Canceled) || errors.As(reason, &network) {
		return "AWS's answer broke off: " + reason.Error()
	}
	return "AWS's answer is not of the expected form; something between here and AWS may have changed it"
}

// Is tells whether AWS said no, as opposed to not now.
func Is(err error) bool {
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorFault() == smithy.FaultServer || refused.ErrorCode() == unknown {
		return false
	}
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) && (answer.HTTPStatusCode() >= 500 || answer.HTTPStatusCode() == http.StatusTooManyRequests) {
		return false
	}
	return !throttles(refused.ErrorCode())
}

// Throttled tells whether AWS said that it is asked too often.
func Throttled(err error) bool {
	var refused smithy.APIError
	var answer *smithyhttp.ResponseError
	return errors.As(err, &refused) && throttles(refused.ErrorCode()) ||
		errors.As(err, &answer) && answer.HTTPStatusCode() == http.StatusTooManyRequests
}

// throttles knows the codes that AWS counts among the client's faults although
// trying later helps (AWS SDKs and Tools Reference Guide, "Retry behavior").
func throttles(code string) bool {
	switch code {
	case "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException", "RequestThrottled",
		"TooManyRequestsException", "RequestLimitExceeded", "BandwidthLimitExceeded", "LimitExceededException",
		"SlowDown", "PriorRequestNotComplete", "TransactionInProgressException", "EC2ThrottledException":
		return true
	}
	return false
}

// Remedy says what helps against an error of any AWS API, empty where nothing
// general does (STS and ECR API references, "Common errors").
func Remedy(err error) string {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		if strings.Contains(refused.ErrorMessage(), "Credential should be scoped to") {
			return "is there such a region, and is AWS_ENDPOINT_URL_*, where it is set, of the same region?"
		}
		return remedyCode(refused.ErrorCode())
	}
	var (
		unknown *tls.CertificateVerificationError
		name    *net.DNSError
	)
	switch {
	case errors.As(err, &unknown):
		return "if a proxy or a private endpoint has a certificate of your own authority, AWS_CA_BUNDLE names the file with that authority"
	case errors.As(err, &name) && name.IsNotFound:
		return "is the region right, and can this machine look up names? In a network without internet a VPC endpoint is needed"
	}
	return ""
}

func remedyCode(code string) string {
	switch code {
	case "ExpiredToken", "ExpiredTokenException":
		return "the credentials have expired; get new ones"
	case "InvalidClientTokenId", "UnrecognizedClientException":
		return "AWS does not know this key: is it deleted or inactive, is the session token missing that belongs to it, is it of another partition, or is the region not enabled for the account?"
	case "SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired":
		return "the secret access key does not belong to the key ID, or this machine's clock is off by more than five minutes"
	}
	return ""
}
