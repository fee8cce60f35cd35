package runners

import "strings"

func dotenvQuote(value string) (string, bool) {
	if strings.ContainsAny(value, "'\r") || strings.HasSuffix(value, `\`) {
		return "", false
	}
	return "'" + value + "'", true
}
