package variables

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// parse turns a text into the value of s, or says what is wrong with it.
func parse(s Setting, text string, read func(string) ([]byte, error)) (value, Faults) {
	v := value{text: NewSecret(text)}
	if text == "" {
		return v, nil
	}
	var err error
	switch s.Type {
	case List, ARNList:
		return parseList(s, text)
	case Map:
		return parsePairs(s, text)
	case Bool:
		v.boolean, err = parseBool(text)
	case Duration:
		v.seconds, err = parseSeconds(text)
	case Integer:
		v.integer, err = parseInteger(text)
	case JSON:
		v.json, err = parseJSON(text, read)
	case Choice:
		if !slices.Contains(s.Choices, text) {
			err = fmt.Errorf("choose one of %s", strings.Join(s.Choices, ", "))
		}
	default:
		err = checkLine(text)
	}
	if err == nil && s.Check != nil && !s.Secret {
		err = s.Check(text)
	}
	if !s.Secret {
		err = unquoted(text, err)
	}
	if err != nil {
		return v, Faults{{Setting: s.Name, Given: text, Problem: err.Error()}}
	}
	return v, nil
}

// checkLine refuses what no single-line setting means to hold, so that no
// code behind it has to think of a newline in a header or a log.
func checkLine(text string) error {
	for _, r := range text {
		if unicode.IsControl(r) || r == unicode.ReplacementChar {
			return fmt.Errorf("there is a control character (%q) in it", r)
		}
	}
	return nil
}

func parseBool(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "yes", "on", "1":
		return true, nil
	case "false", "no", "off", "0":
		return false, nil
	}
	return false, fmt.Errorf("write true or false")
}

// parseSeconds takes whole seconds only, as STS does.
func parseSeconds(text string) (int64, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, checkSeconds(n)
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fmt.Errorf("write seconds or a number with a unit: 3600, 3600s, 60m, 1h")
	}
	if d%time.Second != 0 {
		return 0, fmt.Errorf("write whole seconds")
	}
	return int64(d / time.Second), checkSeconds(int64(d / time.Second))
}

func checkSeconds(n int64) error {
	if n < 0 || n > math.MaxInt32 {
		return fmt.Errorf("a duration is not negative and at most %d seconds", math.MaxInt32)
	}
	return nil
}

func parseInteger(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("write a whole number")
	}
	return n, nil
}

const mostJSON = 1 << 20 // bytes; far above any policy that AWS takes

// parseJSON returns the document itself or the one in the file that text
// names. Errors never quote a file's content.
func parseJSON(text string, read func(string) ([]byte, error)) ([]byte, error) {
	document := []byte(text)
	if !strings.HasPrefix(text, "{") && !strings.HasPrefix(text, "[") {
		if err := checkLine(text); err != nil {
			return nil, err
		}
		var err error
		if document, err = read(text); err != nil {
			return nil, fmt.Errorf("neither a JSON document nor a file that can be read: %w", err)
		}
		if len(document) > mostJSON {
			return nil, fmt.Errorf("the file has more than %d bytes", mostJSON)
		}
	}
	if !json.Valid(document) {
		return nil, fmt.Errorf("not valid JSON")
	}
	return document, nil
}
