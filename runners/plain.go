package runners

import (
	"errors"
	"fmt"
	"strings"
)

// plainLines writes NAME=VALUE for readers of whom it is not said how they
// take quotes, comments, escapes and references, or of whom several take the
// same file. What two of them could take differently is refused.
func plainLines(entries []entry, what string) ([]byte, error) {
	var content []byte
	var problems []error
	for _, e := range entries {
		value := e.value.Open()
		if err := checkPlain(value); err != nil {
			problems = append(problems, fmt.Errorf("writing %s into %s: %w%s", e.variable, what, err, otherFormat(e)))
			continue
		}
		content = append(content, e.name+"="+value+"\n"...)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	return content, nil
}

// checkPlain keeps to values that mean the same quoted or not, unescaped or
// not, and trimmed or not.
func checkPlain(value string) error {
	if err := checkBamboo(value); err != nil {
		return err
	}
	if i := strings.IndexAny(value, "#$"); i >= 0 {
		return fmt.Errorf("the value has a %c, which may start a comment or a reference", value[i])
	}
	if value != "" && strings.ContainsAny(value[:1], "'\"`") {
		return fmt.Errorf("the value starts with a quote, which may be dropped")
	}
	return nil
}
