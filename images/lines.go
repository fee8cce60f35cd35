package images

import (
	"fmt"
	"strings"
	"time"

	"github.com/awsvars/awsvars/refusal"
)

// What is worth a line of a log: a layer of this size, or one that has taken
// that long; and the share that is done, so often at most, when it has grown
// by a tenth or nothing was said for half a minute.
const (
	worthBytes    = 10_000_000
	worthTime     = 5 * time.Second
	shareEvery    = 5 * time.Second
	shareStep     = 0.1
	shareAnywhere = 30 * time.Second
)

// Lines says in a log what is going on: a line for a large layer, one for
// each tenth, one for each attempt that failed, and one at the end of each
// target. The push of 2 GB is about 20 lines. Where an engine prepares the
// layers for all targets, shares are of that first.
type Lines struct {
	say     func(line string)
	targets map[string]*progress
}

// NewLines calls say for each line, which has no control characters in it.
func NewLines(say func(line string)) *Lines {
	return &Lines{say: say, targets: map[string]*progress{}}
}

// progress is what is known of a target's layers.
type progress struct {
	layers map[string]*layerProgress
	// told is when the share was said last, or when the first layer went.
	told  time.Time
	share float64
}

type layerProgress struct {
	Event
	since time.Time
	// mentioned tells that there was a line for it.
	mentioned bool
}

// Show takes an event; it is for Options.Progress.
func (l *Lines) Show(e Event) {
	if e.State == Abandoned {
		clear(l.targets)
		l.say("the Docker engine compresses for each registry anew: " + refusal.Line(e.Note))
		return
	}
	now := time.Now()
	target := l.targets[e.Repository]
	if target == nil {
		target = &progress{layers: map[string]*layerProgress{}, told: now}
		l.targets[e.Repository] = target
	}
	layer := target.take(e, now)
	if layer == nil {
		return
	}
	switch e.State {
	case Retrying:
		l.say(fmt.Sprintf("%s%s failed: %s", subject(e.Repository), noun(e.Layer), refusal.Line(e.Note)))
	case Sending:
		if !layer.mentioned && (e.Total >= worthBytes || now.Sub(layer.since) >= worthTime) {
			layer.mentioned = true
			l.say(fmt.Sprintf("%s%s %s, %s", subject(e.Repository), doing(e.Repository), noun(e.Layer), size(e.Total)))
		}
		l.tell(e.Repository, target, now)
	}
}

// take notes an event, and returns nil where the layer was done already.
func (p *progress) take(e Event, now time.Time) *layerProgress {
	layer := p.layers[e.Layer]
	if layer == nil {
		layer = &layerProgress{since: now}
		if e.State == Retrying {
			// A manifest, or a question, which is none of the layers.
			return layer
		}
		p.layers[e.Layer] = layer
	}
	if layer.State.Final() {
		return nil
	}
	if e.State == Sending && layer.State != Sending {
		layer.since = now
	}
	e.Total = max(e.Total, layer.Total)
	layer.Event = e
	return layer
}

func (l *Lines) tell(repository string, target *progress, now time.Time) {
	done, total, finished := target.sum()
	if total == 0 || now.Sub(target.told) < shareEvery || repository != "" && l.preparing() {
		return
	}
	share := float64(done) / float64(total)
	if share-target.share < shareStep && now.Sub(target.told) < shareAnywhere {
		return
	}
	target.share, target.told = share, now
	if repository == "" {
		repository = doing(repository)
	}
	l.say(fmt.Sprintf("%s: %.0f %% of %s, %d of %d layers", repository, 100*share, size(total), finished, len(target.layers)))
}

// preparing tells that more layers will come to the targets than they know of.
func (l *Lines) preparing() bool {
	all := l.targets[""]
	if all == nil {
		return false
	}
	_, _, finished := all.sum()
	return finished < len(all.layers)
}

func (p *progress) sum() (done, total int64, finished int) {
	for _, layer := range p.layers {
		total += layer.Total
		if layer.State.Final() {
			done += layer.Total
			finished++
		} else {
			done += min(layer.Done, layer.Total)
		}
	}
	return done, total, finished
}

// subject begins a line, and has nothing to say of what is done for all.
func subject(repository string) string {
	if repository == "" {
		return ""
	}
	return repository + ": "
}

// doing is what happens to a layer that is on its way: where it goes to no
// target yet, the engine compresses it.
func doing(repository string) string {
	if repository == "" {
		return "preparing"
	}
	return "pushing"
}

// noun is what a step is about: a layer by its digest, or another thing by its
// name.
func noun(layer string) string {
	if strings.ContainsFunc(layer, func(r rune) bool { return !strings.ContainsRune("0123456789abcdef", r) }) {
		return refusal.Line(layer)
	}
	return "layer " + layer
}
