package main

import (
	"os"

	"github.com/awsvars/awsvars/child"
)

// screened gives a command whose output passes through us a terminal, where
// without us it would have one, and returns what closes it. Where the system
// has none to give, the command writes to pipes.
//
// What goes to one terminal goes there by one way, so that its order stays.
// Stderr on a terminal of its own is a pipe.
func (p *process) screened() (closed func() error) {
	nothing := func() error { return nil }
	shown, to := p.shown[0], &p.stdout
	if shown == nil {
		shown, to = p.shown[1], &p.stderr
	}
	if shown == nil {
		return nothing
	}
	screen, err := child.OpenScreen(shown, *to)
	if err != nil {
		return nothing
	}
	*to = screen.Output()
	if p.shown[0] != nil && same(p.shown[0], p.shown[1]) {
		p.stderr = screen.Output()
	}
	return screen.Close
}

func same(one, other *os.File) bool {
	if other == nil {
		return false
	}
	a, err := one.Stat()
	if err != nil {
		return false
	}
	b, err := other.Stat()
	return err == nil && os.SameFile(a, b)
}
