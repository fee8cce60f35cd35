package profiles

import (
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestPythonReadsTheRest: what configparser takes, and with it botocore and
// the AWS CLI, it takes afterwards too. It refuses files with two sections of
// one name.
func TestPythonReadsTheRest(t *testing.T) {
	t.Parallel()
	python := need(t, "python3")
	// An indented header is more of the value above it to Python.
	lines := slices.DeleteFunc(someLines(), func(line string) bool { return line == "  [b]" || line == "[b" || line == "x" })
	random := rand.New(rand.NewPCG(3, 4))
	dir, written := t.TempDir(), 0
	for range 300 {
		config, credentials := randomText(random, lines), randomText(random, lines)
		p := randomProfile(random)
		f := Files{filepath.Join(dir, strconv.Itoa(written), "config"), filepath.Join(dir, strconv.Itoa(written), "credentials")}
		f.fill(t, config, credentials)
		if _, err := f.Write(t.Context(), p, random.IntN(2) == 0); err != nil {
			_ = os.RemoveAll(filepath.Dir(f.Config))
			continue
		}
		written++
		for name, text := range map[string]string{"config.before": config, "credentials.before": credentials, "name": p.Name} {
			if err := os.WriteFile(filepath.Join(filepath.Dir(f.Config), name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	out, err := exec.Command(python, "-c", comparison, dir).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	read, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil || read < 50 {
		t.Errorf("of %d written, configparser took %q", written, out)
	}
}

const comparison = `
import configparser, os, sys

def load(path):
    c = configparser.RawConfigParser()
    c.read([path])
    return {name: dict(c[name]) for name in c.sections()}

taken = 0
for case in sorted(os.listdir(sys.argv[1])):
    here = os.path.join(sys.argv[1], case)
    name = open(os.path.join(here, "name")).read()
    for file in "config", "credentials":
        try:
            before = load(os.path.join(here, file + ".before"))
        except configparser.Error:
            continue
        after = load(os.path.join(here, file))
        ours = [name] if file == "credentials" or name == "default" else []
        ours += ["profile " + name, 'profile "%s"' % name, "profile '%s'" % name] if file == "config" else []
        for words in before.keys() | after.keys():
            if " ".join(words.split()) not in ours and before.get(words) != after.get(words):
                sys.exit("%s/%s: [%s] was %s and is %s" % (case, file, words, before.get(words), after.get(words)))
        taken += 1
print(taken)
`
