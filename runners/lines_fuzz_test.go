package runners

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/awsvars/awsvars/variables"
)

// The readers here are written from the pages that the formats name, and know
// nothing of the writers. They stand in for programs that take too long to
// start for a fuzz test; readers_test.go has the programs.

// FuzzLines gives a value to each format of one line: what is written means
// this value to its reader, or nothing is written.
func FuzzLines(f *testing.F) {
	for _, value := range nasty() {
		f.Add(value)
	}
	readers := map[string]func(string) (string, bool){
		"json": readJSONLine, "properties": readPropertiesLine, "powershell": readPowerShellLine, "cmd": readCmdLine, "docker": readDockerLine,
	}
	f.Fuzz(func(t *testing.T, value string) {
		for name, read := range readers {
			line, err := formatCalled(name).line("V", value)
			if err != nil {
				if len(value) > 10 && strings.Contains(err.Error(), value) {
					t.Errorf("the error of %s quotes the value: %v", name, err)
				}
				continue
			}
			if strings.ContainsAny(line, "\n\r") && name != "docker" {
				t.Errorf("%s writes more than a line: %q", name, line)
			}
			if got, ok := read(line); !ok || got != value {
				t.Errorf("%s: %q is written as %q, which means %q", name, value, line, got)
			}
		}
	})
}

func readJSONLine(line string) (string, bool) {
	var object map[string]string
	err := json.Unmarshal([]byte("{"+line+"}"), &object)
	return object["V"], err == nil
}

// readPropertiesLine follows java.util.Properties.load.
func readPropertiesLine(line string) (string, bool) {
	text, ok := strings.CutPrefix(line, "V=")
	var units []uint16
	text = strings.TrimLeft(text, " \t\f")
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			units = append(units, uint16(text[i])) // ISO 8859-1
			continue
		}
		if i++; i == len(text) {
			return "", false // the line would go on in the next one
		}
		if text[i] != 'u' {
			units = append(units, uint16(text[i]))
			continue
		}
		unit, err := strconv.ParseUint(text[i+1:i+5], 16, 16)
		if err != nil {
			return "", false
		}
		units, i = append(units, uint16(unit)), i+4
	}
	return string(utf16.Decode(units)), ok
}

// readPowerShellLine follows about_Quoting_Rules: between single quotes only
// the quote is special, in each of its typographic forms.
func readPowerShellLine(line string) (string, bool) {
	text, ok := strings.CutPrefix(line, "$env:V = ")
	var units []uint16
	for text != "" {
		switch {
		case strings.HasPrefix(text, " + "):
			text = text[3:]
		case strings.HasPrefix(text, "[char]"):
			text = text[len("[char]"):]
			end := len(text) - len(strings.TrimLeft(text, "0123456789"))
			unit, err := strconv.ParseUint(text[:end], 10, 16)
			if err != nil {
				return "", false
			}
			units, text = append(units, uint16(unit)), text[end:]
		case text[0] == '\'':
			var part string
			if part, text, ok = singleQuoted(text[1:]); !ok {
				return "", false
			}
			units = append(units, utf16.Encode([]rune(part))...)
		default:
			return "", false
		}
	}
	return string(utf16.Decode(units)), ok
}

func singleQuoted(text string) (part, rest string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] > '~' || text[i] < ' ':
			return "", "", false
		case text[i] != '\'':
			b.WriteByte(text[i])
		case i+1 < len(text) && text[i+1] == '\'':
			b.WriteByte('\'')
			i++
		default:
			return b.String(), text[i+1:], true
		}
	}
	return "", "", false
}

// readCmdLine reads as cmd does: %% first, then quotes, carets and operators,
// and set takes what stands between its first and its last quote.
func readCmdLine(line string) (string, bool) {
	text, ok := strings.CutPrefix(line, "set ")
	if strings.Contains(strings.ReplaceAll(text, "%%", ""), "%") {
		return "", false
	}
	text = strings.ReplaceAll(text, "%%", "%")
	var b strings.Builder
	for quoted, i := false, 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '^':
			if i++; i == len(text) {
				return "", false
			}
		case strings.IndexByte("&|<>()", c) >= 0:
			return "", false
		}
		b.WriteByte(text[i])
	}
	text = b.String()
	first, last := strings.IndexByte(text, '"'), strings.LastIndexByte(text, '"')
	if first != 0 || last != len(text)-1 || first == last {
		return "", false
	}
	value, found := strings.CutPrefix(text[1:last], "V=")
	return value, ok && found
}

// readDockerLine reads the lines of an env file as Docker does.
func readDockerLine(line string) (string, bool) {
	lines := strings.Split(line+"\n", "\n")
	if len(lines) != 2 {
		return "", false
	}
	return strings.CutPrefix(strings.TrimSuffix(lines[0], "\r"), "V=")
}

// FuzzGitHub gives two values to the files of GitHub Actions: a reader finds
// these two, under their names, or nothing was written.
func FuzzGitHub(f *testing.F) {
	for _, value := range nasty() {
		f.Add(value, "second")
		f.Add("first", value)
	}
	f.Add("x\n"+sealedDelimiter+"\nPATH<<"+delimiter, "/evil")
	f.Add("x\n"+delimiter+"\nPATH<<"+delimiter, "/evil\n"+delimiter)
	f.Fuzz(func(t *testing.T, one, two string) {
		h, err := handoverOf(setOf(t, one, two), settings(t, nil))
		if err != nil {
			return
		}
		a := githubAddition("GITHUB_OUTPUT", "", h.outputs)
		compare(t, "output", parse(t, string(a.content)), map[string]string{"v0": one, "v1": two})
		if sealed := (&appended{addition: a}).sealed(); readsPart(string(sealed)) {
			t.Error("something is set while the seal is closed")
		}
	})
}

// FuzzMasks: a mask is one command of one line, and what it hides can be read
// from it.
func FuzzMasks(f *testing.F) {
	for _, value := range nasty() {
		f.Add(value)
	}
	f.Add("a\n::set-output name=x::y\n::stop-commands::z")
	f.Fuzz(func(t *testing.T, value string) {
		var log bytes.Buffer
		if err := writeMasks(&log, []variables.Secret{variables.NewSecret(value)}); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(log.String()) {
			if !strings.HasPrefix(line, "::add-mask::") || !strings.HasSuffix(line, "\n") {
				t.Errorf("the mask of %q has the line %q", value, line)
			}
		}
	})
}

// FuzzBamboo: what arrives is the value whether its reader unescapes or not.
func FuzzBamboo(f *testing.F) {
	for _, value := range nasty() {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if checkBamboo(value) != nil {
			return
		}
		if got, ok := readPropertiesLine("V=" + value); !ok || got != value {
			t.Errorf("%q is read as %q", value, got)
		}
		if lines := strings.Split(value, "\n"); len(lines) != 1 || strings.TrimSpace(value) != value {
			t.Errorf("%q is let pass", value)
		}
	})
}
