package simulator

import (
	"net/netip"
	"strconv"
	"strings"
	"time"
)

// operator compares a value of the request with one of the policy. What
// denies, such as StringNotEquals, is the operator without Not.
type operator struct {
	fits  func(value string, wanted pattern) bool
	takes func(wanted string) bool // nil takes every text
	null  bool
}

// operators are those of the IAM user guide, "IAM JSON policy elements:
// Condition operators", BinaryEquals excepted. Variables go with texts, ARNs
// and Bool only.
func operators() map[string]operator {
	truth := func(text string) bool { return strings.EqualFold(text, "true") || strings.EqualFold(text, "false") }
	all := map[string]operator{
		"StringEquals":           {fits: func(value string, wanted pattern) bool { return value == wanted.text() }},
		"StringEqualsIgnoreCase": {fits: func(value string, wanted pattern) bool { return strings.EqualFold(value, wanted.text()) }},
		"StringLike":             {fits: func(value string, wanted pattern) bool { return wanted.matches(value) }},
		"ArnEquals":              {fits: func(value string, wanted pattern) bool { return wanted.matchesARN(value) }},
		"ArnLike":                {fits: func(value string, wanted pattern) bool { return wanted.matchesARN(value) }},
		"Bool":                   {takes: func(wanted string) bool { return truth(wanted) || strings.Contains(wanted, "${") }, fits: func(value string, wanted pattern) bool { return strings.EqualFold(value, wanted.text()) }},
		"Null":                   {takes: truth, null: true, fits: func(string, pattern) bool { return false }},
		"IpAddress":              {takes: isRange, fits: func(value string, wanted pattern) bool { return within(value, wanted.text()) }},
	}
	for name, holds := range map[string]func(order int) bool{
		"Equals":            func(order int) bool { return order == 0 },
		"LessThan":          func(order int) bool { return order < 0 },
		"LessThanEquals":    func(order int) bool { return order <= 0 },
		"GreaterThan":       func(order int) bool { return order > 0 },
		"GreaterThanEquals": func(order int) bool { return order >= 0 },
	} {
		all["Numeric"+name] = ordered(holds, number)
		all["Date"+name] = ordered(holds, moment)
	}
	return all
}

// ordered makes an operator of what reads both sides as numbers.
func ordered(holds func(order int) bool, read func(string) (float64, bool)) operator {
	return operator{
		takes: func(wanted string) bool { _, ok := read(wanted); return ok },
		fits: func(value string, wanted pattern) bool {
			a, okA := read(value)
			b, okB := read(wanted.text())
			order := 0
			if a < b {
				order = -1
			} else if a > b {
				order = 1
			}
			return okA && okB && holds(order)
		},
	}
}

func number(text string) (float64, bool) {
	n, err := strconv.ParseFloat(text, 64)
	return n, err == nil && n == n
}

// moment is a time in seconds: one of the forms of ISO 8601 that the W3C
// names, or seconds since 1970.
func moment(text string) (float64, bool) {
	for _, layout := range []string{"2006-01-02T15:04:05.999999999Z07:00", "2006-01-02T15:04Z07:00", "2006-01-02", "2006-01"} {
		if t, err := time.Parse(layout, text); err == nil {
			return float64(t.UnixNano()) / 1e9, true
		}
	}
	return number(text)
}

func isRange(text string) bool {
	_, err := addresses(text)
	return err == nil
}

// addresses are those of a range, or the single one.
func addresses(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		return netip.ParsePrefix(text)
	}
	one, err := netip.ParseAddr(text)
	if err != nil {
		return netip.Prefix{}, err
	}
	return one.Prefix(one.BitLen())
}

func within(value, wanted string) bool {
	address, err := netip.ParseAddr(value)
	among, wrong := addresses(wanted)
	return err == nil && wrong == nil && among.Contains(address.Unmap())
}
