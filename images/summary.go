package images

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// String is the line that ends a target in a log.
func (p Pushed) String() string {
	var b strings.Builder
	b.WriteString(p.Name())
	if p.Digest == "" {
		return b.String() + ": nothing was pushed"
	}
	fresh := slices.DeleteFunc(slices.Clone(p.Tags), func(tag string) bool { return slices.Contains(p.Existing, tag) })
	if len(fresh) > 0 {
		b.WriteString(":" + strings.Join(fresh, ", :"))
	}
	b.WriteString(" is " + p.Digest)
	if len(p.Existing) > 0 {
		b.WriteString(", which was there as :" + strings.Join(p.Existing, ", :"))
	}
	switch {
	case p.Size > 0:
		fmt.Fprintf(&b, "; %s, %s of it sent", size(p.Size), size(p.Sent))
	case p.Sent > 0:
		fmt.Fprintf(&b, "; %s sent", size(p.Sent))
	}
	fmt.Fprintf(&b, " in %s", p.Duration.Round(100*time.Millisecond))
	return b.String()
}

// size writes a number of bytes as docker does, in powers of 1000.
func size(bytes int64) string {
	if bytes < 1000 {
		return fmt.Sprintf("%d B", bytes)
	}
	amount, unit := float64(bytes), ""
	for _, unit = range []string{"kB", "MB", "GB", "TB"} {
		if amount /= 1000; amount < 1000 {
			break
		}
	}
	return fmt.Sprintf("%.4g %s", amount, unit)
}
