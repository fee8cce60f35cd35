package runners

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/awsvars/awsvars/variables"
)

// teamcityReads reads service messages by the grammar of TeamCity's page,
// "Service Messages": one message a line, attributes name='value', and in a
// value | before what it escapes.
func teamcityReads(t testing.TB, log string) map[string]string {
	t.Helper()
	message := regexp.MustCompile(`^##teamcity\[setParameter name='((?:\|.|[^|'\[\]])*)' value='((?:\|.|[^|'\[\]])*)'\]$`)
	escape := regexp.MustCompile(`(?:\|0x[0-9A-F]{4})+|\|.`)
	got := map[string]string{}
	for line := range strings.Lines(log) {
		match := message.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if match == nil || strings.Trim(line, "\n") != strings.TrimSuffix(line, "\n") || strings.Contains(line, "\r") {
			t.Fatalf("%q is no message", line)
		}
		got[match[1]] = escape.ReplaceAllStringFunc(match[2], func(text string) string {
			switch text {
			case "|n":
				return "\n"
			case "|r":
				return "\r"
			case "||", "|'", "|[", "|]":
				return text[1:]
			}
			var units []uint16
			for unit := range strings.SplitSeq(strings.TrimPrefix(text, "|0x"), "|0x") {
				n, err := strconv.ParseUint(unit, 16, 16)
				if err != nil {
					t.Fatalf("%q is no escape", text)
				}
				units = append(units, uint16(n))
			}
			return string(utf16.Decode(units))
		})
	}
	return got
}

func teamcityCarries(t *testing.T, values []string) {
	t.Helper()
	var log strings.Builder
	want := map[string]string{}
	for i, value := range values {
		if refuseInvalid(value) != nil || refuseNUL(value) != nil {
			continue
		}
		name := "V" + strconv.Itoa(i)
		want[name] = value
		log.WriteString("##teamcity[setParameter name='" + name + "' value='" + escapeTeamCity(value) + "']\n")
	}
	compare(t, "the grammar of the page", teamcityReads(t, log.String()), want)
}

func TestTeamCityReadsEveryValue(t *testing.T) {
	t.Parallel()
	teamcityCarries(t, append(nasty(), "|", "||", "|n", "|0x0041", "'] ##teamcity[x y='z", "[]", "\u0085", "\U0010ffff", "a|"))
}

func FuzzTeamCity(f *testing.F) {
	f.Add(strings.Join(random(14, 1000), "\x00"))
	f.Add("|n\x00|0x0A0A\x00']\x00[")
	f.Fuzz(func(t *testing.T, joined string) { teamcityCarries(t, parts(joined)) })
}

func TestTeamCityGetsAFileAndParameters(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	m := newMachine(t, map[string]string{"TMPDIR": temporary})
	delivery := deliver(t, "teamcity", m.Host, stsSet(t), settings(t, nil))
	path := filepath.Join(temporary, "awsvars.aws.env")
	if text := readText(t, path); strings.Count(text, "\n") != 7 || !strings.Contains(text, "export AWS_SECRET_ACCESS_KEY='"+fakeSecret+"'\n") {
		t.Errorf("%s", text)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	got := teamcityReads(t, m.out.String())
	compare(t, "TeamCity", got, map[string]string{"env.custom_aws_file": path, "env.custom_aws_region": "eu-west-1", "env.custom_aws_accessKeyId": fakeKey})
	if len(got) != 3 || m.log.Len() > 0 {
		t.Errorf("%d parameters", len(got))
	}
	if want := "7 variables to " + path + " in the format shell; later steps find it by the parameter env.custom_aws_file"; delivery.Text != want || len(delivery.Warnings) != 1 {
		t.Errorf("%q, %q", delivery.Text, delivery.Warnings)
	}
}

// broken is a stdout that is closed.
type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestTeamCityRefuses(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	m := newMachine(t, map[string]string{"TMPDIR": temporary})
	for value, part := range map[string]string{"100%": "the value has a %, and TeamCity takes it for a reference", "\xff": "not valid UTF-8"} {
		_, err := open(t, "teamcity", m.Host).Deliver(setOf(t, "fine", value), settings(t, nil))
		wantError(t, err, "setting custom.v1 for TeamCity: ", part)
	}
	clash := variables.NewSet("custom")
	if err := clash.Add("file", variables.NewSecret("x")); err != nil {
		t.Fatal(err)
	}
	_, err := open(t, "teamcity", m.Host).Deliver(clash, settings(t, nil))
	wantError(t, err, "naming custom.file: ", "would be called custom_file too")
	onlyIn(t, temporary)
	if m.out.Len() > 0 {
		t.Errorf("something was set: %s", m.out.String())
	}
	wantError(t, open(t, "teamcity", newMachine(t, map[string]string{"TMPDIR": "tmp"}).Host).Check(settings(t, nil)), "looking for the temporary directory of the build: ", "name a file with output")
	link := filepath.Join(temporary, "awsvars.aws.env")
	if err := os.Symlink("/etc/profile", link); err != nil {
		t.Fatal(err)
	}
	wantError(t, open(t, "teamcity", m.Host).Check(settings(t, nil)), link+": it is a symbolic link")
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	m.Stdout = broken{}
	_, err = open(t, "teamcity", m.Host).Deliver(stsSet(t), settings(t, nil))
	wantError(t, err, "closed")
	onlyIn(t, temporary)
}

// TestTeamCityPutsTheOldFileBack: where its messages cannot be written, the
// file of an earlier run is what later steps read.
func TestTeamCityPutsTheOldFileBack(t *testing.T) {
	t.Parallel()
	temporary := t.TempDir()
	m := newMachine(t, map[string]string{"TMPDIR": temporary})
	deliver(t, "teamcity", m.Host, setOf(t, "old"), settings(t, nil))
	path := filepath.Join(temporary, "awsvars.aws.env")
	before := readText(t, path)
	m.Stdout = broken{}
	_, err := open(t, "teamcity", m.Host).Deliver(stsSet(t), settings(t, nil))
	wantError(t, err, "closed")
	if readText(t, path) != before || !strings.Contains(before, "old") {
		t.Errorf("the file has %d bytes, and had %d", len(readText(t, path)), len(before))
	}
	onlyIn(t, temporary, path)
}
