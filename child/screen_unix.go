//go:build unix

package child

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/term"
)

// Screen is a terminal in place of another one, for a command whose output
// changes on its way there.
//
// Only the output goes to it. The command stays in our session and our process
// group: what is typed, ^C and ^Z reach it from the terminal that is there.
type Screen struct {
	shown          *os.File
	ours, commands *os.File
	to             io.Writer
	signals        chan os.Signal
	watching       sync.WaitGroup
	copied         chan error

	mutex  sync.Mutex
	passed int
	closed bool
}

// OpenScreen opens one of the size of shown, a terminal, whose text is written
// to w.
func OpenScreen(shown *os.File, w io.Writer) (*Screen, error) {
	ours, commands, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("opening a terminal: %w", err)
	}
	s := &Screen{shown: shown, ours: ours, commands: commands, to: w, signals: make(chan os.Signal, 4), copied: make(chan error, 1)}
	// Bytes come out as they are written. Line feeds get their carriage returns
	// where they are shown, and not twice.
	if _, err := term.MakeRaw(int(commands.Fd())); err != nil {
		return nil, errors.Join(fmt.Errorf("preparing a terminal: %w", err), commands.Close(), ours.Close())
	}
	s.resize()
	for _, one := range []os.Signal{syscall.SIGWINCH, syscall.SIGCONT, syscall.SIGTSTP} {
		if !signal.Ignored(one) {
			signal.Notify(s.signals, one)
		}
	}
	s.watching.Go(s.watch)
	go s.copy()
	return s, nil
}

// Output is the file for the command to write to.
func (s *Screen) Output() *os.File { return s.commands }

// Close passes on what the command has left. What a process that it left
// behind writes later than a second after is lost.
func (s *Screen) Close() error {
	signal.Stop(s.signals)
	close(s.signals)
	s.watching.Wait()
	_ = s.commands.Close()
	var err error
	select {
	case err = <-s.copied:
	case <-time.After(time.Second):
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.closed = true
	// Whether a read that is under way ends here depends on the system: what
	// it brings is dropped.
	_ = s.ours.Close()
	return err
}

// copy passes text on until nobody has the terminal open: Linux then says EIO,
// others the end of a file.
func (s *Screen) copy() {
	text := make([]byte, 1<<15)
	for {
		n, end := s.ours.Read(text)
		if err := s.pass(text[:n]); err != nil {
			// The command has to learn that nobody reads it.
			_ = s.ours.Close()
			s.copied <- fmt.Errorf("passing on the command's output: %w", err)
			return
		}
		if end != nil {
			s.copied <- nil
			return
		}
	}
}

func (s *Screen) pass(text []byte) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if len(text) == 0 || s.closed {
		return nil
	}
	s.passed += len(text)
	_, err := s.to.Write(text)
	return err
}

// watch follows the terminal that people see.
func (s *Screen) watch() {
	for one := range s.signals {
		if one == syscall.SIGTSTP {
			s.drain()
			// We have caught this one, and Go does not give it back to the system
			// (runtime, sigdisable). SIGTTOU stops us just as well, and not where
			// nobody would let us go on (POSIX, orphaned process groups).
			_ = syscall.Kill(syscall.Getpid(), syscall.SIGTTOU)
		}
		if s.resize() {
			// The command has had its signal, and may have looked before us.
			_ = syscall.Kill(0, syscall.SIGWINCH)
		}
	}
}

// drain shows what is written by programs that are about to stop, such as an
// editor that leaves the screen tidy: until there is nothing for 10 ms.
func (s *Screen) drain() {
	for before, tries := -1, 0; tries < 10; tries++ {
		s.mutex.Lock()
		passed := s.passed
		s.mutex.Unlock()
		if passed == before {
			return
		}
		before = passed
		time.Sleep(10 * time.Millisecond)
	}
}

// resize tells whether the size was another one.
func (s *Screen) resize() bool {
	size, err := pty.GetsizeFull(s.shown)
	if err != nil {
		return false
	}
	before, err := pty.GetsizeFull(s.commands)
	return err == nil && *before != *size && pty.Setsize(s.commands, size) == nil
}
