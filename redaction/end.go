package redaction

import (
	"bytes"
	"sort"
)

// openEnd looks at the end of text for the beginning of a form that is too
// short for a look to find it.
func (r *Redactor) openEnd(text []byte, open int) int {
	for at := max(0, len(text)-r.reach()); at < open; at++ {
		if r.begins(text[at:]) {
			return at
		}
	}
	return open
}

// reach is how many bytes such a beginning has at the most.
func (r *Redactor) reach() int {
	if len(r.folding) > 0 {
		return 2*r.span() + len("\r\n")
	}
	return r.span()
}

// begins tells whether text, of a few bytes, is the beginning of a form and
// not all of it.
func (r *Redactor) begins(text []byte) bool {
	if r.mayBegin(text) && continues(from(r.forms, text), text) {
		return true
	}
	if !bytes.ContainsAny(text, "\r\n") {
		return false
	}
	var room [2*(widest+steepest) + 2]byte
	unfolded := unfold(room[:0], text)
	return r.mayBegin(unfolded) && continues(from(r.folding, unfolded), unfolded)
}

func (r *Redactor) mayBegin(text []byte) bool {
	return len(text) < headWidth || r.heads.has(load(text[:headWidth]))
}

// unfold appends text to empty, but for the line breaks that a form passes
// over.
func unfold(empty, text []byte) []byte {
	room := fold
	for len(text) > 0 {
		if length := lineBreak(text); length > 0 && len(empty) > 0 && room >= fold {
			text, room = text[length:], 0
			continue
		}
		empty, text = append(empty, text[0]), text[1:]
		room++
	}
	return empty
}

// first is where in text a form begins of which there are more than few bytes,
// or more than one in share. It is the end of text, if there is none.
func (r *Redactor) first(text []byte, few, share int) int {
	much := func(forms []form, text []byte) bool {
		least := shortest(forms, text)
		return least > 0 && (len(text) > few || len(text)*share > least)
	}
	for at := range text {
		if rest := text[at:]; much(r.forms, rest) || much(r.folding, unfold(nil, rest)) {
			return at
		}
	}
	return len(text)
}

// shortest is the length of the shortest form that begins with text, 0 if
// there is none.
func shortest(forms []form, text []byte) int {
	least := 0
	for rest := from(forms, text); continues(rest, text); rest = rest[1:] {
		if length := len(rest[0].text); least == 0 || length < least {
			least = length
		}
	}
	return least
}

// from are the sorted forms that are greater than text: those that begin with
// text are the first of them.
func from(forms []form, text []byte) []form {
	return forms[sort.Search(len(forms), func(i int) bool { return forms[i].text > string(text) }):]
}

// continues tells whether the first of forms begins with text.
func continues(forms []form, text []byte) bool {
	return len(forms) > 0 && len(forms[0].text) >= len(text) && forms[0].text[:len(text)] == string(text)
}
