package profiles

import "strings"

// document is the text of a file, cut at its lines and section headers.
// Joined, lines are the text again.
type document struct {
	lines    []string
	sections []section
	// ending is the file's own kind of line end.
	ending string
}

// section is a header and what belongs to it.
type section struct {
	// name are the words in the header, with one blank between them.
	name string
	// start is the line of the header. end is behind the last line that says
	// something: blank lines and comments there belong to what follows.
	start, end int
	// marked tells whether the section is ours.
	marked bool
	// broken is a header that AWS tools read differently, such as [name] text:
	// the SDK for Go skips it, Python's configparser opens a section.
	broken bool
}

const byteOrderMark = "\ufeff"

func parse(text string) document {
	d := document{ending: "\n"}
	if rest, has := strings.CutPrefix(text, byteOrderMark); has {
		// Apart from the first line, so that the mark stays in its place.
		d.lines, text = append(d.lines, byteOrderMark), rest
	}
	for line := range strings.Lines(text) {
		d.lines = append(d.lines, line)
	}
	if first, _, _ := strings.Cut(text, "\n"); strings.HasSuffix(first, "\r") {
		d.ending = "\r\n"
	}
	for i, line := range d.lines {
		if name, broken, is := header(line); is {
			d.sections = append(d.sections, section{name: name, start: i, broken: broken})
		}
	}
	for i := range d.sections {
		d.close(i)
	}
	return d
}

// close finds the mark and the end of section i.
func (d *document) close(i int) {
	s := &d.sections[i]
	least := s.start + 1
	s.end = len(d.lines)
	if i+1 < len(d.sections) {
		s.end = d.sections[i+1].start
	}
	if least < s.end && strings.HasPrefix(d.lines[least], mark) {
		s.marked = true
		least++
	}
	for s.end > least && saysNothing(d.lines[s.end-1]) {
		s.end--
	}
}

// saysNothing is true for blank lines and comments.
func saysNothing(line string) bool {
	rest := strings.TrimLeft(line, " \t")
	return strings.TrimSpace(line) == "" || rest[0] == '#' || rest[0] == ';'
}

// header reads [name] and [kind name], with a comment behind it or not, as the
// SDK for Go does (internal/ini of aws-sdk-go-v2/config). Blanks between kind
// and name count as one.
func header(line string) (name string, broken, is bool) {
	text, _, _ := strings.Cut(line, "#")
	text, _, _ = strings.Cut(text, ";")
	text, opens := strings.CutPrefix(strings.TrimSpace(text), "[")
	text, closes := strings.CutSuffix(text, "]")
	if !opens || !closes {
		line, is = strings.CutPrefix(strings.TrimSpace(line), "[")
		return words(line[:max(0, strings.LastIndex(line, "]"))]), true, is
	}
	return words(text), false, true
}

func words(text string) string {
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, " \t"); i > 0 {
		text = text[:i] + " " + strings.TrimLeft(text[i:], " \t")
	}
	return text
}

// credentialsKey finds the first line of s that says where credentials come
// from, as opposed to a region or an output format. Its key is empty if there
// is none.
func (d document) credentialsKey(s section) (key string, line int) {
	for i := s.start + 1; i < s.end; i++ {
		if saysNothing(d.lines[i]) {
			continue
		}
		if end := strings.IndexAny(d.lines[i], "=:"); end >= 0 {
			if key := saysCredentials(strings.ToLower(strings.TrimSpace(d.lines[i][:end]))); key != "" {
				return key, i
			}
		}
	}
	return "", 0
}

// saysCredentials returns the key, or the family that it is of (AWS SDKs and
// Tools Reference Guide, "Settings reference").
func saysCredentials(key string) string {
	switch key {
	case "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "role_arn", "source_profile", "credential_source",
		"credential_process", "web_identity_token_file", "login_session":
		return key
	}
	if strings.HasPrefix(key, "sso_") {
		return "sso_*"
	}
	return ""
}

// replace puts block in the place of the first of the old sections and drops
// the others, each with the blank line above it. Without an old one, block
// gets to the end, behind a blank line. An empty block only drops.
func (d document) replace(old []section, block string) string {
	var out []string
	from := 0
	for _, s := range old {
		out = append(out, d.lines[from:s.start]...)
		if block == "" && len(out) > 0 && strings.TrimRight(out[len(out)-1], "\r\n") == "" {
			out = out[:len(out)-1]
		}
		out = d.ended(out)
		if block != "" {
			out, block = append(out, block), ""
		}
		from = s.end
	}
	out = append(out, d.lines[from:]...)
	if block != "" {
		if out = d.ended(out); len(out) > 0 {
			out = append(out, d.ending)
		}
		out = append(out, block)
	}
	return strings.Join(out, "")
}

// ended closes a last line, and the byte order mark: the SDK for Go reads no
// header behind it.
func (d document) ended(lines []string) []string {
	if len(lines) == 0 || strings.HasSuffix(lines[len(lines)-1], "\n") {
		return lines
	}
	if strings.HasSuffix(lines[len(lines)-1], "\r") {
		return append(lines, "\n")
	}
	return append(lines, d.ending)
}
