package policy

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"text/tabwriter"
)

// tableOf shows what each principal needs, and why.
func tableOf(grants []Grant) []byte {
	var b bytes.Buffer
	for i, g := range grants {
		if i > 0 {
			b.WriteByte('\n')
		}
		title := g.Principal + " (" + g.Role + ")"
		if g.Principal == Source {
			title = g.Role
		}
		b.WriteString(oneLine(title) + "\n")
		if g.Empty() {
			b.WriteString("  needs no policy\n")
		}
		t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		for _, s := range g.Statements {
			s.rows(t)
		}
		// A buffer takes everything.
		_ = t.Flush()
		for _, note := range g.Notes {
			fmt.Fprintf(&b, "  note: %s\n", oneLine(note))
		}
	}
	// Columns are padded to their ends.
	return regexp.MustCompile(` +\n`).ReplaceAll(b.Bytes(), []byte("\n"))
}

// rows are as many as there are actions or things that they are allowed on.
func (s Statement) rows(t *tabwriter.Writer) {
	on := append([]string(nil), s.Resources...)
	for _, p := range s.Principals {
		on = append(on, p.ID)
	}
	for _, c := range s.Conditions {
		on = append(on, "if "+c.Key+" "+c.Operator+" "+strings.Join(c.Values, ", "))
	}
	sid, reason := s.Sid, s.Reason
	for i := range max(len(s.Actions), len(on)) {
		_, _ = fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", sid, at(s.Actions, i), oneLine(at(on, i)), oneLine(reason))
		sid, reason = "", ""
	}
}

func at(texts []string, i int) string {
	if i < len(texts) {
		return texts[i]
	}
	return ""
}
