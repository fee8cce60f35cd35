// Command awsvars hands AWS credentials to the steps of a CI job as
// variables.
package main

import (
	"os"

	"golang.org/x/term"
)

func main() {
	dir, _ := os.Getwd()
	home, _ := os.UserHomeDir()
	os.Exit(run(process{
		args:     os.Args[1:],
		lookup:   os.LookupEnv,
		environ:  os.Environ,
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		terminal: term.IsTerminal(int(os.Stdout.Fd())),
		dir:      dir,
		home:     home,
	}))
}
