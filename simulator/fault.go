package simulator

import (
	"slices"
	"strconv"
	"sync"
	"time"
)

// Fault is something that goes wrong with a call.
type Fault struct {
	// Service and Call are as in Request; * is any. Call may end with / and a
	// method where the service is registry, as in upload/PATCH.
	Service, Call string
	// Kind is what happens:
	//
	//	throttle   AWS's throttling error
	//	rate       the same for what is more than Rate calls a second
	//	500, 503   AWS's server errors
	//	slow       the answer waits for Duration
	//	reset      the connection is reset before an answer
	//	cut        the connection ends in the middle of the answer's body
	//	malformed  the answer's body does not parse
	//	clock      the server's clock is off by Duration
	//	expired    the credentials are called expired
	//	denied     the call is called forbidden
	//	empty      status 200 without a body
	//	huge       status 200 with a body of 64 MiB
	//	redirect   status 302 to a page that does not exist
	//	html       status 200 with a web page, as from a captive proxy
	//	full       the disk of the registry is full; uploads only
	//	code       status 400 with AWS's error code Code, such as
	//	           IDPCommunicationError or RegionDisabledException
	Kind string
	// Code goes with code, and with sts, ecr and ecr-public.
	Code string
	// Duration goes with slow (default 1s) and clock (default 1h), and with
	// throttle and 503, where it is what Retry-After says (default nothing).
	Duration time.Duration
	// Rate goes with rate.
	Rate int
	// Bytes is how much of an upload's body is read before the fault; 0 is
	// nothing. It goes with registry and throttle, 500, 503, slow, reset and
	// full, and leaves requests without a body alone.
	Bytes int64
	// After is how many matching calls go well before the first that meets the
	// fault.
	After int
	// Times is how many matching calls meet the fault, the first ones; 0 is
	// all.
	Times int
}

// String is what ParseFault reads.
func (f Fault) String() string {
	text := f.Service + ":" + f.Call + "=" + f.what()
	if f.Duration != 0 {
		text += ":" + f.Duration.String()
	}
	if f.Rate != 0 {
		text += ":" + strconv.Itoa(f.Rate)
	}
	if f.Bytes != 0 {
		text += "@" + strconv.FormatInt(f.Bytes, 10)
	}
	if f.Times != 0 {
		text += "*" + strconv.Itoa(f.Times)
	}
	if f.After != 0 {
		text += "+" + strconv.Itoa(f.After)
	}
	return text
}

func (f Fault) what() string {
	if f.Code != "" {
		return f.Kind + ":" + f.Code
	}
	return f.Kind
}

// delay is Duration, or what the kind has by default.
func (f Fault) delay() time.Duration {
	switch {
	case f.Duration != 0:
		return f.Duration
	case f.Kind == "clock":
		return time.Hour
	default:
		return time.Second
	}
}

// faults are the scripted faults that are still to happen.
type faults struct {
	mu    sync.Mutex
	list  []Fault
	rates map[Fault]*rate
}

func (f *faults) add(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, fault)
}

// take returns the fault that this call meets, or one with no kind. A fault in
// the middle of a body waits for a call that has one.
func (f *faults) take(service, call, method string, uploads bool, now time.Time) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.list {
		if !fault.matches(service, call, method) {
			continue
		}
		if !uploads && (fault.Bytes != 0 || fault.Kind == "full") {
			continue
		}
		if fault.Kind == "rate" && f.rate(fault).allow(now) {
			continue
		}
		if fault.After > 0 {
			f.list[i].After--
			continue
		}
		switch fault.Times {
		case 0:
		case 1:
			f.list = slices.Delete(slices.Clone(f.list), i, i+1)
		default:
			f.list[i].Times--
		}
		return fault
	}
	return Fault{}
}

func (f Fault) matches(service, call, method string) bool {
	return (f.Service == "*" || f.Service == service) && (f.Call == "*" || f.Call == call || f.Call == call+"/"+method)
}

// rate is the bucket of a fault; the list must be locked.
func (f *faults) rate(fault Fault) *rate {
	if f.rates == nil {
		f.rates = map[Fault]*rate{}
	}
	if f.rates[fault] == nil {
		f.rates[fault] = newRate(fault.Rate)
	}
	return f.rates[fault]
}
