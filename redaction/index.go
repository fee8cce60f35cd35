package redaction

import (
	"cmp"
	"math/bits"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

const (
	// widest is the most bytes that one look at the text compares, and steepest
	// the most that the next look is further on.
	widest, steepest = 8, 8
	// fold is the least number of bytes between two line breaks in a form that
	// was broken into lines; base64 writes 76 a line, openssl 64, xxd 60.
	fold = 32
	// headWidth is how many of the first bytes of a form are looked at, where a
	// write ends with them.
	headWidth = 4
)

// Redactor knows what is to be hidden. It is safe for use by several
// goroutines.
type Redactor struct {
	// forms are sorted, folding are those that fold.
	forms, folding []form
	// width bytes are looked at in every step bytes, so that no form has room
	// between two looks.
	width, step int
	// sieve has a bit for the sum of each window that is looked for; most of a
	// text falls through here. keys, a hash table, finds the others' places.
	sieve  sieve
	keys   []key
	places []place
	// heads is a sieve of the first bytes of each form.
	heads sieve
}

// key is a window, and where its places are. A key without places is free.
type key struct {
	window      uint64
	first, last int32
}

// place is a window in a form.
type place struct {
	form   *form
	offset int
}

// New returns a Redactor for secrets. Those that [Hides] tells nothing of are
// left out.
func New(secrets []variables.Secret) *Redactor {
	r := &Redactor{}
	for _, secret := range secrets {
		r.forms = append(r.forms, formsOf(secret.Open())...)
	}
	slices.SortFunc(r.forms, func(a, b form) int {
		if a.text == b.text && a.folds != b.folds {
			// The one that folds stays: it finds all that the other does.
			return map[bool]int{true: -1, false: 1}[a.folds]
		}
		return strings.Compare(a.text, b.text)
	})
	r.forms = slices.CompactFunc(r.forms, func(a, b form) bool { return a.text == b.text })
	if len(r.forms) > 0 {
		r.heads = newSieve(len(r.forms))
		r.index()
	}
	return r
}

// span is the number of bytes of a text that hold a look at it for certain.
func (r *Redactor) span() int { return r.width + r.step - 1 }

func (r *Redactor) index() {
	shortest := slices.MinFunc(r.forms, func(a, b form) int { return cmp.Compare(len(a.text), len(b.text)) })
	room := min(len(shortest.text), widest+steepest-1)
	r.width = min(widest, room/2+1)
	r.step = room - r.width + 1
	windows := map[uint64][]place{}
	for i := range r.forms {
		f := &r.forms[i]
		r.heads.add(load([]byte(f.text[:headWidth])))
		last := r.step - 1
		// A line break can spoil one of two spans, and no more.
		if f.folds = f.folds && len(f.text) >= 2*r.span(); f.folds {
			last = 2*r.span() - r.width
			r.folding = append(r.folding, *f)
		}
		for offset := range last + 1 {
			window := load([]byte(f.text[offset : offset+r.width]))
			windows[window] = append(windows[window], place{f, offset})
		}
	}
	r.arrange(windows)
}

// arrange makes the sieve and the table of windows.
func (r *Redactor) arrange(windows map[uint64][]place) {
	r.sieve = newSieve(len(windows))
	r.keys = make([]key, 1<<bits.Len(uint(2*len(windows))))
	for window, places := range windows {
		r.sieve.add(window)
		i := r.slot(window)
		first := len(r.places)
		r.places = append(r.places, places...)
		r.keys[i] = key{window, int32(first), int32(len(r.places))}
	}
}

// slot is where a window is in the table, or where it would be.
func (r *Redactor) slot(window uint64) int {
	last := len(r.keys) - 1
	i := int(sum(window)>>32) & last
	for r.keys[i].last > 0 && r.keys[i].window != window {
		i = (i + 1) & last
	}
	return i
}

// find are the places of a window.
func (r *Redactor) find(window uint64) []place {
	k := r.keys[r.slot(window)]
	return r.places[k.first:k.last]
}
