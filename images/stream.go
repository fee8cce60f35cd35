package images

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// message is one of the stream that answers a push (Docker Engine API,
// POST /images/{name}/push; docker/docker, pkg/jsonmessage).
type message struct {
	ID       string `json:"id"`
	Status   string `json:"status"`
	Progress struct {
		Current int64 `json:"current"`
		Total   int64 `json:"total"`
	} `json:"progressDetail"`
	Error  string `json:"error"`
	Detail struct {
		Message string `json:"message"`
	} `json:"errorDetail"`
	// Aux holds the digest, in a message of its own at the end. With the
	// containerd image store it is in the status only (daemon/containerd,
	// pushRef).
	Aux struct {
		Digest string `json:"Digest"`
	} `json:"aux"`
}

// readStream reads it to its end. The status of the answer was 200 long
// before anything was pushed: a refusal comes in the stream.
func readStream(stream io.Reader, o *order, report func(Event)) error {
	layers := map[string]Event{}
	retries := map[string]int{}
	digest := ""
	decoder := json.NewDecoder(stream)
	for {
		var m message
		if err := decoder.Decode(&m); errors.Is(err, io.EOF) {
			break
		} else if syntax := new(json.SyntaxError); errors.As(err, &syntax) {
			return errors.New("the Docker engine's answer is not of the expected form")
		} else if err != nil {
			return fmt.Errorf("the Docker engine's answer broke off: %w", err)
		}
		if m.Error != "" || m.Detail.Message != "" {
			return told(m, retries)
		}
		digest = cmp.Or(m.digest(), digest)
		if event, known := eventOf(m, layers[m.ID]); known {
			event.Repository = o.Name()
			layers[m.ID] = event
			if event.State == Retrying {
				retries[m.ID]++
			}
			report(event)
		}
	}
	if digest == "" {
		return errors.New("the Docker engine's answer ended without a digest")
	}
	o.digest = digest
	for _, id := range slices.Sorted(maps.Keys(layers)) {
		if layers[id].State == Sent {
			o.pushed.Sent += layers[id].Total
		}
	}
	return nil
}

// digest is in the words TAG: digest: sha256:… size: N, too, of every engine.
func (m message) digest() string {
	_, text, _ := strings.Cut(m.Status, ": digest: ")
	text, _, _ = strings.Cut(text, " ")
	if _, err := v1.NewHash(text); err != nil {
		text = ""
	}
	return cmp.Or(m.Aux.Digest, text)
}

// eventOf reads the words of the engine (docker/docker, distribution/push_v2.go
// and daemon/containerd/image_push.go).
func eventOf(m message, before Event) (Event, bool) {
	event := Event{Layer: m.ID, Done: m.Progress.Current, Total: max(m.Progress.Total, before.Total)}
	switch {
	case m.ID == "":
		return Event{}, false
	case m.Status == "Preparing", m.Status == "Waiting":
		event.State = Waiting
	case m.Status == "Pushing":
		event.State = Sending
	case m.Status == "Pushed":
		event.State, event.Done = Sent, event.Total
	case m.Status == "Layer already exists", m.Status == "Already exists":
		event.State = Present
	case strings.HasPrefix(m.Status, "Mounted from"):
		event.State = Mounted
	case strings.HasPrefix(m.Status, "Retrying in"):
		// The engine counts the seconds down, a message for each.
		if before.State == Retrying {
			return Event{}, false
		}
		event.State, event.Note = Retrying, "the Docker engine tries again"
	default:
		return Event{}, false
	}
	return event, true
}

// engineRetries is how often an engine repeats a layer by itself
// (docker/docker, distribution/xfer, maxUploadAttempts less the first).
const engineRetries = 4

// spent is the error of a layer that the engine has repeated as often as it
// does: doing that several times over would take minutes, and helps no more.
type spent struct{ error }

func (s spent) Unwrap() error { return s.error }

func told(m message, retries map[string]int) error {
	err := said(m)
	for _, n := range retries {
		if n >= engineRetries && transient(err) {
			return spent{fmt.Errorf("%w (%d attempts by the Docker engine)", err, engineRetries+1)}
		}
	}
	return err
}

// said makes the error of a stream what a registry's answer is otherwise: the
// engine puts the code in words before the message, and leaves out the status
// (docker/distribution, registry/api/errcode). With containerd's store there may
// be nothing but the status (containerd, remotes/errors).
func said(m message) error {
	text := m.Detail.Message
	if text == "" {
		text = m.Error
	}
	text = short(text)
	for _, code := range []string{"DENIED", "UNAUTHORIZED", "NAME_UNKNOWN", "TAG_INVALID", "MANIFEST_INVALID", "TOOMANYREQUESTS"} {
		words := strings.ReplaceAll(strings.ToLower(code), "_", " ")
		if rest, found := strings.CutPrefix(text, words+": "); found {
			return &Refusal{Code: code, Message: rest}
		}
	}
	switch {
	case strings.Contains(text, "no basic auth credentials"):
		return &Refusal{Code: "UNAUTHORIZED", Message: text}
	case strings.HasPrefix(text, "unexpected status from ") && strings.HasSuffix(text, ": 401 Unauthorized"):
		return &Refusal{Status: http.StatusUnauthorized, Message: text}
	case strings.HasPrefix(text, "unexpected status from ") && strings.HasSuffix(text, ": 403 Forbidden"):
		return &Refusal{Status: http.StatusForbidden, Message: text}
	case passing(text):
		return &Unreachable{Host: "the registry", Err: errors.New(text)}
	}
	return &Refusal{Message: text}
}

// passing knows the words of what may be over a moment later.
func passing(text string) bool {
	for _, words := range []string{
		"connection reset", "connection refused", "use of closed network connection", "broken pipe", "unexpected EOF", "i/o timeout", "TLS handshake timeout",
		"Client.Timeout exceeded", "received unexpected HTTP status: 5", "500 Internal Server Error", "502 Bad Gateway", "503 Service Unavailable", "504 Gateway",
	} {
		if strings.Contains(text, words) {
			return true
		}
	}
	return text == "EOF" || strings.HasSuffix(text, ": EOF")
}
