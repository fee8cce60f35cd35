package variables

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Mangled tells whether text looks like a number that a YAML parser rewrote,
// as 012345678901 becomes 1.2345678901e+10 in Drone and Woodpecker.
func Mangled(text string) bool {
	mantissa, exponent, found := strings.Cut(text, "e+")
	_, err := strconv.ParseFloat(mantissa, 64)
	return found && err == nil && len(exponent) == 2 && strings.Trim(exponent, "0123456789") == ""
}

// rewritten says what a YAML parser did to a text that should have been
// quoted, empty where nothing shows: 1.10 is 1.1 by now, and 010 is 8.
func rewritten(text string) string {
	if Mangled(text) {
		return "a YAML parser rewrote the number: quote it"
	}
	// Woodpecker writes a date as JSON does.
	date, err := time.Parse(time.RFC3339, strings.Trim(text, `"`))
	if err == nil && date.Equal(date.Truncate(24*time.Hour)) {
		return "a YAML parser made a time of the date: quote it"
	}
	return ""
}

// unquoted completes what is wrong with text by what a YAML parser did to it:
// that is a fault also where the text would do.
func unquoted(text string, err error) error {
	hint := rewritten(text)
	switch {
	case hint == "" || err != nil && strings.Contains(err.Error(), "quote it"):
		return err
	case err == nil:
		return errors.New(hint)
	}
	return fmt.Errorf("%w; %s", err, hint)
}
