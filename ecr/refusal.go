package ecr

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsvars/awsvars/variables"
)

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
		err := error(&said{text: refusal(refused, err), err: err})
		if remedy := remedyFor(refused.ErrorCode(), action); remedy != "" {
			return variables.WithHint(err, remedy)
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
	var operation *smithy.OperationError
	if errors.As(err, &operation) {
		return &said{text: operation.Err.Error(), err: err}
	}
	return err
}

func refusal(refused smithy.APIError, err error) string {
	code := refused.ErrorCode()
	var response *smithyhttp.ResponseError
	switch {
	case code == "AccessDenied", code == "AccessDeniedException":
		code = "access denied"
	case code == "UnknownError" && errors.As(err, &response):
		// The SDK's word for an answer that holds no code of AWS's.
		return fmt.Sprintf("the answer has the status %d and gives no reason; something between here and AWS may have sent it", response.HTTPStatusCode())
	}
	return code + ": " + refused.ErrorMessage()
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

// remedyFor knows the codes of the ECR API reference's common errors.
func remedyFor(code, action string) string {
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
