package simulator

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// ParseFault reads SERVICE:CALL=KIND[:DURATION][@BYTES][*TIMES][+AFTER], such
// as "sts:AssumeRole=throttle*2", "imds:token=slow:3s", "*:*=rate:20" or
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
	if err := f.argument(argument, given); err != nil {
		return Fault{}, fmt.Errorf("reading fault %q: %w", text, err)
	}
	return f, f.check(text)
}

// argument is what stands behind the kind.
func (f *Fault) argument(text string, given bool) (err error) {
	switch {
	case f.Kind == "code":
		f.Code = text
	case f.Kind == "rate":
		if f.Rate, err = strconv.Atoi(text); err != nil || f.Rate < 1 {
			return errors.New("rate wants a number from 1 up, of calls a second")
		}
	case given:
		f.Duration, err = time.ParseDuration(text)
	}
	return err
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
	if strings.Contains(f.Call, "/") && f.Service != "registry" {
		return fmt.Errorf("reading fault %q: only calls of registry have a method", text)
	}
	kinds := []string{
		"throttle", "rate", "500", "503", "slow", "reset", "cut", "malformed", "clock",
		"expired", "denied", "empty", "huge", "redirect", "html", "full", "code",
	}
	if !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("reading fault %q: kind must be one of %s", text, strings.Join(kinds, ", "))
	}
	uploads := []string{"throttle", "500", "503", "slow", "reset", "full"}
	if (f.Bytes != 0 || f.Kind == "full") && (f.Service != "registry" || !slices.Contains(uploads, f.Kind)) {
		return fmt.Errorf("reading fault %q: @BYTES and full go with registry and one of %s", text, strings.Join(uploads, ", "))
	}
	if f.Duration != 0 && !slices.Contains([]string{"slow", "clock", "throttle", "503"}, f.Kind) {
		return fmt.Errorf("reading fault %q: only slow, clock, throttle and 503 take a duration", text)
	}
	if f.Kind == "rate" && (f.After != 0 || f.Times != 0) {
		return fmt.Errorf("reading fault %q: rate decides by itself which calls it meets", text)
	}
	if f.Kind == "code" && (!errorCode.MatchString(f.Code) || !slices.Contains([]string{"sts", "ecr", "ecr-public"}, f.Service)) {
		return fmt.Errorf("reading fault %q: want sts, ecr or ecr-public and code:CODE, as in sts:AssumeRoleWithWebIdentity=code:IDPCommunicationError", text)
	}
	return nil
}
