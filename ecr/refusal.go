package ecr

import (
	"errors"

	"github.com/aws/smithy-go"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// explained turns what the SDK reports into what a reader of a build log can
// use. Action is what the caller's policy must allow.
func explained(err error, action string) error {
	brief := refusal.Brief(err)
	remedy := refusal.Remedy(err)
	var refused smithy.APIError
	if errors.As(err, &refused) && (refused.ErrorCode() == "AccessDenied" || refused.ErrorCode() == "AccessDeniedException") {
		remedy = "the caller's policies must allow " + action
	}
	if remedy == "" {
		return brief
	}
	return variables.WithHint(brief, remedy)
}
