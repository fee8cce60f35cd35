package simulator

import (
	"bytes"
	"compress/flate"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// sessionRequest is what a request says about the session beside its name.
type sessionRequest struct {
	policies []permissions
	packed   int // percent
	tags     []tag
}

// The size that AWS packs policies and tags into is not public; this one
// makes the refusal happen for texts that are within the plain limits.
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
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if name == "Policy" || strings.HasPrefix(name, "PolicyArns.") || strings.HasPrefix(name, "Tags.") {
			n, _ := packer.Write([]byte(form.Get(name)))
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
	if len(session.tags) > 0 {
		what = "Packed size of session tags consumes %d%% of allotted space."
	}
	return &refusal{http.StatusBadRequest, "PackedPolicyTooLarge", fmt.Sprintf(what, session.packed)}
}
