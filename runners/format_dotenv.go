package runners

import "fmt"

// dotenvLine writes for the readers of .env files.
func dotenvLine(name, value string) (string, error) {
	if err := refuseInvalid(value); err != nil {
		return "", err
	}
	quoted, ok := dotenvQuote(value)
	if !ok {
		return "", fmt.Errorf("no quoting of .env files carries this mixture of quotes, backslashes and line breaks")
	}
	return name + "=" + quoted, refuseNUL(value)
}
