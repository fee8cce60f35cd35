// Command redactor passes its input through the redactor of Buildkite's agent,
// with the secrets that the environment has in SECRET_0, SECRET_1 and so on.
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/buildkite/agent/v3/internal/redact"
	"github.com/buildkite/agent/v3/internal/replacer"
)

func main() {
	var secrets []string
	for _, pair := range os.Environ() {
		if name, text, _ := strings.Cut(pair, "="); strings.HasPrefix(name, "SECRET_") {
			secrets = append(secrets, text)
		}
	}
	redactor := replacer.New(os.Stdout, secrets, redact.Redacted)
	if _, err := io.Copy(redactor, os.Stdin); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if err := redactor.Flush(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
