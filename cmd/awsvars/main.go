// Command awsvars hands AWS credentials to the steps of a CI job as
// variables.
package main

import (
	"os"

	"golang.org/x/term"
)

func main() { os.Exit(run(current())) }

// current is the process as the operating system started it.
func current() process {
	dir, _ := os.Getwd()
	home, _ := os.UserHomeDir()
	program, _ := os.Executable()
	var width func() int
	if term.IsTerminal(int(os.Stderr.Fd())) {
		width = func() int { columns, _, _ := term.GetSize(int(os.Stderr.Fd())); return columns }
	}
	return process{
		width:    width,
		args:     os.Args[1:],
		name:     os.Args[0],
		lookup:   os.LookupEnv,
		environ:  os.Environ,
		stdin:    os.Stdin,
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		terminal: term.IsTerminal(int(os.Stdout.Fd())),
		dir:      dir,
		home:     home,
		program:  program,
	}
}
