package simulator

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is something that goes wrong with a call.
type Fault struct {
	// Service and Call are as in Request; * is any.
	Service, Call string
	// Kind is what happens:
	//
	//	throttle   AWS's throttling error
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
	//	code       status 400 with AWS's error code Code, such as
	//	           IDPCommunicationError or RegionDisabledException
	Kind string
	// Code goes with code, and with sts, ecr and ecr-public.
	Code string
	// Duration goes with slow (default 1s) and clock (default 1h).
	Duration time.Duration
	// Times is how many matching calls meet the fault, the first ones; 0 is
	// all.
	Times int
}

// String is the form that ParseFault reads.
func (f Fault) String() string {
	text := f.Service + ":" + f.Call + "=" + f.what()
	if f.Duration != 0 {
		text += ":" + f.Duration.String()
	}
	if f.Times != 0 {
		text += "*" + strconv.Itoa(f.Times)
	}
	return text
}

func (f Fault) what() string {
	if f.Code != "" {
		return f.Kind + ":" + f.Code
	}
	return f.Kind
}

// ParseFault reads SERVICE:CALL=KIND[:DURATION][*TIMES], such as
// "sts:AssumeRole=throttle*2" or "imds:token=slow:3s", with kind code
// SERVICE:CALL=code:CODE[*TIMES].
func ParseFault(text string) (Fault, error) {
	where, what, ok := strings.Cut(text, "=")
	service, call, ok2 := strings.Cut(where, ":")
	if !ok || !ok2 || service == "" || call == "" {
		return Fault{}, fmt.Errorf("reading fault %q: want SERVICE:CALL=KIND, as in sts:AssumeRole=throttle*2", text)
	}
	f := Fault{Service: service, Call: call}
	what, times, limited := strings.Cut(what, "*")
	if limited {
		n, err := strconv.Atoi(times)
		if err != nil || n < 1 {
			return Fault{}, fmt.Errorf("reading fault %q: *%s must be a number from 1 up", text, times)
		}
		f.Times = n
	}
	kind, argument, given := strings.Cut(what, ":")
	f.Kind = kind
	if kind == "code" {
		f.Code = argument
	} else if given {
		d, err := time.ParseDuration(argument)
		if err != nil {
			return Fault{}, fmt.Errorf("reading fault %q: %w", text, err)
		}
		f.Duration = d
	}
	return f, f.check(text)
}

var errorCode = regexp.MustCompile(`^[A-Za-z0-9.]+$`)

func (f Fault) check(text string) error {
	services := []string{"*", "sts", "ecr", "ecr-public", "imds", "container", "oidc", "registry"}
	if !slices.Contains(services, f.Service) {
		return fmt.Errorf("reading fault %q: service must be one of %s", text, strings.Join(services, ", "))
	}
	kinds := []string{
		"throttle", "500", "503", "slow", "reset", "cut", "malformed", "clock",
		"expired", "denied", "empty", "huge", "redirect", "html", "code",
	}
	if !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("reading fault %q: kind must be one of %s", text, strings.Join(kinds, ", "))
	}
	if f.Duration != 0 && f.Kind != "slow" && f.Kind != "clock" {
		return fmt.Errorf("reading fault %q: only slow and clock take a duration", text)
	}
	if f.Kind == "code" && (!errorCode.MatchString(f.Code) || !slices.Contains([]string{"sts", "ecr", "ecr-public"}, f.Service)) {
		return fmt.Errorf("reading fault %q: want sts, ecr or ecr-public and code:CODE, as in sts:AssumeRoleWithWebIdentity=code:IDPCommunicationError", text)
	}
	return nil
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
	mu   sync.Mutex
	list []Fault
}

func (f *faults) add(fault Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = append(f.list, fault)
}

// take returns the fault that this call meets, or one with no kind.
func (f *faults) take(service, call string) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.list {
		if (fault.Service != "*" && fault.Service != service) || (fault.Call != "*" && fault.Call != call) {
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
