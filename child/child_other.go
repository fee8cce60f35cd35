//go:build !unix

package child

import "os"

// passed is what Windows makes of ^C.
func passed() []os.Signal { return []os.Signal{os.Interrupt} }

// typed is true: the console tells every process in it by itself, and one
// process cannot send another a signal (os.Process.Signal).
func typed(os.Signal) bool { return true }

// number is that of SIGINT, the one signal there is.
func number(os.Signal) int { return 2 }

func status(state *os.ProcessState) int { return state.ExitCode() }
