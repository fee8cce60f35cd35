package simulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"time"
)

// The version and the namespace of STS's query protocol (STS API reference).
const (
	stsVersion = "2011-06-15"
	stsSpace   = "https://sts.amazonaws.com/doc/2011-06-15/"
)

// stsAction is one call of STS.
type stsAction struct {
	handle   func(*Simulator, *call, url.Values) (any, *refusal)
	unsigned bool
}

func stsActions() map[string]stsAction {
	return map[string]stsAction{
		"AssumeRole":                {handle: (*Simulator).assumeRole},
		"AssumeRoleWithWebIdentity": {handle: (*Simulator).assumeWithWebIdentity, unsigned: true},
		"GetCallerIdentity":         {handle: (*Simulator).callerIdentity},
		"GetFederationToken":        {handle: (*Simulator).federationToken},
		"GetSessionToken":           {handle: (*Simulator).sessionToken},
	}
}

// envelope wraps a result as <ActionResponse><ActionResult>….
func envelope(action string, result any) any {
	type metadata struct {
		RequestID string `xml:"RequestId"`
	}
	return struct {
		XMLName  xml.Name
		Space    string `xml:"xmlns,attr"`
		Result   any
		Metadata metadata `xml:"ResponseMetadata"`
	}{
		XMLName:  xml.Name{Local: action + "Response"},
		Space:    stsSpace,
		Result:   named{xml.Name{Local: action + "Result"}, result},
		Metadata: metadata{randomUUID()},
	}
}

// named gives a value the element name that only the action knows.
type named struct {
	name  xml.Name
	value any
}

func (n named) MarshalXML(e *xml.Encoder, _ xml.StartElement) error {
	return e.EncodeElement(n.value, xml.StartElement{Name: n.name})
}

type stsCredentials struct {
	AccessKeyID     string `xml:"AccessKeyId"`
	SecretAccessKey string
	SessionToken    string
	Expiration      string
}

func (c *credential) sts() stsCredentials {
	return stsCredentials{c.id, c.secret, c.token, c.expires.Format(time.RFC3339)}
}

type assumedRoleUser struct {
	AssumedRoleID string `xml:"AssumedRoleId"`
	ARN           string `xml:"Arn"`
}

// callerIdentity needs no permission: "even with an explicit deny you can
// still perform this operation" (STS API reference, GetCallerIdentity).
func (s *Simulator) callerIdentity(c *call, _ url.Values) (any, *refusal) {
	return struct {
		ARN     string `xml:"Arn"`
		UserID  string `xml:"UserId"`
		Account string
	}{c.who.arn, c.who.id, c.who.account}, nil
}

func denied(message string) *refusal {
	return &refusal{http.StatusForbidden, "AccessDenied", message}
}

func invalid(message string) *refusal {
	return &refusal{http.StatusBadRequest, "ValidationError", message}
}
