package main

import (
	"context"
	"io"
	"os"
	"strings"
	"syscall"
	"testing"
)

// TestInterruptedBeforeDockerWrote: Docker may be gone, and its pipe still
// open.
func TestInterruptedBeforeDockerWrote(t *testing.T) {
	t.Parallel()
	for name, action := range map[string]func(process, context.Context, given) error{
		"get": process.credentialGet, "store": process.credentialStore, "erase": process.credentialErase,
	} {
		for sent, want := range map[os.Signal]int{os.Interrupt: 130, syscall.SIGTERM: 143} {
			ctx, cancel := context.WithCancelCause(t.Context())
			cancel(interrupted{sent})
			silent, writer := io.Pipe()
			t.Cleanup(func() { _ = writer.Close() })
			var out strings.Builder
			p := process{stdin: silent, stdout: &out, stderr: io.Discard}
			if status := statusOf(ctx, action(p, ctx, given{})); status != want || out.String() != "interrupted by signal "+sent.String()+"\n" {
				t.Errorf("%s: status %d, %q", name, status, out.String())
			}
		}
	}
}
