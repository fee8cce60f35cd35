//go:build e2e

package e2e

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// core hands values on, and reads what it is given, with GitHub's own library
// for actions.
const core = `
import * as core from 'file://MODULES/@actions/core/lib/core.js';
import fs from 'node:fs';
const given = JSON.parse(fs.readFileSync(0, 'utf8'));
for (const [name, value] of Object.entries(given.GITHUB_OUTPUT)) core.setOutput(name, value);
for (const [name, value] of Object.entries(given.GITHUB_ENV)) core.exportVariable(name, value);
for (const [name, value] of Object.entries(given.GITHUB_STATE)) core.saveState(name, value);
fs.writeFileSync(process.argv[1], JSON.stringify({ role: core.getInput('role-arn'), state: core.getState('exported'), binary: core.getState('binary') }));
`

// commandFiles are the files in which a step hands values on.
func commandFiles() []string { return []string{"GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STATE"} }

// handing are the variables of a step with files of its own, and what is in
// them after it.
func handing(t *testing.T) (env []string, after func() map[string]map[string]string) {
	t.Helper()
	dir := t.TempDir()
	for _, name := range commandFiles() {
		writeFile(t, filepath.Join(dir, name), "", 0o600)
		env = append(env, name+"="+filepath.Join(dir, name))
	}
	return env, func() map[string]map[string]string {
		files := map[string]map[string]string{}
		for _, name := range commandFiles() {
			files[name] = commandFile(t, readFile(t, filepath.Join(dir, name)))
		}
		return files
	}
}

// TestCoreWritesTheSame: what a step of ours hands on is what the library that
// every other action uses would have written, and the library reads it back.
func TestCoreWritesTheSame(t *testing.T) {
	program, modules := node(t), os.Getenv("AWSVARS_TEST_NODE_MODULES")
	if modules == "" {
		missing(t, "npm's @actions/core, in the directory AWSVARS_TEST_NODE_MODULES")
	}
	main, err := filepath.Abs(filepath.Join(root, "action", "main.js"))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorld(t)
	env, after := handing(t)
	role := "arn:aws:iam::222222222222:role/deployer"
	env = append(env, "GITHUB_ACTIONS=true", "INPUT_TASK=sts", "INPUT_ROLE-ARN="+role, "INPUT_EXTERNAL-ID=secret-handshake", "INPUT_OUTPUT-CREDENTIALS=true")
	if r := w.run(t, env, program, main); r.status != 0 {
		t.Fatalf("status %d\n%s", r.status, r.stderr)
	}
	ours := after()
	if n := len(ours["GITHUB_OUTPUT"]); n < 5 || len(ours["GITHUB_ENV"]) < 4 || len(ours["GITHUB_STATE"]) != 2 {
		t.Fatalf("handed on %d outputs, %d variables, %d states", n, len(ours["GITHUB_ENV"]), len(ours["GITHUB_STATE"]))
	}
	given, err := json.Marshal(ours)
	if err != nil {
		t.Fatal(err)
	}
	theirs, seen := coreOf(t, program, modules, given, append(env, "STATE_exported="+ours["GITHUB_STATE"]["exported"], "STATE_binary="+ours["GITHUB_STATE"]["binary"]))
	for _, file := range commandFiles() {
		if len(theirs[file]) != len(ours[file]) {
			t.Errorf("%s: %d values, and %d of ours", file, len(theirs[file]), len(ours[file]))
		}
		for name, value := range ours[file] {
			requireEqual(t, file+" "+name, theirs[file][name], value)
		}
	}
	requireEqual(t, "the input", seen["role"], role)
	requireEqual(t, "the state", seen["state"], ours["GITHUB_STATE"]["exported"])
	requireEqual(t, "the binary", seen["binary"], filepath.Join(binDir(), "awsvars"))
}

func coreOf(t *testing.T, program, modules string, given []byte, env []string) (wrote map[string]map[string]string, seen map[string]string) {
	t.Helper()
	files, after := handing(t)
	result := filepath.Join(t.TempDir(), "seen")
	command := exec.Command(program, "--input-type=module", "--eval", strings.ReplaceAll(core, "MODULES", modules), result)
	command.Stdin, command.Env = bytes.NewReader(given), append(append([]string{"PATH=" + os.Getenv("PATH")}, env...), files...)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("running @actions/core: %v\n%d bytes of log", err, len(out))
	}
	if err := json.Unmarshal([]byte(readFile(t, result)), &seen); err != nil {
		t.Fatal(err)
	}
	return after(), seen
}
