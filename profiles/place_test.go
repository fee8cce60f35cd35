package profiles

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPathsThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	one, other := filepath.Join(dir, "one"), filepath.Join(dir, "other")
	f := Files{one, other}
	f.fill(t, "[a]\n", "")
	if err := os.Link(one, other); err != nil {
		t.Fatal(err)
	}
	large := Files{filepath.Join(dir, "config"), filepath.Join(dir, "large")}
	large.fill(t, "", string(make([]byte, mostBytes+1)))
	below := Files{filepath.Join(one, "config"), filepath.Join(one, "credentials")}
	for problem, f := range map[string]Files{
		"is the configuration file and the credentials file at once":  {one, one},
		other + " is the configuration file and the credentials file": f,
		`"config" is no absolute path`:                                {"config", one},
		`"" is no absolute path`:                                      {one, ""},
		large.Credentials + " has more than 1048576 bytes":            large,

		"not a directory": below,

		dir + ": AWS profiles are written to regular files only, and it is": {dir, one},
	} {
		_, err := f.Write(t.Context(), keysOf("deploy", ""), false)
		wantError(t, err, `writing profile "deploy": `, problem)
		wantError(t, f.Check(keysOf("deploy", ""), false), `writing profile "deploy": `, problem)
	}
	if _, err := os.Stat(lockName); err == nil {
		t.Error("a lock was made where the test runs")
	}
	if got := textOf(t, one); got != "[a]\n" {
		t.Errorf("a file was changed to %q", got)
	}
}

func TestDirectoriesAreMade(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := Files{filepath.Join(dir, "a", ".aws", "config"), filepath.Join(dir, "b", "credentials")}
	if err := f.Check(keysOf("deploy", "eu-west-1"), false); err != nil {
		t.Fatal(err)
	}
	onlyIn(t, dir)
	write(t, f, keysOf("deploy", "eu-west-1"), false)
	f.holds(t, ourRegion, ourKeys)
	onlyIn(t, filepath.Join(dir, "b"), "credentials", lockName)
}

func TestWhatAKilledProcessLeftGoes(t *testing.T) {
	t.Parallel()
	f := filesWith(t, "", "")
	for _, name := range []string{strings.Replace(temporaryNames, "*", "123", 1), "somebodys.tmp", ".awsvars-9.tmp"} {
		if err := os.WriteFile(filepath.Join(filepath.Dir(f.Config), name), []byte(ourKeys), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(t, f, keysOf("deploy", ""), false)
	onlyIn(t, filepath.Dir(f.Config), ".awsvars-9.tmp", lockName, "credentials", "somebodys.tmp")
}

// TestSecondFileThatCannotBeReplaced: the first one gets its old text back, or
// goes.
func TestSecondFileThatCannotBeReplaced(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "[a]\n"} {
		f := filesWith(t, "", before)
		changes, err := f.plan(keysOf("deploy", "eu-west-1"), false)
		if err != nil || len(changes) != 2 || changes[1].path != f.Config {
			t.Fatalf("%d changes, %v", len(changes), err)
		}
		// A file cannot be renamed to a directory.
		if err := os.Mkdir(f.Config, 0o700); err != nil {
			t.Fatal(err)
		}
		err = apply(changes)
		wantError(t, err, f.Config+": ")
		if strings.Contains(err.Error(), ".tmp") {
			t.Errorf("the error names a file that nobody knows: %v", err)
		}
		if got := textOf(t, f.Credentials); got != before {
			t.Errorf("the credentials file holds %q", got)
		}
		if _, err := os.Stat(f.Credentials); before == "" && err == nil {
			t.Error("the credentials file stayed behind")
		}
	}
}

// TestFileThatGainsCredentialsComesFirst: a process that is killed between
// both leaves old credentials or new ones, and not none.
func TestFileThatGainsCredentialsComesFirst(t *testing.T) {
	t.Parallel()
	f := filesWith(t, ourProcess, "")
	changes, err := f.plan(keysOf("deploy", ""), false)
	if err != nil || changes[0].path != f.Credentials {
		t.Errorf("keys after a process: %v", err)
	}
	f = filesWith(t, ourRegion, ourKeys)
	changes, err = f.plan(processOf("deploy", ""), false)
	if err != nil || changes[0].path != f.Config {
		t.Errorf("a process after keys: %v", err)
	}
}
