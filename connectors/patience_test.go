package connectors

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"testing"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// TestAProcessEndsWithTheRun: a child of the process holds the pipe open, and
// reading on until it ends would outlast --timeout.
func TestAProcessEndsWithTheRun(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := (&Connector{machine: Machine{Lookup: func(string) (string, bool) { return "", false }, Environ: os.Environ}}).fromProcess(ctx, "p", variables.NewSecret("sleep 20 & wait"), slog.New(slog.DiscardHandler))
	if !errors.Is(err, context.DeadlineExceeded) || err.Error() != "running credential_process: context deadline exceeded" {
		t.Errorf("the message is %v", err)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("it took %s", took)
	}
}
