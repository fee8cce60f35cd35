package runners

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"
)

// hexOf reads lines of a name and a value in hexadecimal.
func hexOf(t testing.TB, out []byte) map[string]string {
	t.Helper()
	got := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		raw, err := hex.DecodeString(strings.TrimSpace(value))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = string(raw)
	}
	return got
}

func TestPythonReadsJSON(t *testing.T) {
	t.Parallel()
	python := need(t, "python3")
	path, want := write(t, formatCalled("json"), append(nasty(), random(3, 500)...), nil)
	script := "import json,sys\nfor k, v in json.load(open(sys.argv[1], encoding='utf-8')).items(): print(k, v.encode().hex())"
	compare(t, "python3 json", hexOf(t, run(t, nil, python, "-c", script, path)), want)
}

const javaSource = `
import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
public class Read {
  static void show(Properties p, String tag) {
    for (String name : p.stringPropertyNames()) {
      System.out.println(tag + name + " " + HexFormat.of().formatHex(p.getProperty(name).getBytes(StandardCharsets.UTF_8)));
    }
  }
  public static void main(String[] a) throws IOException {
    Properties bytes = new Properties();
    bytes.load(new FileInputStream(a[0]));
    show(bytes, "");
    Properties text = new Properties();
    text.load(new InputStreamReader(new FileInputStream(a[0]), StandardCharsets.UTF_8));
    if (!text.equals(bytes)) throw new IOException("bytes and text differ");
  }
}
`

func TestJavaReadsProperties(t *testing.T) {
	t.Parallel()
	java := need(t, "java")
	path, want := write(t, formatCalled("properties"), append(nasty(), random(4, 500)...), nil)
	source := filepath.Join(t.TempDir(), "Read.java")
	if err := os.WriteFile(source, []byte(javaSource), 0o600); err != nil {
		t.Fatal(err)
	}
	compare(t, "java.util.Properties", hexOf(t, run(t, nil, java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", source, path)), want)
}

// pwsh is in no Debian package; GitHub's images have it.
func TestPowerShellReadsEveryValue(t *testing.T) {
	t.Parallel()
	shell := os.Getenv("AWSVARS_TEST_PWSH")
	if shell == "" {
		t.Skip("AWSVARS_TEST_PWSH names no PowerShell")
	}
	keep := func(value string) bool { return value != "" && len(value) < 30_000 }
	path, want := write(t, formatCalled("powershell"), append(nasty(), random(5, 500)...), keep)
	script := ". '" + path + `'; Get-ChildItem env:V* | ForEach-Object { $_.Name + ' ' + [Convert]::ToHexString([Text.Encoding]::UTF8.GetBytes($_.Value)) }`
	got := map[string]string{}
	for name, value := range hexOf(t, run(t, nil, shell, "-NoProfile", "-Command", script)) {
		got[name] = strings.TrimSuffix(value, "\r")
	}
	compare(t, "pwsh", got, want)
}

// Where no PowerShell and no Windows is at hand, the lines at least are what
// was meant.
func TestLinesForWindows(t *testing.T) {
	t.Parallel()
	for value, want := range map[string][2]string{
		"":         {"$env:V = ''", `set "V="`},
		"plain":    {"$env:V = 'plain'", `set "V=plain"`},
		"it's":     {"$env:V = 'it''s'", `set "V=it's"`},
		"''":       {"$env:V = ''''''", `set "V=''"`},
		"50% & $x": {"$env:V = '50% & $x'", `set "V=50%% & $x"`},
		`a"&b^`:    {`$env:V = 'a"&b^'`, `set ^"V=a^"^&b^^^"`},
		"‘a’":      {"$env:V = '' + [char]8216 + 'a' + [char]8217", "refused"},
		"a\nb":     {"$env:V = 'a' + [char]10 + 'b'", "refused"},
		"😀":        {"$env:V = '' + [char]55357 + [char]56832", "refused"},
	} {
		powershell, err := powershellLine("V", value)
		if err != nil || powershell != want[0] {
			t.Errorf("%q for PowerShell: %s, %v", value, powershell, err)
		}
		cmd, err := cmdLine("V", value)
		if err != nil {
			cmd = "refused"
		}
		if cmd != want[1] {
			t.Errorf("%q for cmd: %s", value, cmd)
		}
	}
}

func TestTextFormatsCarryEveryText(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"shell", "fish", "json", "properties", "powershell"} {
		for _, value := range nasty() {
			if _, err := formatCalled(name).line("V", value); err != nil {
				t.Errorf("%s refuses %.100q: %v", name, value, err)
			}
		}
	}
}

func TestFormatsRefuseWhatTheyCannotCarry(t *testing.T) {
	t.Parallel()
	cases := map[string][]string{
		"shell":      {"a\x00b"},
		"fish":       {"a\x00b"},
		"json":       {"\xff"},
		"properties": {"\xff"},
		"dotenv":     {"\xff", "a\x00b", "'\"`\n"},
		"docker":     {"\xff", "a\x00b", "a\nb", "a\r", strings.Repeat("x", 64*1024)},
		"powershell": {"\xff", "a\x00b"},
		"cmd":        {"\xff", "a\x00b", "a\nb", "a\rb", "é", "\x1a", strings.Repeat("x", 8192)},
	}
	for name, values := range cases {
		for _, value := range values {
			line, err := formatCalled(name).line("V", value)
			if err == nil {
				t.Errorf("%s writes %.100q as %.100q", name, value, line)
				continue
			}
			if len(value) > 3 && utf8.ValidString(value) && strings.Contains(err.Error(), value) {
				t.Errorf("the error of %s quotes the value: %v", name, err)
			}
		}
	}
}
