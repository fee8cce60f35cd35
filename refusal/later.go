package refusal

import (
	"net/http"
	"strconv"
	"time"
)

// RetryAfter is how long a service wants to be left alone, 0 where it does not
// say: milliseconds as AWS writes them, seconds, or a date (RFC 9110, section
// 10.2.3).
func RetryAfter(header http.Header, now time.Time) time.Duration {
	if wait, err := strconv.ParseUint(header.Get("X-Amz-Retry-After"), 10, 31); err == nil {
		return time.Duration(wait) * time.Millisecond
	}
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
}
