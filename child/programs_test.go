//go:build unix

package child_test

import (
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/creack/pty"

	"github.com/awsvars/awsvars/child"
)

// screened runs the command of its arguments on a screen.
func screened() {
	screen, err := child.OpenScreen(os.Stdout, os.Stdout)
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	signals := child.Catch()
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, screen.Output(), screen.Output()
	status, _ := signals.Run(command)
	if err := screen.Close(); err != nil {
		status = 1
	}
	os.Exit(status)
}

// sizes says the size of stdout at first and at each signal.
func sizes() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGWINCH)
	for {
		rows, columns, err := pty.Getsize(os.Stdout)
		fmt.Println(rows, columns, err)
		<-signals
	}
}

// tidy says goodbye before it stops.
func tidy() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTSTP)
	fmt.Println("ready", os.Getpid())
	<-signals
	fmt.Println("goodbye")
	signal.Notify(signals, syscall.SIGCONT)
	_ = syscall.Kill(os.Getpid(), syscall.SIGSTOP)
	<-signals
	fmt.Println("again")
}
