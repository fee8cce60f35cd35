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
	var shown [2]*os.File
	for i, file := range []*os.File{os.Stdout, os.Stderr} {
		if term.IsTerminal(int(file.Fd())) {
			shown[i] = file
		}
	}
	var width func() int
	if shown[1] != nil {
		width = func() int { columns, _, _ := term.GetSize(int(os.Stderr.Fd())); return columns }
	}
	return process{
		width:    width,
		shown:    shown,
		args:     os.Args[1:],
		name:     os.Args[0],
		lookup:   os.LookupEnv,
		environ:  os.Environ,
		stdin:    os.Stdin,
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		terminal: shown[0] != nil,
		dir:      dir,
		home:     home,
		program:  program,
	}
}
