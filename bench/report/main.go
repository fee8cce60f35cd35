// Report turns what bench/run measured into Markdown, and checks it against
// the targets.
//
//	report [-check] DIR
package main

import (
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("report: ")
	check := flag.Bool("check", false, "exit 1 if a target is missed")
	flag.Parse()
	m, err := read(flag.Arg(0))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(times(m), "\n", memory(m), "\n", sizes(m), "\n", simulator(m), "\n")
	missed := false
	for _, t := range targets(m) {
		fmt.Println(t)
		missed = missed || !t.met
	}
	if missed && *check {
		os.Exit(1)
	}
}

// times is the table of ratios: how many times as long as the floor that
// connects ahead.
func times(m *measures) string {
	var b strings.Builder
	fmt.Fprintln(&b, "Wall time of the whole process, median; × is the ratio to floor-ahead.")
	row(&b, append([]string{"", "job"}, m.tools...)...)
	rule(&b, len(m.tools)+2)
	for _, variant := range m.variants {
		for _, job := range m.jobs {
			cells := []string{label(variant), job}
			base := m.median(variant, job, "floor-ahead")
			for _, tool := range m.tools {
				cells = append(cells, cell(m.median(variant, job, tool), base))
			}
			row(&b, cells...)
		}
	}
	return b.String()
}

func cell(seconds, base float64) string {
	switch {
	case seconds == 0:
		return "–"
	case base == 0:
		return fmt.Sprintf("%.1f ms", seconds*1000)
	}
	return fmt.Sprintf("%.2f × (%.1f ms)", seconds/base, seconds*1000)
}

func label(variant string) string {
	scheme, rtt, _ := strings.Cut(variant, "-")
	return scheme + ", " + rtt + " ms"
}

func memory(m *measures) string {
	var b strings.Builder
	fmt.Fprintln(&b, "Peak memory in MB, the largest over all transports.")
	row(&b, append([]string{"job"}, m.tools...)...)
	rule(&b, len(m.tools)+1)
	for _, job := range m.jobs {
		cells := []string{job}
		for _, tool := range m.tools {
			text := "–"
			if kilobytes := m.largest("memory", tool, job); kilobytes > 0 {
				text = fmt.Sprintf("%.1f", kilobytes*1024/1e6)
			}
			cells = append(cells, text)
		}
		row(&b, cells...)
	}
	return b.String()
}

func sizes(m *measures) string {
	var parts []string
	for _, tool := range m.tools {
		if bytes := m.largest("binary", tool, ""); bytes > 0 {
			parts = append(parts, fmt.Sprintf("%s %.1f MB", tool, bytes/1e6))
		}
	}
	return "Binary, stripped: " + strings.Join(parts, ", ") + ".\n"
}

// simulator shows that the simulator is not what is measured.
func simulator(m *measures) string {
	most := 0.0
	for _, job := range m.jobs {
		most = max(most, m.largest("simulator", job, ""))
	}
	if most == 0 {
		return ""
	}
	return fmt.Sprintf("The simulator takes at most %.2f ms of CPU for a request, its connection and handshake included.\n", most/1000)
}

func row(b *strings.Builder, cells ...string) {
	fmt.Fprintf(b, "| %s |\n", strings.Join(cells, " | "))
}

func rule(b *strings.Builder, columns int) {
	fmt.Fprintf(b, "|%s\n", strings.Repeat("---|", columns))
}
