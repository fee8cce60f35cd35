package doctor

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"strings"
)

// The forms of a report.
const (
	FormText     = "text"
	FormJSON     = "json"
	FormMarkdown = "markdown"
	FormJUnit    = "junit"
)

// Forms are the names of all.
func Forms() []string { return []string{FormText, FormJSON, FormMarkdown, FormJUnit} }

// Write writes the report in a form.
func (r Report) Write(form string) []byte {
	switch form {
	case FormJSON:
		return r.json()
	case FormMarkdown:
		return r.markdown()
	case FormJUnit:
		return r.junit()
	}
	return r.Text()
}

func (r Report) json() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	// Texts cannot fail.
	_ = encoder.Encode(r)
	return b.Bytes()
}

// markdown is a table, and below it what mends each station.
func (r Report) markdown() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# awsvars doctor %s\n\n%s\n\n| | station | found |\n|---|---|---|\n", r.Task, inMarkdown(r.Summary()))
	for _, v := range r.Verdicts {
		fmt.Fprintf(&b, "| %s | %s | %s |\n", v.State.sign(), inMarkdown(v.Station), inMarkdown(v.line()))
	}
	for _, v := range r.Verdicts {
		if len(v.Causes)+len(v.Remedies) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n**%s %s**", v.State.sign(), inMarkdown(strings.TrimSpace(v.Station+" "+v.Subject)))
		if len(v.Causes) > 0 {
			fmt.Fprintf(&b, ", cause: %s", inMarkdown(v.causes()))
		}
		b.WriteString("\n")
		for _, remedy := range v.Remedies {
			lines := linesOf(remedy)
			fence := strings.Repeat("`", longestRun(remedy)+3)
			fmt.Fprintf(&b, "\n%s\n%s\n%s\n", fence, strings.Join(lines, "\n"), fence)
		}
	}
	return b.Bytes()
}

// longestRun is the longest run of backticks, which a fence must outdo.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// inMarkdown keeps a text from being anything but text, in a table too.
func inMarkdown(text string) string {
	return strings.NewReplacer(
		`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "*", `\*`, "_", `\_`, "`", "\\`", "[", `\[`, "]", `\]`, "~", `\~`, "\n", " ", "@", "&#64;", "#", `\#`, "://", ":&#47;/",
	).Replace(text)
}

type suites struct {
	XMLName xml.Name `xml:"testsuites"`
	Suite   suite    `xml:"testsuite"`
}

type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testCase `xml:"testcase"`
}

type testCase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	Time    string   `xml:"time,attr"`
	Failure *outcome `xml:"failure,omitempty"`
	Skipped *outcome `xml:"skipped,omitempty"`
	Output  string   `xml:"system-out,omitempty"`
}

type outcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

// junit is the form that CI systems show as tests: a station is a test, and
// what is unknown was skipped.
func (r Report) junit() []byte {
	s := suite{Name: "awsvars doctor " + r.Task, Tests: len(r.Verdicts), Failures: r.count(Failed), Skipped: r.count(Skipped) + r.count(Unknown)}
	for _, v := range r.Verdicts {
		c := testCase{Class: "awsvars.doctor", Name: strings.TrimSpace(v.Station + " " + v.Subject), Time: fmt.Sprintf("%.3f", v.Took.Seconds())}
		var rest []string
		if len(v.Causes) > 0 {
			rest = append(rest, "cause: "+v.causes())
		}
		for _, remedy := range v.Remedies {
			rest = append(rest, "mend: "+strings.Join(linesOf(remedy), "\n"))
		}
		text := strings.Join(rest, "\n")
		switch v.State {
		case Failed:
			c.Failure = &outcome{v.Text, string(v.Kind), text}
		case Skipped, Unknown:
			c.Skipped = &outcome{Message: v.Text, Text: text}
		default:
			c.Output = strings.TrimSpace(v.Text + "\n" + text)
		}
		s.Cases = append(s.Cases, c)
	}
	// Texts and numbers cannot fail; what XML cannot hold becomes U+FFFD.
	text, _ := xml.MarshalIndent(suites{Suite: s}, "", "  ")
	return append(append([]byte(xml.Header), text...), '\n')
}
