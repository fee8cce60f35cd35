package simulator

import (
	"io"
	"net/http"
	"time"
)

// call is one request on its way to an answer.
type call struct {
	http  *http.Request
	body  []byte
	now   time.Time // the service's clock, a clock fault included
	fault Fault
	who   *principal // nil if nobody signed
	key   *credential
	// uploads is true if the body is streamed, and has something in it.
	uploads bool

	record Request
	reply  reply
}

// reply is an answer that is complete before its first byte is sent.
type reply struct {
	status      int
	contentType string
	header      http.Header
	body        []byte
}

// refusal is an error in AWS's words.
type refusal struct {
	status  int
	code    string
	message string
}

// service is how calls of one service are told apart, answered and refused.
type service struct {
	name string
	// identify finds out who signed; nil where nobody signs.
	identify func(*call) *refusal
	handle   func(*call) *refusal
	refuse   func(*call, *refusal)
	// proceed, if there is one, reads and streams what a call that handle let
	// through is about; it calls finish before the first byte. Where it
	// refuses, it has written nothing.
	proceed func(c *call, w http.ResponseWriter, finish func(status int)) *refusal
}

// answer takes a call through faults, handler and record. The record is
// complete before the client can see the answer.
func (s *Simulator) answer(w http.ResponseWriter, c *call, service service, action string) {
	c.now = s.clock.time()
	c.fault = s.faults.take(service.name, action, c.http.Method, c.uploads, c.now)
	if c.fault.Kind == "clock" {
		c.now = c.now.Add(c.fault.delay())
	}
	c.record.Service, c.record.Action, c.record.Time = service.name, action, c.now
	if c.fault.Kind != "" {
		c.record.Fault = c.fault.what()
	}
	c.reply.header = http.Header{}
	place := s.record.begin(c.record)
	c.readPart()
	refused := c.process(service)
	if refused != nil {
		c.record.Code = refused.code
		service.refuse(c, refused)
	}
	if c.fault.Kind == "slow" && c.fault.Bytes == 0 && !wait(c.http, c.fault.delay()) {
		return
	}
	if refused == nil && service.proceed != nil && !c.spoils() {
		w.Header().Set("Date", c.now.UTC().Format(http.TimeFormat))
		refused = service.proceed(c, w, func(status int) {
			c.record.Status = status
			s.record.finish(place, c.record)
		})
		if refused == nil {
			return
		}
		c.record.Code = refused.code
		service.refuse(c, refused)
	}
	c.spoil()
	if c.record.Status = c.reply.status; c.fault.Kind == "reset" {
		c.record.Status = 0
	}
	s.record.finish(place, c.record)
	c.send(w)
}

// process identifies the caller even where a fault then takes the answer's
// place: AWS also throttles callers that it knows.
func (c *call) process(service service) *refusal {
	if service.identify != nil {
		if refused := service.identify(c); refused != nil {
			return refused
		}
	}
	if refused := c.scripted(); refused != nil {
		return refused
	}
	return service.handle(c)
}

// readBody reads a whole request; what is longer than any AWS request is cut,
// and fails its signature.
func readBody(r *http.Request) []byte {
	body, _ := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	return body
}

// wait is false if the client left before the time was over.
func wait(r *http.Request, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}
