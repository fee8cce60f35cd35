package simulator

import (
	"bytes"
	"compress/flate"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"
)

// sessionRequest is what a request says about the session beside its name.
type sessionRequest struct {
	policies []permissions
	packed   int // percent
	tagged   bool
}

// The size that AWS packs policies and tags into is not public; this one
// makes the refusal happen for texts that are within the plain limits.
const packedSpace = 1024

// readSession checks the parameters, and reads session policies and tags.
func readSession(form url.Values, limits []limit) (sessionRequest, *refusal) {
	var session sessionRequest
	if refused := checkLimits(form, limits); refused != nil {
		return session, refused
	}
	if arn := form.Get("RoleArn"); form.Has("RoleArn") && !strings.HasPrefix(arn, "arn:") {
		return session, invalid(arn + " is invalid")
	}
	if strings.HasPrefix(form.Get("SourceIdentity"), "aws:") {
		return session, invalid("SourceIdentity must not begin with aws:")
	}
	tags, managed := members(form, "Tags", ".Key"), members(form, "PolicyArns", ".arn")
	session.tagged = len(tags) > 0
	if repeated(tags) {
		return session, &refusal{http.StatusBadRequest, "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."}
	}
	text := form.Get("Policy")
	if refused := checkManaged(text, managed); refused != nil {
		return session, refused
	}
	var combined permissions
	if text != "" {
		inline, refused := readPolicy(text)
		if refused != nil {
			return session, refused
		}
		combined = inline
	}
	if len(managed) > 0 {
		// What a managed policy says stands in its account, which is not
		// played here; its session may do what the role may.
		combined.allow = append(combined.allow, "*")
	}
	if text != "" || len(managed) > 0 {
		session.policies = []permissions{combined}
	}
	return session, session.pack(form)
}

func checkManaged(text string, managed []string) *refusal {
	if len(managed) > 10 {
		return invalid("1 validation error detected: Value '[" + strings.Join(managed, ", ") +
			"]' at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10")
	}
	size := utf8.RuneCountInString(text)
	for _, arn := range managed {
		if !strings.HasPrefix(arn, "arn:") || !strings.Contains(arn, ":policy/") {
			return invalid("ARN " + arn + " is not valid.")
		}
		size += utf8.RuneCountInString(arn)
	}
	if size > 2048 {
		return invalid("The plain text of the inline policy and the managed policy ARNs together must not exceed 2048 characters.")
	}
	return nil
}

// pack works out the share of the space that policies and tags take.
func (session *sessionRequest) pack(form url.Values) *refusal {
	var packed bytes.Buffer
	packer, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return nil
	}
	size := 0
	for name, values := range form {
		if name == "Policy" || strings.HasPrefix(name, "PolicyArns.") || strings.HasPrefix(name, "Tags.") {
			n, _ := packer.Write([]byte(values[0]))
			size += n
		}
	}
	if size == 0 || packer.Close() != nil {
		return nil
	}
	session.packed = max(1, packed.Len()*100/packedSpace)
	if session.packed <= 100 {
		return nil
	}
	what := "Packed policy consumes %d%% of allotted space, please use smaller policy."
	if session.tagged {
		what = "Packed size of session tags consumes %d%% of allotted space."
	}
	return &refusal{http.StatusBadRequest, "PackedPolicyTooLarge", fmt.Sprintf(what, session.packed)}
}

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
