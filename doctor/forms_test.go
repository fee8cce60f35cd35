package doctor_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/awsvars/awsvars/doctor"
)

// FuzzForms: whatever a name from outside holds, each form is one, and no line
// of it begins with what is not ours.
func FuzzForms(f *testing.F) {
	for _, text := range []string{"plain", "a\nb", "::error::x", "]]>", `"&<>'`, "\x00\x1b[2J", "| `x` |", "```\n```", "\xff", "##vso[task.setvariable]", "\u2028"} {
		f.Add(text, text)
	}
	f.Fuzz(func(t *testing.T, text, remedy string) {
		v := doctor.Verdict{Station: "hop 1 of 1", Subject: text, Text: text, Remedies: []string{remedy}, Causes: []doctor.Cause{doctor.MFA, doctor.TrustPolicy}}
		r := doctor.Report{Task: "ecr"}
		for _, state := range []doctor.State{doctor.OK, doctor.Warning, doctor.Failed, doctor.Unknown, doctor.Skipped} {
			v.State = state
			r.Verdicts = append(r.Verdicts, v.Clean())
		}
		for _, line := range strings.Split(string(r.Write(doctor.FormText)), "\n") {
			sign, _ := utf8.DecodeRuneInString(line)
			if line != "" && !strings.ContainsRune("✓!✗?– 1", sign) {
				t.Errorf("a line begins with %q", line)
			}
		}
		var read doctor.Report
		if err := json.Unmarshal(r.Write(doctor.FormJSON), &read); err != nil || len(read.Verdicts) != 5 {
			t.Errorf("%v in %s", err, r.Write(doctor.FormJSON))
		}
		cases := 0
		for d := xml.NewDecoder(bytes.NewReader(r.Write(doctor.FormJUnit))); ; {
			token, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%v in %s", err, r.Write(doctor.FormJUnit))
			}
			if start, is := token.(xml.StartElement); is && start.Name.Local == "testcase" {
				cases++
			}
		}
		if cases != 5 {
			t.Errorf("%d cases in %s", cases, r.Write(doctor.FormJUnit))
		}
		rows := 0
		for _, line := range strings.Split(string(r.Write(doctor.FormMarkdown)), "\n") {
			if strings.HasPrefix(line, "| ") && strings.HasSuffix(line, " |") {
				rows++
			}
		}
		if rows < 6 {
			t.Errorf("%d rows in %s", rows, r.Write(doctor.FormMarkdown))
		}
	})
}
