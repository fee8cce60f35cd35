package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// measures are what bench/run left in its directory.
type measures struct {
	variants, jobs, tools []string
	// seconds are the runs of all rounds.
	seconds map[[3]string][]float64
	facts   []fact
}

// fact is a number that hyperfine does not measure: a size in bytes, memory
// in kilobytes, microseconds of the simulator's.
type fact struct {
	kind, tool, job, variant string
	number                   float64
}

func read(dir string) (*measures, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.*.*.*.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("reading %q: no file of hyperfine's is there", dir)
	}
	m := &measures{seconds: map[[3]string][]float64{}}
	for _, file := range files {
		if err := m.add(file); err != nil {
			return nil, fmt.Errorf("reading %q: %w", file, err)
		}
	}
	// The order of the tools is that of the story, not of the alphabet.
	order := []string{"floor-ahead", "floor", "awsvars", "ecr-login", "awscli"}
	slices.SortFunc(m.tools, func(a, b string) int { return slices.Index(order, a) - slices.Index(order, b) })
	return m, m.addFacts(filepath.Join(dir, "facts"))
}

// add reads VARIANT.JOB.ROUND.TOOL.json.
func (m *measures) add(file string) error {
	parts := strings.Split(filepath.Base(file), ".")
	variant, job, tool := parts[0], parts[1], parts[3]
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var export struct {
		Results []struct {
			Times []float64 `json:"times"`
		} `json:"results"`
	}
	if err := json.Unmarshal(text, &export); err != nil {
		return err
	}
	for _, result := range export.Results {
		key := [3]string{variant, job, tool}
		m.seconds[key] = append(m.seconds[key], result.Times...)
	}
	m.variants, m.jobs, m.tools = once(m.variants, variant), once(m.jobs, job), once(m.tools, tool)
	return nil
}

func once(list []string, item string) []string {
	if slices.Contains(list, item) {
		return list
	}
	return append(list, item)
}

func (m *measures) addFacts(file string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		var a fact
		if _, err := fmt.Sscan(lines.Text(), &a.kind, &a.tool, &a.job, &a.variant, &a.number); err != nil {
			return fmt.Errorf("reading %q: %w", lines.Text(), err)
		}
		m.facts = append(m.facts, a)
	}
	return lines.Err()
}

// median is in seconds, 0 where nothing was measured.
func (m *measures) median(variant, job, tool string) float64 {
	seconds := slices.Sorted(slices.Values(m.seconds[[3]string{variant, job, tool}]))
	if len(seconds) == 0 {
		return 0
	}
	return (seconds[(len(seconds)-1)/2] + seconds[len(seconds)/2]) / 2
}

// largest of the facts; an empty tool or job stands for all.
func (m *measures) largest(kind, tool, job string) float64 {
	most := 0.0
	for _, f := range m.facts {
		if f.kind == kind && (tool == "" || f.tool == tool) && (job == "" || f.job == job) {
			most = max(most, f.number)
		}
	}
	return most
}
