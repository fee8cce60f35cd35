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
	//	full       the disk of the registry is full; uploads only
	//	code       status 400 with AWS's error code Code, such as
	//	           IDPCommunicationError or RegionDisabledException
	Kind string
	// Code goes with code, and with sts, ecr and ecr-public.
	Code string
	// Duration goes with slow (default 1s) and clock (default 1h).
	Duration time.Duration
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

// String is the form that ParseFault reads.
func (f Fault) String() string {
	text := f.Service + ":" + f.Call + "=" + f.what()
	if f.Duration != 0 {
		text += ":" + f.Duration.String()
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

// ParseFault reads SERVICE:CALL=KIND[:DURATION][@BYTES][*TIMES][+AFTER], such
// as "sts:AssumeRole=throttle*2", "imds:token=slow:3s" or
// "registry:upload=reset@1048576*1+2", with kind code
// SERVICE:CALL=code:CODE[*TIMES][+AFTER].
func ParseFault(text string) (Fault, error) {
	where, what, ok := strings.Cut(text, "=")
	service, call, ok2 := strings.Cut(where, ":")
	if !ok || !ok2 || service == "" || call == "" {
		return Fault{}, fmt.Errorf("reading fault %q: want SERVICE:CALL=KIND, as in sts:AssumeRole=throttle*2", text)
	}
	f := Fault{Service: service, Call: call}
	what, err := f.count(what)
	if err != nil {
		return Fault{}, fmt.Errorf("reading fault %q: %w", text, err)
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

var counts = regexp.MustCompile(`^(.*?)(@[^@*]*)?(\*[^*+]*)?(\+[0-9]+)?$`)

// count takes the three numbers off.
func (f *Fault) count(text string) (rest string, err error) {
	part := counts.FindStringSubmatch(text)
	if part == nil {
		return "", fmt.Errorf("%q has more than BYTES, TIMES and AFTER", text)
	}
	number := func(text string) int {
		if text == "" || err != nil {
			return 0
		}
		n, fault := strconv.Atoi(text[1:])
		if fault != nil || n < 1 {
			err = fmt.Errorf("%s must be a number from 1 up", text)
		}
		return n
	}
	f.Bytes, f.Times, f.After = int64(number(part[2])), number(part[3]), number(part[4])
	return part[1], err
}

var errorCode = regexp.MustCompile(`^[A-Za-z0-9.]+$`)

func (f Fault) check(text string) error {
	services := []string{"*", "sts", "ecr", "ecr-public", "imds", "container", "oidc", "registry"}
	if !slices.Contains(services, f.Service) {
		return fmt.Errorf("reading fault %q: service must be one of %s", text, strings.Join(services, ", "))
	}
	kinds := []string{
		"throttle", "500", "503", "slow", "reset", "cut", "malformed", "clock",
		"expired", "denied", "empty", "huge", "redirect", "html", "full", "code",
	}
	if !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("reading fault %q: kind must be one of %s", text, strings.Join(kinds, ", "))
	}
	uploads := []string{"throttle", "500", "503", "slow", "reset", "full"}
	if (f.Bytes != 0 || f.Kind == "full") && (f.Service != "registry" || !slices.Contains(uploads, f.Kind)) {
		return fmt.Errorf("reading fault %q: @BYTES and full go with registry and one of %s", text, strings.Join(uploads, ", "))
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

// take returns the fault that this call meets, or one with no kind. A fault in
// the middle of a body waits for a call that has one.
func (f *faults) take(service, call string, uploads bool) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, fault := range f.list {
		if (fault.Service != "*" && fault.Service != service) || (fault.Call != "*" && fault.Call != call) {
			continue
		}
		if !uploads && (fault.Bytes != 0 || fault.Kind == "full") {
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
