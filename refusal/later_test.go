package refusal_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/awsvars/awsvars/refusal"
)

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	header := func(name, text string) http.Header { return http.Header{name: {text}} }
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "7": 7 * time.Second, "-7": 0, "7.5": 0, "soon": 0, "99999999999999999999": 0,
		now.Add(time.Minute).Format(http.TimeFormat):  time.Minute,
		now.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		if got := refusal.RetryAfter(header("Retry-After", text), now); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	if got := refusal.RetryAfter(header("X-Amz-Retry-After", "1500"), now); got != 1500*time.Millisecond {
		t.Errorf("AWS's own is %s", got)
	}
}
