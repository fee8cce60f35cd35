package simulator

import (
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
)

// queryService speaks the query protocol of STS: a form in, XML out.
func (s *Simulator) queryService(form url.Values) service {
	action, known := stsActions()[form.Get("Action")]
	return service{
		name: "sts",
		identify: func(c *call) *refusal {
			if known && action.unsigned {
				return nil
			}
			return s.identify(c, "sts")
		},
		handle: func(c *call) *refusal {
			if !known || form.Get("Version") != stsVersion {
				return &refusal{
					http.StatusBadRequest, "InvalidAction",
					"Could not find operation " + form.Get("Action") + " for version " + or(form.Get("Version"), "NO_VERSION_SPECIFIED"),
				}
			}
			result, refused := action.handle(s, c, form)
			if refused != nil {
				return refused
			}
			c.reply.xml(http.StatusOK, envelope(form.Get("Action"), result))
			return nil
		},
		refuse: func(c *call, refused *refusal) {
			side := "Sender"
			if refused.status >= http.StatusInternalServerError {
				side = "Receiver"
			}
			c.reply.xml(refused.status, stsError{
				Space: stsSpace, Type: side, Code: refused.code, Message: refused.message, RequestID: randomUUID(),
			})
		},
	}
}

type stsError struct {
	XMLName   xml.Name `xml:"ErrorResponse"`
	Space     string   `xml:"xmlns,attr"`
	Type      string   `xml:"Error>Type"`
	Code      string   `xml:"Error>Code"`
	Message   string   `xml:"Error>Message"`
	RequestID string   `xml:"RequestId"`
}

func (r *reply) xml(status int, value any) {
	body, err := xml.Marshal(value)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(err.Error())
	}
	r.set(status, "text/xml", body)
}

// members reads a list of the query protocol: Name.member.1, Name.member.2….
func members(form url.Values, name, field string) []string {
	var list []string
	for i := 1; ; i++ {
		key := fmt.Sprintf("%s.member.%d%s", name, i, field)
		if !form.Has(key) {
			return list
		}
		list = append(list, form.Get(key))
	}
}
