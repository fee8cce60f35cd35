package policy

import (
	"fmt"
	"strings"
)

// Written is a policy as somebody wrote it, with the lines of everything in it.
type Written struct {
	version    word
	statements []writtenStatement
	// size is how many characters it has, white space not counted.
	size int
	// faults are what the grammar of policies has no place for.
	faults []Finding
}

// word is a text and the line that it stands in, the first being 1.
type word struct {
	text string
	line int
}

// writtenStatement is a statement as somebody wrote it. Lists have all that was
// readable.
type writtenStatement struct {
	line               int
	sid, effect        word
	actions, resources []word
	// notAction and the like tell that the list is that of NotAction.
	notAction, notResource bool
	notPrincipal           bool
	// The lines are 0 where the element is not there.
	actionLine, resourceLine, principalLine int
	principals                              []writtenPrincipal
	conditions                              []writtenCondition
}

// writtenPrincipal is one principal; kind is * where all are meant.
type writtenPrincipal struct {
	kind string
	id   word
}

// writtenCondition is one key of one operator.
type writtenCondition struct {
	operator, key word
	values        []word
}

// node is a value of JSON with its place.
type node struct {
	line int
	// kind is { or [ or " or, for a number, true, false and null, 0.
	kind    byte
	text    string
	members []nodeMember
	items   []node
}

type nodeMember struct {
	name  word
	value node
}

// longest bounds a policy in bytes: far above what AWS takes.
const longest = 1 << 16

// deepest bounds how deep values may lie in each other; a policy needs seven.
const deepest = 32

// Read reads a policy. What is wrong with it is among what [Check] finds.
func Read(text []byte) *Written {
	var s Written
	root, err := parseNodes(text)
	if err != nil {
		s.faults = append(s.faults, *err)
		return &s
	}
	s.size = len([]rune(strings.Join(strings.Fields(string(text)), "")))
	s.readDocument(root)
	return &s
}

func (s *Written) fault(line int, format string, arguments ...any) {
	s.faults = append(s.faults, Finding{Severity: Error, Line: line, Text: fmt.Sprintf(format, arguments...)})
}
