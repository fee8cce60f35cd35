package variables

// Hinted is an error with a remedy. The command prints the remedy of the
// outermost Hinted error on a line of its own.
type Hinted struct {
	Err error
	// Remedy says what to do, in words or as a command that can be pasted.
	Remedy string
}

func (h *Hinted) Error() string { return h.Err.Error() }

// Unwrap returns the error without the remedy.
func (h *Hinted) Unwrap() error { return h.Err }

// Hint returns the remedy.
func (h *Hinted) Hint() string { return h.Remedy }

// WithHint adds a remedy to err.
func WithHint(err error, remedy string) error { return &Hinted{Err: err, Remedy: remedy} }
