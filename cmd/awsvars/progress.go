package main

import (
	"sync"

	"github.com/awsvars/awsvars/images"
)

// progress shows a push as bars on a terminal, and in calm lines in a log.
func (o *opening) progress() (show func(images.Event), done func()) {
	if o.width != nil && o.values.Text("log-format") == "text" {
		bars := images.NewBars(o.stderr, o.width)
		return bars.Show, sync.OnceFunc(bars.Close)
	}
	lines := images.NewLines(func(line string) { o.log.Info("push", "text", line) })
	return lines.Show, func() {}
}
