package simulator

import (
	"bytes"
	"fmt"
	"net/http"
	"strconv"
)

const hugeBody = 64 << 20

// scripted is the refusal that a fault calls for. Each protocol has its own
// code for it: the STS API reference and the ECR API reference, "Common
// Errors"; metadata and the others have a status only.
func (c *call) scripted() *refusal {
	if c.fault.Duration != 0 && (c.fault.Kind == "throttle" || c.fault.Kind == "503") {
		c.reply.header.Set("Retry-After", strconv.Itoa(int(c.fault.Duration.Seconds())))
	}
	json := c.record.Service == "ecr" || c.record.Service == "ecr-public"
	query := c.record.Service == "sts"
	pick := func(forQuery, forJSON, forOthers refusal) *refusal {
		switch {
		case query:
			return &forQuery
		case json:
			return &forJSON
		default:
			return &forOthers
		}
	}
	const internal = "We encountered an internal error. Please try again."
	const unavailable = "Service is unable to handle request."
	const expired = "The security token included in the request is expired"
	switch c.fault.Kind {
	case "throttle", "rate":
		return pick(refusal{400, "Throttling", "Rate exceeded"},
			refusal{400, "ThrottlingException", "Rate exceeded"}, refusal{429, "", "Too Many Requests"})
	case "500":
		return pick(refusal{500, "InternalFailure", internal},
			refusal{500, "ServerException", internal}, refusal{500, "", "Internal Server Error"})
	case "503":
		return pick(refusal{503, "ServiceUnavailable", unavailable},
			refusal{503, "ServiceUnavailableException", unavailable}, refusal{503, "", "Service Unavailable"})
	case "expired":
		return pick(refusal{403, "ExpiredToken", expired},
			refusal{400, "ExpiredTokenException", expired}, refusal{401, "", "Unauthorized"})
	case "full":
		return &refusal{500, "UNKNOWN", "unknown error: write /var/lib/registry/upload: no space left on device"}
	case "code":
		return &refusal{400, c.fault.Code, "This refusal was scripted."}
	case "denied":
		message := fmt.Sprintf("User: %s is not authorized to perform: %s:%s", c.record.Caller, c.record.Service, c.record.Action)
		return pick(refusal{403, "AccessDenied", message},
			refusal{400, "AccessDeniedException", message}, refusal{403, "", "Forbidden"})
	}
	return nil
}

// spoils is true if the fault takes the place of the answer.
func (c *call) spoils() bool {
	switch c.fault.Kind {
	case "reset", "cut", "malformed", "empty", "huge", "redirect", "html":
		return true
	}
	return false
}

// spoil replaces the answer where a fault says so.
func (c *call) spoil() {
	if c.reply.status == 0 { // one that would have been streamed
		c.reply.set(http.StatusOK, "application/json", []byte("{}"))
	}
	switch c.fault.Kind {
	case "malformed":
		// Half of the answer, and a bracket that no format has there.
		c.reply.body = append(c.reply.body[:len(c.reply.body)/2:len(c.reply.body)/2], "<{"...)
	case "empty":
		c.reply.status, c.reply.body = http.StatusOK, nil
	case "huge":
		c.reply.status, c.reply.body = http.StatusOK, nil
	case "redirect":
		c.reply.status, c.reply.body = http.StatusFound, nil
		c.reply.header.Set("Location", "/redirected")
	case "html":
		c.reply.status, c.reply.contentType = http.StatusOK, "text/html; charset=utf-8"
		c.reply.body = []byte("<!DOCTYPE html>\n<html><head><title>Sign in</title></head>" +
			"<body><p>Sign in to use this network.</p></body></html>\n")
	}
}

// send writes the answer, as far as the fault lets it.
func (c *call) send(w http.ResponseWriter) {
	if c.fault.Kind == "reset" {
		resetClient(w)
		return
	}
	header := w.Header()
	for name, values := range c.reply.header {
		header[name] = values
	}
	header.Set("Date", c.now.UTC().Format(http.TimeFormat))
	if c.reply.contentType != "" {
		header.Set("Content-Type", c.reply.contentType)
	}
	length := len(c.reply.body)
	if c.fault.Kind == "huge" {
		length = hugeBody
	}
	header.Set("Content-Length", strconv.Itoa(length))
	w.WriteHeader(c.reply.status)
	switch c.fault.Kind {
	case "huge":
		block := bytes.Repeat([]byte(" "), 1<<16)
		for sent := 0; sent < length; sent += len(block) {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	case "cut":
		_, _ = w.Write(c.reply.body[:length/2])
		_ = http.NewResponseController(w).Flush()
		// The server's own way to end a connection in the middle of an answer.
		panic(http.ErrAbortHandler)
	default:
		_, _ = w.Write(c.reply.body)
	}
}

func resetClient(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	reset(conn)
}
