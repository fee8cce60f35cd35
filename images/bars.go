package images

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/awsvars/awsvars/refusal"
)

// Bars draws a push on a terminal as docker push does: a row for each layer
// that is on its way, and a line above them for each that is done. Both kinds
// of source look the same, and layers that wait take one row together, so that
// the rows fit the screen.
type Bars struct {
	w     io.Writer
	width func() int
	// targets are the repositories in the order of their first event.
	targets []string
	layers  map[string]*progress
	// rows are the layers on their way, drawn how many rows are on the screen.
	rows  []rowKey
	drawn int
	last  time.Time
}

type rowKey struct{ repository, layer string }

// redraw is how often a reader can follow.
const redraw = 100 * time.Millisecond

// NewBars draws on w, which is a terminal that knows ANSI's control sequences
// and has width columns at the moment.
func NewBars(w io.Writer, width func() int) *Bars {
	return &Bars{w: w, width: width, layers: map[string]*progress{}}
}

// Show takes an event; it is for Options.Progress. A terminal that is gone is
// no reason to stop a push: nothing is said about it.
func (b *Bars) Show(e Event) {
	if e.State == Abandoned {
		b.rows, b.layers = nil, map[string]*progress{}
		b.draw([]string{"The Docker engine compresses for each registry anew: " + refusal.Line(e.Note)})
		return
	}
	var above []string
	target := b.layers[e.Repository]
	if target == nil {
		target = &progress{layers: map[string]*layerProgress{}}
		b.layers[e.Repository] = target
	}
	if e.Repository != "" && !slices.Contains(b.targets, e.Repository) {
		b.targets = append(b.targets, e.Repository)
		above = append(above, "The push refers to repository ["+refusal.Line(e.Repository)+"]")
	}
	now := time.Now()
	layer := target.take(e, now)
	if layer == nil {
		return
	}
	key := rowKey{e.Repository, e.Layer}
	if place := slices.Index(b.rows, key); e.State == Sending && place < 0 {
		b.rows = append(b.rows, key)
	} else if e.State != Sending && place >= 0 {
		b.rows = slices.Delete(b.rows, place, place+1)
	}
	if line := b.final(e); line != "" {
		above = append(above, line)
	}
	if len(above) == 0 && now.Sub(b.last) < redraw {
		return
	}
	b.last = now
	b.draw(above)
}

// Close takes the rows away that are not done.
func (b *Bars) Close() {
	b.rows, b.layers = nil, map[string]*progress{}
	b.draw(nil)
}

// final is the line that stays, in the words of docker push.
func (b *Bars) final(e Event) string {
	words := map[State]string{Sent: "Pushed", Present: "Layer already exists", Mounted: "Mounted"}[e.State]
	if e.State == Retrying {
		words = "Retrying: " + e.Note
	}
	if words == "" || e.Repository == "" && e.State.Final() {
		return ""
	}
	return refusal.Line(e.Layer+": "+words) + b.where(e.Repository)
}

// where tells the targets of a row apart.
func (b *Bars) where(repository string) string {
	if len(b.targets) < 2 || repository == "" {
		return ""
	}
	return " (" + refusal.Line(repository) + ")"
}

func (b *Bars) draw(above []string) {
	var screen strings.Builder
	if b.drawn > 0 {
		// Up to the first row, and everything below it away.
		fmt.Fprintf(&screen, "\x1b[%dA\r\x1b[J", b.drawn)
	}
	for _, line := range above {
		screen.WriteString(line + "\n")
	}
	rows := b.lines()
	for _, row := range rows {
		screen.WriteString(cut(row, b.width()-1) + "\n")
	}
	b.drawn = len(rows)
	_, _ = io.WriteString(b.w, screen.String())
}

func (b *Bars) lines() []string {
	var rows []string
	for _, key := range b.rows {
		e := b.layers[key.repository].layers[key.layer].Event
		verb := "Pushing"
		if key.repository == "" {
			verb = "Preparing"
		}
		rows = append(rows, fmt.Sprintf("%s: %s %s%s", refusal.Line(key.layer), verb, bar(e.Done, e.Total), b.where(key.repository)))
	}
	waiting := 0
	for _, target := range b.layers {
		for _, layer := range target.layers {
			if layer.State == Waiting {
				waiting++
			}
		}
	}
	if waiting > 0 {
		rows = append(rows, fmt.Sprintf("%d more waiting", waiting))
	}
	return rows
}

// bar has 50 columns, as docker's.
func bar(done, total int64) string {
	if total <= 0 {
		return size(done)
	}
	const columns = 50
	full := int(min(done, total) * columns / total)
	line := strings.Repeat("=", full)
	if full < columns {
		line += ">" + strings.Repeat(" ", columns-full-1)
	}
	return fmt.Sprintf("[%s] %s/%s", line, size(done), size(total))
}

// cut keeps a row on one line of the terminal; else going up would miss.
func cut(row string, columns int) string {
	runes := []rune(row)
	if columns > 0 && len(runes) > columns {
		return string(runes[:columns])
	}
	return row
}
