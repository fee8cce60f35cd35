package policy

import (
	"crypto/rand"
	"fmt"
)

// NewExternalID makes an external ID that nobody guesses, and that means the
// same in every shell, file and log: a UUID of version 4 (RFC 9562, section
// 5.4). Whoever assumes roles for several customers makes one for each (IAM
// user guide, "Access to AWS accounts owned by third parties").
func NewExternalID() string {
	var b [16]byte
	// It never returns an error (crypto/rand).
	_, _ = rand.Read(b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
