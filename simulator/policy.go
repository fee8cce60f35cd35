package simulator

import (
	"bytes"
	"compress/flate"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"
)

// sessionRequest is what a request says about the session beside its name.
type sessionRequest struct {
	policies []policySet // none, or one
	packed   int         // percent
	tags     []tag
}

// The bytes that AWS packs policies and tags into are not public; these make
// the refusal happen for texts that are within the plain limits.
const packedSpace = 1024

var roleARN = regexp.MustCompile(`^arn:[\w-]+:iam::[0-9]{12}:role/.+$`)

// readSession checks the parameters, and reads session policies and tags.
func readSession(form url.Values, limits []limit) (sessionRequest, *refusal) {
	var session sessionRequest
	if refused := checkLimits(form, limits); refused != nil {
		return session, refused
	}
	if arn := form.Get("RoleArn"); form.Has("RoleArn") && !roleARN.MatchString(arn) {
		return session, invalid(arn + " is invalid")
	}
	if strings.HasPrefix(form.Get("SourceIdentity"), "aws:") {
		return session, invalid("SourceIdentity must not begin with aws:")
	}
	tags, refused := readTags(form)
	if refused != nil {
		return session, refused
	}
	session.tags = tags
	text, managed := form.Get("Policy"), members(form, "PolicyArns", ".arn")
	if refused := checkManaged(text, managed); refused != nil {
		return session, refused
	}
	var combined policySet
	if text != "" {
		inline, err := readDocument(text, identityPolicy)
		if err != nil {
			return session, &refusal{http.StatusBadRequest, "MalformedPolicyDocument", err.Error()}
		}
		combined = append(combined, inline)
	}
	if len(managed) > 0 {
		// What a managed policy says stands in its account, which is not
		// played here; its session may do what the role may.
		combined = append(combined, allowing([]string{"*"}))
	}
	if text != "" || len(managed) > 0 {
		session.policies = []policySet{combined}
	}
	refused = session.pack(form)
	return session, refused
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

// pack works out the share of the space that policies and tags take. Policies
// count compressed, tags as they are, so that a test can say how many fit.
func (session *sessionRequest) pack(form url.Values) *refusal {
	size, err := compressed(form)
	if err != nil {
		return &refusal{http.StatusInternalServerError, "InternalFailure", err.Error()}
	}
	for _, tag := range session.tags {
		size += len(tag.key) + len(tag.value)
	}
	session.packed = (size*100 + packedSpace - 1) / packedSpace
	if session.packed <= 100 {
		return nil
	}
	what := "Packed policy consumes %d%% of allotted space, please use smaller policy."
	if len(session.tags) > 0 {
		what = "Packed size of session tags consumes %d%% of allotted space."
	}
	return &refusal{http.StatusBadRequest, "PackedPolicyTooLarge", fmt.Sprintf(what, session.packed)}
}

// compressed is the size of the policies; 0 without any.
func compressed(form url.Values) (int, error) {
	policies := form.Get("Policy") + strings.Join(members(form, "PolicyArns", ".arn"), "")
	if policies == "" {
		return 0, nil
	}
	var packed bytes.Buffer
	packer, err := flate.NewWriter(&packed, flate.BestCompression)
	if err != nil {
		return 0, err
	}
	if _, err := packer.Write([]byte(policies)); err != nil {
		return 0, err
	}
	if err := packer.Close(); err != nil {
		return 0, err
	}
	return packed.Len(), nil
}
