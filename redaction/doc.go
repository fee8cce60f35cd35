// Package redaction hides secrets in a stream of text: as they are, and in the
// forms that programs give them in a log.
//
// A form is hidden wherever it stands, over any split of writes. Forms that
// overlap are hidden as one. What is held back are the bytes at the end of a
// write with which a form may begin, and nothing else.
package redaction
