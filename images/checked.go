package images

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// spoiled is a blob whose bytes are not what its name says.
type spoiled struct {
	what string
	want v1.Hash
	got  string
}

func (s *spoiled) Error() string {
	return fmt.Sprintf("%s is not what its digest says: its bytes have sha256:%s, and should have %s", s.what, s.got, s.want)
}

// matches compares a document that was read with its digest.
func matches(what string, text []byte, want v1.Hash) error {
	sum := sha256.Sum256(text)
	if got := hex.EncodeToString(sum[:]); got != want.Hex || want.Algorithm != "sha256" {
		return &spoiled{what, want, got}
	}
	return nil
}

// checked is a layer that is compared with its digest while it is sent: to
// read it for that before would take as long again.
type checked struct {
	v1.Layer
	digest v1.Hash
	size   int64
}

func (c checked) Compressed() (io.ReadCloser, error) {
	content, err := c.Layer.Compressed()
	if err != nil {
		return nil, err
	}
	return &checking{content, sha256.New(), c.digest, c.size}, nil
}

// checking ends with an error where the digest is another, in place of the last
// bytes, so that the upload is never finished.
type checking struct {
	io.ReadCloser
	sum  hash.Hash
	want v1.Hash
	left int64
}

func (c *checking) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.sum.Write(p[:n])
	c.left -= int64(n)
	if err == io.EOF || n > 0 && c.left <= 0 {
		if got := hex.EncodeToString(c.sum.Sum(nil)); got != c.want.Hex {
			return 0, &spoiled{"it", c.want, got}
		}
	}
	return n, err
}
