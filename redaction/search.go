package redaction

import (
	"encoding/binary"
	"slices"
)

// part is a part of a text, from its first byte up to its last, left out.
type part struct{ first, last int }

// search finds every form in text, sorted by their first bytes, and where the
// first form begins that text may be only the beginning of; that is the end of
// text, if there is none.
func (r *Redactor) search(text []byte) (found []part, open int) {
	open = len(text)
	mask := ^uint64(0) >> (64 - 8*r.width)
	at := 0
	for ; at+8 <= len(text); at += r.step {
		if window := binary.LittleEndian.Uint64(text[at:]) & mask; r.sieve.has(window) {
			found, open = r.look(text, at, window, found, open)
		}
	}
	for ; at+r.width <= len(text); at += r.step {
		found, open = r.look(text, at, load(text[at:at+r.width]), found, open)
	}
	slices.SortFunc(found, func(a, b part) int { return a.first - b.first })
	return found, r.openEnd(text, open)
}

// look compares text with the forms that have this window, which text has at.
func (r *Redactor) look(text []byte, at int, window uint64, found []part, open int) ([]part, int) {
	for _, p := range r.find(window) {
		first, last, ok := p.compare(text, at)
		switch {
		case !ok:
		case last > len(text):
			open = min(open, first)
		default:
			found = append(found, part{first, last})
		}
	}
	return found, open
}

// compare tells where in text the form is. The last is beyond the end of text
// if that is only a beginning.
func (p place) compare(text []byte, at int) (first, last int, ok bool) {
	if p.form.folds {
		return p.compareFolded(text, at)
	}
	first, last = at-p.offset, at-p.offset+len(p.form.text)
	if first < 0 {
		return 0, 0, false
	}
	length := min(last, len(text)) - first
	return first, last, string(text[first:first+length]) == p.form.text[:length]
}

// compareFolded passes over line breaks.
func (p place) compareFolded(text []byte, at int) (first, last int, ok bool) {
	form, broken := p.form.text, -fold
	first = at
	for i := p.offset; i > 0; i-- {
		if first > 0 && text[first-1] == '\n' && broken < 0 {
			broken = i
			first--
			if first > 0 && text[first-1] == '\r' {
				first--
			}
		}
		if first == 0 || text[first-1] != form[i-1] {
			return 0, 0, false
		}
		first--
	}
	last = at
	for i := p.offset; i < len(form); i++ {
		if length := lineBreak(text[last:]); length > 0 && i-broken >= fold {
			broken = i
			last += length
		}
		if last >= len(text) {
			return first, len(text) + 1, true
		}
		if text[last] != form[i] {
			return 0, 0, false
		}
		last++
	}
	return first, last, true
}

// lineBreak is the length of the line break that text begins with. A carriage
// return at the end may become one.
func lineBreak(text []byte) int {
	switch {
	case len(text) > 0 && text[0] == '\n', len(text) == 1 && text[0] == '\r':
		return 1
	case len(text) > 1 && text[0] == '\r' && text[1] == '\n':
		return 2
	}
	return 0
}
