package images_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/awsvars/awsvars/images"
)

// pipe returns the name under which a shell's process substitution is known,
// too.
func pipe(t *testing.T) (name string, in *os.File) {
	t.Helper()
	out, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = out.Close(), in.Close() })
	return fmt.Sprintf("/dev/fd/%d", out.Fd()), in
}

// TestArchiveFromAPipe can be read but once.
func TestArchiveFromAPipe(t *testing.T) {
	t.Parallel()
	archive, id := saved(t, false)
	for kind, content := range map[string][]byte{"plain": archive, "compressed": zipped(t, archive)} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			name, in := pipe(t)
			go func() {
				_, _ = in.Write(content)
				_ = in.Close()
			}()
			temporary := t.TempDir()
			image, err := images.Open(t.Context(), "docker-archive:"+name, images.Options{Temporary: temporary})
			if err != nil {
				t.Fatal(err)
			}
			if image.ID != id {
				t.Errorf("ID %s, want %s", image.ID, id)
			}
			if err := image.Close(); err != nil {
				t.Error(err)
			}
			nothingIn(t, temporary)
		})
	}
}

// TestPipeThatNobodyWritesToCanBeInterrupted.
func TestPipeThatNobodyWritesToCanBeInterrupted(t *testing.T) {
	t.Parallel()
	name, _ := pipe(t)
	stopped := errors.New("stopped")
	ctx, stop := context.WithCancelCause(t.Context())
	time.AfterFunc(50*time.Millisecond, func() { stop(stopped) })
	temporary := t.TempDir()
	if _, err := images.Open(ctx, "docker-archive:"+name, images.Options{Temporary: temporary}); !errors.Is(err, stopped) {
		t.Errorf("%v", err)
	}
	nothingIn(t, temporary)
}
