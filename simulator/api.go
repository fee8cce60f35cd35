package simulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
)

// serveAPI tells the services apart by their protocols, as they all stand at
// one address here: X-Amz-Target means JSON, a form with an Action STS.
func (s *Simulator) serveAPI(w http.ResponseWriter, r *http.Request) {
	c := &call{http: r, body: readBody(r)}
	target := r.Header.Get("X-Amz-Target")
	prefix, action, _ := strings.Cut(target, ".")
	switch {
	case prefix == "AmazonEC2ContainerRegistry_V20150921":
		s.answer(w, c, s.jsonService("ecr", s.handleECR), action)
	case prefix == "SpencerFrontendService":
		s.answer(w, c, s.jsonService("ecr-public", s.handlePublic), action)
	case target != "":
		s.answer(w, c, s.jsonService("ecr", func(*call) *refusal { return unknownOperation() }), target)
	default:
		form := parseForm(c)
		c.record.Params = public(form)
		s.answer(w, c, s.queryService(form), form.Get("Action"))
	}
}

func parseForm(c *call) url.Values {
	form, err := url.ParseQuery(string(c.body))
	if err != nil || len(form) == 0 {
		form = c.http.URL.Query()
	}
	return form
}

// public drops the parameters that are secret. An external ID is not: "AWS
// does not treat the external ID as a secret" (IAM user guide).
func public(form url.Values) url.Values {
	shown := url.Values{}
	for name, values := range form {
		switch name {
		case "Action", "Version", "WebIdentityToken", "TokenCode":
		default:
			shown[name] = values
		}
	}
	return shown
}

func unknownOperation() *refusal {
	return &refusal{http.StatusBadRequest, "UnknownOperationException", ""}
}

// jsonService speaks AWS JSON 1.1.
func (s *Simulator) jsonService(name string, handle func(*call) *refusal) service {
	return service{
		name:     name,
		identify: func(c *call) *refusal { return inJSON(s.identify(c, name)) },
		handle:   handle,
		refuse: func(c *call, refused *refusal) {
			body, _ := json.Marshal(map[string]string{"__type": refused.code, "message": refused.message})
			c.reply.header.Set("X-Amzn-Requestid", randomUUID())
			c.reply.set(refused.status, "application/x-amz-json-1.1", body)
		},
	}
}

// inJSON gives a refusal of a signature the code and status that the JSON
// protocol has for it (ECR API reference, "Common Errors").
func inJSON(refused *refusal) *refusal {
	if refused == nil {
		return nil
	}
	codes := map[string]string{
		"MissingAuthenticationToken": "MissingAuthenticationTokenException",
		"IncompleteSignature":        "IncompleteSignatureException",
		"InvalidClientTokenId":       "UnrecognizedClientException",
		"SignatureDoesNotMatch":      "InvalidSignatureException",
		"ExpiredToken":               "ExpiredTokenException",
	}
	return &refusal{http.StatusBadRequest, codes[refused.code], refused.message}
}

func (r *reply) json(status int, contentType string, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		status, body = http.StatusInternalServerError, []byte(err.Error())
	}
	r.set(status, contentType, body)
}

func (r *reply) set(status int, contentType string, body []byte) {
	r.status, r.contentType, r.body = status, contentType, body
}
