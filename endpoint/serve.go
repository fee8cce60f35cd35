package endpoint

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"time"
)

// serve answers one request. Whoever does not have the token learns nothing,
// not even which path there is.
func (e *Endpoint) serve(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if r.ContentLength != 0 {
		// A body is not read, however long or slow it is: the server would
		// wait for it after the answer, too.
		w.Header().Set("Connection", "close")
		_ = http.NewResponseController(w).SetReadDeadline(time.Now())
	}
	// The token stands there as it is, without a scheme.
	given := r.Header.Get("Authorization")
	switch {
	case subtle.ConstantTimeCompare([]byte(given), []byte(e.token.Open())) != 1:
		refuse(w, http.StatusForbidden, "Forbidden", "")
	case r.URL.Path != e.path:
		refuse(w, http.StatusNotFound, "NotFound", "")
	case r.Method != http.MethodGet:
		w.Header().Set("Allow", http.MethodGet)
		refuse(w, http.StatusMethodNotAllowed, "MethodNotAllowed", "")
	default:
		e.handOut(w, r)
	}
}

// answer has all four texts always: botocore and the AWS SDK for JavaScript
// take an answer without one of them for an error.
type answer struct {
	AccessKeyID     string `json:"AccessKeyId"`
	SecretAccessKey string
	Token           string
	Expiration      string
}

// later is when credentials that do not expire are to be asked for again.
const later = 12 * time.Hour

func (e *Endpoint) handOut(w http.ResponseWriter, r *http.Request) {
	c, err := e.keeper.credentials(r.Context())
	if err != nil {
		refuse(w, http.StatusBadGateway, "RenewalFailed", err.Error())
		return
	}
	if c.Expires.IsZero() {
		c.Expires = e.keeper.now().Add(later)
	}
	reply(w, http.StatusOK, answer{c.AccessKeyID, c.SecretAccessKey.Open(), c.SessionToken.Open(), c.Expires.UTC().Format(time.RFC3339)})
}

// refuse writes an error as the protocol wants it, and ends the connection:
// who has no business here keeps none.
func refuse(w http.ResponseWriter, status int, code, message string) {
	if message == "" {
		message = http.StatusText(status)
	}
	w.Header().Set("Connection", "close")
	reply(w, status, map[string]string{"code": code, "message": message})
}

func reply(w http.ResponseWriter, status int, document any) {
	// Texts alone can always be encoded.
	text, _ := json.Marshal(document)
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// A client that has gone away asks again.
	_, _ = w.Write(text)
}
