package images_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/awsvars/awsvars/images"
)

// play sends 2 GB in ten layers, five at a time, at 20 MB/s: 100 s.
func play(show func(images.Event)) {
	const (
		layers = 10
		size   = 200_000_000
		step   = 400_000
	)
	id := func(i int) string { return fmt.Sprintf("%012x", i) }
	for i := range layers {
		show(images.Event{Repository: "h/app", Layer: id(i), State: images.Waiting, Total: size})
	}
	for first := 0; first < layers; first += 5 {
		for done := int64(step); done <= size; done += step {
			for i := first; i < first+5; i++ {
				show(images.Event{Repository: "h/app", Layer: id(i), State: images.Sending, Done: done, Total: size})
			}
			time.Sleep(100 * time.Millisecond)
		}
		for i := first; i < first+5; i++ {
			show(images.Event{Repository: "h/app", Layer: id(i), State: images.Sent, Done: size, Total: size})
		}
	}
}

func TestTwoGigabytesAreAboutTwentyLines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		play(images.NewLines(func(line string) { lines = append(lines, line) }).Show)
		all := strings.Join(lines, "\n")
		if len(lines) < 15 || len(lines) > 22 {
			t.Errorf("%d lines:\n%s", len(lines), all)
		}
		if lines[0] != "h/app: pushing layer 000000000000, 200 MB" || strings.Count(all, "pushing layer") != 10 {
			t.Errorf("not a line for each large layer:\n%s", all)
		}
		before := 0
		for _, found := range regexp.MustCompile(`app: (\d+) % of 2 GB, \d+ of 10 layers`).FindAllStringSubmatch(all, -1) {
			share, _ := strconv.Atoi(found[1])
			if share < before+9 {
				t.Errorf("%d %% after %d %%:\n%s", share, before, all)
			}
			before = share
		}
		if before < 85 {
			t.Errorf("the last share is %d %%:\n%s", before, all)
		}
	})
}

// prepare is an engine's work for two targets: a layer of each 100 MB, 10 s
// long, goes to them when it is done, in 50 s.
func prepare(show func(images.Event)) {
	const size, layers, step = 100_000_000, 6, 1_000_000
	send := func(repository string, i int, pause time.Duration) {
		e := images.Event{Repository: repository, Layer: fmt.Sprintf("%012x", i), State: images.Sending, Total: size}
		for ; e.Done < size; e.Done += step {
			show(e)
			time.Sleep(pause)
		}
		e.State = images.Sent
		show(e)
	}
	for i := range layers {
		show(images.Event{Layer: fmt.Sprintf("%012x", i), State: images.Waiting})
	}
	for i := range layers {
		send("", i, 100*time.Millisecond)
		send("h/app", 100+i, time.Millisecond)
		show(images.Event{Repository: "i/app", Layer: fmt.Sprintf("%012x", 100+i), State: images.Waiting, Total: size})
	}
	for i := range layers {
		send("i/app", 100+i, 100*time.Millisecond)
	}
}

// TestLinesOfAnEngineThatPreparesForAll: the share of a target that does not
// know all its layers would go backwards.
func TestLinesOfAnEngineThatPreparesForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		show := images.NewLines(func(line string) { lines = append(lines, line) }).Show
		prepare(show)
		all := strings.Join(lines, "\n")
		for _, want := range []string{"preparing layer 000000000001, 100 MB", "h/app: pushing layer 000000000065, 100 MB"} {
			if !slices.Contains(lines, want) {
				t.Errorf("not %q:\n%s", want, all)
			}
		}
		for subject, want := range map[string]*regexp.Regexp{
			"preparing": regexp.MustCompile(`^preparing: \d+ % of \d+ MB, \d of 6 layers$`),
			"i/app":     regexp.MustCompile(`^i/app: \d+ % of 600 MB, \d of 6 layers$`),
		} {
			shares := 0
			for _, line := range lines {
				if strings.HasPrefix(line, subject+": ") && strings.Contains(line, "%") {
					shares++
					if !want.MatchString(line) {
						t.Errorf("%q", line)
					}
				}
			}
			if shares < 4 {
				t.Errorf("%d shares of %s:\n%s", shares, subject, all)
			}
		}
		show(images.Event{Layer: "b", State: images.Waiting})
		show(images.Event{State: images.Abandoned, Note: "gone\naway"})
		if last := lines[len(lines)-1]; last != `the Docker engine compresses for each registry anew: gone\naway` {
			t.Errorf("%q", last)
		}
		before := len(lines)
		play(show)
		if len(lines) < before+15 {
			t.Errorf("after that, only %q", lines[before:])
		}
	})
}

func TestBarsOfAnEngineThatPreparesForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &screen{t: t}
		bars := images.NewBars(s, func() int { return 60 })
		seen := map[string]bool{}
		prepare(func(e images.Event) {
			bars.Show(e)
			for _, line := range s.lines {
				_, what, _ := strings.Cut(line, ": ")
				what, _, _ = strings.Cut(what, " ")
				seen[what] = true
			}
		})
		if !seen["Preparing"] || !seen["Pushing"] || len(s.lines) != 14 || s.lines[0] != "The push refers to repository [h/app]" || s.lines[1] != "000000000064: Pushed" {
			t.Errorf("%v, %q", seen, s.lines)
		}
		bars.Show(images.Event{Layer: "b", State: images.Sending, Total: 5})
		bars.Show(images.Event{State: images.Abandoned, Note: "gone\naway"})
		if len(s.lines) != 15 || s.lines[14] != `The Docker engine compresses for each registry anew: gone\naway` {
			t.Errorf("%q", s.lines)
		}
	})
}

func TestSmallPushSaysNothingButItsEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		show := images.NewLines(func(line string) { lines = append(lines, line) }).Show
		for _, e := range []images.Event{
			{State: images.Waiting, Total: 1000},
			{State: images.Sending, Done: 500, Total: 1000},
			{State: images.Sent, Done: 1000, Total: 1000},
			// What the transport says after the layer is done counts no more.
			{State: images.Sending, Done: 1000, Total: 20_000_000},
		} {
			e.Repository, e.Layer = "h/app", "a"
			show(e)
			time.Sleep(time.Second)
		}
		if len(lines) != 0 {
			t.Errorf("%q", lines)
		}
	})
}

func TestSlowLayerIsMentionedAndSoIsAFault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		show := images.NewLines(func(line string) { lines = append(lines, line) }).Show
		for done := range int64(7) {
			show(images.Event{Repository: "h/app", Layer: "abc", State: images.Sending, Done: done, Total: 1_000_000})
			time.Sleep(time.Second)
		}
		show(images.Event{Repository: "h/app", Layer: "abc", State: images.Retrying, Note: "reset\nby peer"})
		want := []string{"h/app: pushing layer abc, 1 MB", `h/app: layer abc failed: reset\nby peer`}
		if len(lines) != 2 || lines[0] != want[0] || lines[1] != want[1] {
			t.Errorf("%q, want %q", lines, want)
		}
	})
}

func TestLastLineSaysWhatIsThere(t *testing.T) {
	t.Parallel()
	target := images.Target{Host: "h.example", Repository: "app", Tags: []string{"1", "2", "3"}}
	for want, p := range map[string]images.Pushed{
		"h.example/app:1, :2, :3 is sha256:ab; 2.1 GB, 1.5 MB of it sent in 1m3s":   {Target: target, Digest: "sha256:ab", Size: 2_100_000_000, Sent: 1_500_000, Duration: 63 * time.Second},
		"h.example/app:1, :3 is sha256:ab, which was there as :2; 20 kB sent in 0s": {Target: target, Digest: "sha256:ab", Sent: 20_000, Existing: []string{"2"}},
		"h.example/app is sha256:ab, which was there as :1, :2, :3 in 0s":           {Target: target, Digest: "sha256:ab", Existing: []string{"1", "2", "3"}},
	} {
		if got := p.String(); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// screen is a terminal that knows what Bars uses: up, and clear to the end.
type screen struct {
	t     *testing.T
	lines []string
	row   int
	most  int
}

func (s *screen) Write(p []byte) (int, error) {
	control := regexp.MustCompile(`^\x1b\[(\d+)A\r\x1b\[J`)
	text := string(p)
	if found := control.FindStringSubmatch(text); found != nil {
		up, _ := strconv.Atoi(found[1])
		s.row -= up
		if s.row < 0 {
			s.t.Fatal("above the first line")
		}
		s.lines = s.lines[:s.row]
		text = text[len(found[0]):]
	}
	if strings.ContainsAny(text, "\x1b\r") {
		s.t.Errorf("a control sequence in %q", text)
	}
	if text != "" {
		s.lines = append(s.lines, strings.Split(strings.TrimSuffix(text, "\n"), "\n")...)
	}
	s.row = len(s.lines)
	s.most = max(s.most, s.row)
	return len(p), nil
}

func TestBarsEndAsTheLinesOfDockerPush(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &screen{t: t}
		bars := images.NewBars(s, func() int { return 60 })
		drawn := false
		play(func(e images.Event) {
			bars.Show(e)
			for _, line := range s.lines {
				drawn = drawn || strings.Contains(line, ": Pushing [=========")
				if strings.Contains(line, "Pushing") && len(line) >= 60 {
					t.Fatalf("a row of %d columns", len(line))
				}
			}
		})
		bars.Close()
		if len(s.lines) != 11 || s.lines[0] != "The push refers to repository [h/app]" {
			t.Errorf("%q", s.lines)
		}
		for i, line := range s.lines[1:] {
			if line != fmt.Sprintf("%012x: Pushed", i) {
				t.Errorf("%q", line)
			}
		}
		if !drawn {
			t.Error("no bar was drawn")
		}
		// The heading, ten layers and their rows, and never more of these than
		// are on their way.
		if s.most > 12 {
			t.Errorf("%d lines on the screen", s.most)
		}
	})
}
