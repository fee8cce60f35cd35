package simulator

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"
)

// randomBytes never fails: crypto/rand ends the process where the system has
// no randomness (crypto/rand.Read, since Go 1.24).
func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return b
}

func randomHex(n int) string { return hex.EncodeToString(randomBytes(n)) }

func randomText(n int) string { return base64.StdEncoding.EncodeToString(randomBytes(n)) }

func randomUUID() string {
	b := randomBytes(16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

// randomID makes an identifier of n characters after the prefix, from the
// alphabet of IAM's unique identifiers, as in AKIA…, ASIA…, AROA…, AIDA….
func randomID(prefix string, n int) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var text strings.Builder
	text.WriteString(prefix)
	for _, b := range randomBytes(n) {
		text.WriteByte(alphabet[int(b)%len(alphabet)])
	}
	return text.String()
}

// randomSecretKey is 40 characters of base64's alphabet, always with a slash
// and a plus in it: these two are what clients forget to quote.
func randomSecretKey() string {
	for {
		key := randomText(30)
		if strings.Contains(key, "/") && strings.Contains(key, "+") {
			return key
		}
	}
}

// randomSessionToken begins and is as long as STS's tokens are. STS documents
// no length: "we strongly recommend that you make no assumptions about the
// maximum size" (STS API reference, AssumeRole). It ends in padding.
func randomSessionToken() string {
	return "IQoJb3JpZ2luX2Vj" + randomText(283)
}
