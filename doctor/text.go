package doctor

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/refusal"
)

// sign is a state at a glance; the words beside it say the same.
func (s State) sign() string {
	return map[State]string{OK: "✓", Warning: "!", Failed: "✗", Unknown: "?", Skipped: "–"}[s]
}

// width is that of the longest station's name and two blanks.
const width = 15

// Text is a checklist for a terminal and for logs.
func (r Report) Text() []byte {
	var b bytes.Buffer
	for _, v := range r.Verdicts {
		fmt.Fprintf(&b, "%s %-*s %s\n", v.State.sign(), width, v.Station, v.line())
		indent := strings.Repeat(" ", width+3)
		if len(v.Causes) > 0 {
			fmt.Fprintf(&b, "%scause: %s\n", indent, v.causes())
		}
		for _, remedy := range v.Remedies {
			lines := linesOf(remedy)
			fmt.Fprintf(&b, "%smend:  %s\n", indent, strings.Join(lines, "\n"+indent+"       "))
		}
	}
	fmt.Fprintf(&b, "\n%s\n", r.Summary())
	return b.Bytes()
}

// line is the subject and what was found.
func (v Verdict) line() string {
	text := v.Text
	if v.Subject != "" {
		text = v.Subject + ": " + text
	}
	switch v.State {
	case Warning, Unknown, Skipped:
		text = string(v.State) + ": " + text
	}
	return text
}

// causes names one, or says that it is one of several.
func (v Verdict) causes() string {
	var names []string
	for _, c := range v.Causes {
		names = append(names, string(c))
	}
	if len(names) == 1 {
		return names[0]
	}
	return "one of these, AWS does not tell which: " + strings.Join(names, ", ")
}

// linesOf keeps the lines of a remedy, and no other control character.
func linesOf(text string) []string {
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	for i, line := range lines {
		lines[i] = refusal.Line(line)
	}
	return lines
}

// Summary is a report in one sentence.
func (r Report) Summary() string {
	worst := r.Worst()
	if worst == nil {
		return strings.TrimSuffix(fmt.Sprintf("nothing failed: %d ok%s", r.count(OK), r.rest()), " ")
	}
	return fmt.Sprintf("%d failed, mend this first: %s; %d ok%s", r.count(Failed), worst.Station, r.count(OK), r.rest())
}

func (r Report) rest() string {
	text := ""
	for _, s := range []struct {
		state State
		word  string
	}{{Warning, "to look at"}, {Unknown, "unknown"}, {Skipped, "skipped"}} {
		if n := r.count(s.state); n > 0 {
			text += fmt.Sprintf(", %d %s", n, s.word)
		}
	}
	return text
}
