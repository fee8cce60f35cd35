package redaction

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// keysAndTokens are n secrets as AWS gives them: keys of 40 bytes and tokens
// of about 900 in turn. All tokens begin alike.
func keysAndTokens(n int) []variables.Secret {
	source := rand.NewChaCha8([32]byte{1})
	var all []variables.Secret
	for i := range n {
		raw := make([]byte, 30)
		if i%2 == 1 {
			raw = make([]byte, 660)
		}
		_, _ = source.Read(raw)
		text := base64.StdEncoding.EncodeToString(raw)
		if i%2 == 1 {
			text = "IQoJb3JpZ2luX2VjE" + text
		}
		all = append(all, variables.NewSecret(text))
	}
	return all
}

// buildLog is a text as builds write it, of at least size bytes, with one of
// the secrets in every hundredth line.
func buildLog(size int, secrets []variables.Secret) []byte {
	random := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "[INFO] 2026-11-25T04:43:28Z Downloaded: https://repo.example.com/maven2/org/apache/%x/%d.jar (%d kB at %d kB/s)\n", random.Uint64(), i, random.IntN(900), random.IntN(9000))
		if i%100 == 99 {
			fmt.Fprintf(&b, "+ export TOKEN=%s\n", secrets[random.IntN(len(secrets))].Open())
		}
	}
	return b.Bytes()
}

func BenchmarkWriter(b *testing.B) {
	secrets := keysAndTokens(200)
	log := buildLog(1<<24, secrets)
	for _, size := range []int{1 << 10, 1 << 12, 1 << 15, 1 << 18} {
		b.Run(fmt.Sprintf("writes of %d KiB", size>>10), func(b *testing.B) {
			w := New(secrets).Writer(io.Discard)
			b.SetBytes(int64(len(log)))
			for b.Loop() {
				for rest := log; len(rest) > 0; rest = rest[min(size, len(rest)):] {
					_, _ = w.Write(rest[:min(size, len(rest))])
				}
			}
		})
	}
}

// BenchmarkReplacerByLine is the plain way, for comparison: a replacer of the
// same forms that gets each line.
func BenchmarkReplacerByLine(b *testing.B) {
	secrets := keysAndTokens(200)
	log := buildLog(1<<24, secrets)
	var pairs []string
	for _, f := range New(secrets).forms {
		pairs = append(pairs, f.text, variables.Masked)
	}
	replacer := strings.NewReplacer(pairs...)
	b.SetBytes(int64(len(log)))
	for b.Loop() {
		for line := range bytes.Lines(log) {
			_, _ = replacer.WriteString(io.Discard, string(line))
		}
	}
}

func BenchmarkNew(b *testing.B) {
	secrets := keysAndTokens(200)
	for b.Loop() {
		New(secrets)
	}
}
