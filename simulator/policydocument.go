package simulator

import (
	"encoding/json"
	"net/http"
)

// texts is one text or a list of them, as IAM's JSON allows.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

type statement struct {
	Effect    string
	Action    texts
	NotAction texts
	Resource  any
}

// readPolicy reads a session policy down to the actions.
func readPolicy(text string) (permissions, *refusal) {
	malformed := func(message string) (permissions, *refusal) {
		return permissions{}, &refusal{http.StatusBadRequest, "MalformedPolicyDocument", message}
	}
	var document struct {
		Version   string
		Statement json.RawMessage
	}
	if json.Unmarshal([]byte(text), &document) != nil {
		return malformed("This policy contains invalid Json")
	}
	var statements []statement
	if json.Unmarshal(document.Statement, &statements) != nil {
		var one statement
		if json.Unmarshal(document.Statement, &one) != nil {
			return malformed("Syntax errors in policy.")
		}
		statements = []statement{one}
	}
	result := permissions{allow: []string{}}
	for _, s := range statements {
		switch {
		case s.Resource == nil, len(s.Action) == 0 && len(s.NotAction) == 0:
			return malformed("Syntax errors in policy.")
		case s.Effect == "Allow" && len(s.NotAction) > 0:
			result.allow = append(result.allow, "*")
			result.deny = append(result.deny, s.NotAction...)
		case s.Effect == "Allow":
			result.allow = append(result.allow, s.Action...)
		case s.Effect == "Deny":
			result.deny = append(result.deny, s.Action...)
		default:
			return malformed("Syntax errors in policy.")
		}
	}
	return result, nil
}
