package main

import "fmt"

// target is one thing that must hold (issue 2, "What it must show", point 5).
type target struct {
	text     string
	is, most float64
	unit     string
	met      bool
}

func (t target) String() string {
	verdict := "missed"
	if t.met {
		verdict = "met   "
	}
	return fmt.Sprintf("%s  %s: %.3g%s, at most %g%s", verdict, t.text, t.is, t.unit, t.most, t.unit)
}

// targets leaves out those for which something was not measured.
func targets(m *measures) []target {
	var found []target
	add := func(text string, is, most float64, unit string) {
		found = append(found, target{text, is, most, unit, is <= most})
	}
	ratio := func(text string, a, b, most float64) {
		if a > 0 && b > 0 {
			add(text, a/b, most, " ×")
		}
	}
	const far = "https-20"
	for _, job := range []string{"J1", "J2", "J3"} {
		ratio(job+" over https at 20 ms, to the floor that connects ahead", m.median(far, job, "awsvars"), m.median(far, job, "floor-ahead"), 1.1)
	}
	ratio("J4 over https at 20 ms, to J1", m.median(far, "J4", "awsvars"), m.median(far, "J1", "awsvars"), 1.5)
	ratio("J1 over http at 0 ms, to the plain floor", m.median("http-0", "J1", "awsvars"), m.median("http-0", "J1", "floor"), 2.5)
	ratio("J1 over http at 0 ms, to a thirtieth of awscli", m.median("http-0", "J1", "awsvars"), m.median("http-0", "J1", "awscli")/30, 1)
	for _, job := range m.jobs {
		if made, needed := m.largest("requests", "awsvars", job), m.largest("requests", "floor", job); made > 0 && needed > 0 {
			add("requests of "+job, made, needed, "")
		}
	}
	if memory := m.largest("memory", "awsvars", ""); memory > 0 {
		add("peak memory", memory*1024/1e6, 24, " MB")
	}
	if size := m.largest("binary", "awsvars", ""); size > 0 {
		add("binary, stripped", size/1e6, 18, " MB")
	}
	return found
}
