package files

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
)

// Stamp tells a text that was written from a later one, without holding it: a
// sum with a salt. It says nothing of a secret that is long and random.
type Stamp struct {
	Salt []byte `json:"salt"`
	Sum  []byte `json:"sum"`
}

// StampOf returns the stamp of a text. No two are the same.
func StampOf(text []byte) Stamp {
	s := Stamp{Salt: make([]byte, 16)}
	_, _ = rand.Read(s.Salt)
	s.Sum = s.sum(text)
	return s
}

// Of tells whether this is the stamp of the text. The zero Stamp is of none.
func (s Stamp) Of(text []byte) bool { return hmac.Equal(s.Sum, s.sum(text)) }

func (s Stamp) sum(text []byte) []byte {
	mac := hmac.New(sha256.New, s.Salt)
	mac.Write(text)
	return mac.Sum(nil)
}
