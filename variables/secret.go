package variables

import (
	"encoding/json"
	"fmt"
	"log/slog"
)

// Masked is what a secret looks like wherever somebody prints it.
const Masked = "********"

// Secret is a text that cannot be printed by accident. Every verb of fmt,
// every encoder of the standard library and every logger shows [Masked].
// Only Open gives the text; runners, request signing and Docker's
// configuration call it, and nobody else.
//
// The text sits behind a closure, not in a field: fmt and other printers
// reach unexported fields by reflection, without calling a method, and
// reflection cannot look into a function.
//
// The zero Secret is empty. Secrets can be map keys; two secrets are equal by
// == only if one is a copy of the other.
type Secret struct {
	hidden *hidden
}

type hidden struct {
	open func() string
}

// NewSecret closes text.
func NewSecret(text string) Secret {
	return Secret{hidden: &hidden{open: func() string { return text }}}
}

// Open returns the text.
func (s Secret) Open() string {
	if s.hidden == nil {
		return ""
	}
	return s.hidden.open()
}

// Empty tells whether there is no text.
func (s Secret) Empty() bool { return s.Open() == "" }

// Format implements [fmt.Formatter] for every verb and flag.
func (Secret) Format(state fmt.State, _ rune) { _, _ = state.Write([]byte(Masked)) }

// String returns [Masked].
func (Secret) String() string { return Masked }

// MarshalText returns [Masked]; encoding/json uses it for map keys.
func (Secret) MarshalText() ([]byte, error) { return []byte(Masked), nil }

// MarshalJSON returns [Masked] as a JSON string.
func (Secret) MarshalJSON() ([]byte, error) { return json.Marshal(Masked) }

// UnmarshalJSON closes a JSON string, so that a secret in an answer never
// stands in a string of ours.
func (s *Secret) UnmarshalJSON(document []byte) error {
	var text string
	if err := json.Unmarshal(document, &text); err != nil {
		// The decoder's own error may quote the value.
		return fmt.Errorf("reading a secret: not a JSON string")
	}
	*s = NewSecret(text)
	return nil
}

// LogValue implements [slog.LogValuer].
func (Secret) LogValue() slog.Value { return slog.StringValue(Masked) }
