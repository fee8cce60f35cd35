package ecr

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"

	"github.com/aws/smithy-go"
)

// hinted is an error that knows what to do about it.
type hinted struct {
	err  error
	hint string
}

func (h *hinted) Error() string { return h.err.Error() }

func (h *hinted) Unwrap() error { return h.err }

// Hint says what to do, in words or as a command.
func (h *hinted) Hint() string { return h.hint }

// said is an SDK's error in fewer words. The error itself stays in the chain,
// so that what kind it was can still be told.
type said struct {
	text string
	err  error
}

func (s *said) Error() string { return s.text }

func (s *said) Unwrap() error { return s.err }

// explained turns what the SDK reports into what a reader of a build log can
// use. Action is what the caller's policy must allow.
func explained(err error, action string) error {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		err := error(&said{text: refused.ErrorCode() + ": " + refused.ErrorMessage(), err: err})
		if hint := hintFor(refused.ErrorCode(), action); hint != "" {
			return &hinted{err: err, hint: hint}
		}
		return err
	}
	var unread *smithy.DeserializationError
	if errors.As(err, &unread) {
		return unreadable(unread.Err)
	}
	var failed *url.Error
	if errors.As(err, &failed) {
		return &said{text: "calling " + failed.URL + ": " + failed.Err.Error(), err: err}
	}
	return err
}

// unreadable keeps the reason only where the connection broke: what a decoder
// says about a document may quote it, and the token with it.
func unreadable(reason error) error {
	var network net.Error
	if errors.Is(reason, io.ErrUnexpectedEOF) || errors.Is(reason, context.Canceled) || errors.As(reason, &network) {
		return &said{text: "AWS's answer broke off: " + reason.Error(), err: reason}
	}
	return errors.New("AWS's answer is not what GetAuthorizationToken answers; something between here and AWS may have changed it")
}

// hintFor knows the codes of the ECR API reference's common errors.
func hintFor(code, action string) string {
	switch code {
	case "AccessDenied", "AccessDeniedException":
		return "the caller's policies must allow " + action
	case "UnrecognizedClientException", "InvalidClientTokenId":
		return "AWS does not know these keys. It answers the same in a region that the account has not enabled"
	case "ExpiredToken", "ExpiredTokenException":
		return "the credentials have expired: get new ones"
	case "InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired":
		return "the secret key does not belong to the key ID, or the clock of this machine is wrong"
	}
	return ""
}
