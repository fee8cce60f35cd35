package refusal

import (
	"errors"

	"github.com/aws/smithy-go"
)

// Code is the error code in AWS's answer, and its message; both are empty where
// it was not AWS that said no.
func Code(err error) (code, message string) {
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		return "", ""
	}
	return refused.ErrorCode(), refused.ErrorMessage()
}
