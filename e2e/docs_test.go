package e2e

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/variables"
)

// block is a fenced block of a page. Its words stand behind the opening fence:
// the language, then what the tests do with it.
type block struct {
	page  string
	words []string
	text  string
}

func (b block) has(word string) bool { return slices.Contains(b.words[1:], word) }

// pages are the pages of documentation, relative to the root.
func pages(t *testing.T) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil {
		t.Fatal(err)
	}
	all := []string{"README.md", "CONTRIBUTING.md", "CHANGELOG.md"}
	for _, path := range found {
		all = append(all, filepath.Join("docs", filepath.Base(path)))
	}
	return all
}

func blocks(t *testing.T) []block {
	t.Helper()
	var all []block
	for _, page := range pages(t) {
		var open *block
		for line := range strings.Lines(readFile(t, filepath.Join(root, page))) {
			fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
			switch {
			case isFence && open == nil:
				open = &block{page: page, words: append(strings.Fields(fence), "")}
			case isFence:
				all, open = append(all, *open), nil
			case open != nil:
				open.text += line
			}
		}
		if open != nil {
			t.Errorf("%s: a block is not closed", page)
		}
	}
	return all
}

// blocksOf returns the blocks of a language, those with a word if one is
// given.
func blocksOf(t *testing.T, language, word string) []block {
	t.Helper()
	var found []block
	for _, b := range blocks(t) {
		if b.words[0] == language && (word == "" || b.has(word)) {
			found = append(found, b)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no block of %s %s", language, word)
	}
	return found
}

// blockOf returns the first block of a page with this word.
func blockOf(t *testing.T, page, word string) block {
	t.Helper()
	for _, b := range blocks(t) {
		if b.page == filepath.Join("docs", page) && b.has(word) {
			return b
		}
	}
	t.Fatalf("%s has no block of %s", page, word)
	return block{}
}

func TestYAMLAndJSONOfThePagesParse(t *testing.T) {
	t.Parallel()
	for _, b := range blocks(t) {
		var document any
		var err error
		switch b.words[0] {
		case "yaml":
			err = yaml.Unmarshal([]byte(b.text), &document)
		case "json":
			err = json.Unmarshal([]byte(b.text), &document)
		}
		if err != nil {
			t.Errorf("%s: %v\n%s", b.page, err, b.text)
		}
	}
}

// TestShellBlocksRun runs each block that says test, as a script of its own,
// and looks for secrets in its log.
func TestShellBlocksRun(t *testing.T) {
	t.Parallel()
	for _, b := range blocksOf(t, "sh", "test") {
		t.Run(b.page, func(t *testing.T) {
			t.Parallel()
			need(t, "sh")
			runShellBlock(t, b)
		})
	}
}

func runShellBlock(t *testing.T, b block) {
	t.Helper()
	w := newWorld(t)
	stubs, bashEnv := t.TempDir(), filepath.Join(t.TempDir(), "bash_env")
	env := append(b.prepare(t, w), "BASH_ENV="+bashEnv, "PATH="+stubs+":"+binDir()+":"+os.Getenv("PATH"))
	if b.has("docker") {
		stub(t, stubs, "docker")
	}
	if b.has("python3") {
		need(t, "python3")
	}
	if b.has("bash-env") {
		env = append(env, "CIRCLECI=true")
	}
	if b.has("bamboo") {
		env = append(env, injected(t, w, "sts")...)
	}
	flags := "-eu"
	if b.has("trace") {
		flags = "-eux"
	}
	r := w.run(t, env, "sh", flags, "-c", b.text)
	if r.status != 0 {
		t.Fatalf("status %d\n%s", r.status, r.stderr)
	}
	w.noLeak(t, "the log", r.log())
	if b.has("docker") {
		loginOf(t, w, stubs, "222222222222.dkr.ecr.eu-west-1.amazonaws.com")
	}
	if b.has("bash-env") {
		next := w.run(t, env, "sh", "-eu", "-c", `. "$BASH_ENV"; printf %s "$AWS_SESSION_TOKEN"`)
		if !w.handedOut(next.stdout) {
			t.Error("the next step has no session token of the simulator's")
		}
	}
}

// TestTranscripts runs the commands of each transcript and compares what they
// print, the times and the simulator's port left out.
func TestTranscripts(t *testing.T) {
	t.Parallel()
	for _, b := range blocksOf(t, "console", "test") {
		t.Run(b.page, func(t *testing.T) {
			t.Parallel()
			need(t, "sh")
			w := newWorld(t)
			env := b.prepare(t, w)
			var got strings.Builder
			for line := range strings.Lines(b.text) {
				command, isCommand := strings.CutPrefix(line, "$ ")
				if !isCommand {
					continue
				}
				got.WriteString(line)
				r := w.run(t, env, "sh", "-c", "{ "+strings.TrimSpace(command)+"; } 2>&1 || echo exit status $?")
				got.WriteString(r.stdout)
			}
			w.noLeak(t, "the transcript", got.String())
			if diff := cmp.Diff(timeless(b.text), timeless(got.String())); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func timeless(text string) string {
	text = regexp.MustCompile(`\b127\.0\.0\.1:\d+`).ReplaceAllString(text, "127.0.0.1:PORT")
	text = regexp.MustCompile(`\d{4}-\d\d-\d\dT`).ReplaceAllString(text, "DATE")
	return regexp.MustCompile(`\d\d:\d\d:\d\dZ`).ReplaceAllString(text, "TIME")
}

// TestFirstTranscript runs the README's first command as it stands there, on a
// terminal, in a clone with nothing but Go.
func TestFirstTranscript(t *testing.T) {
	t.Parallel()
	b := blocksOf(t, "console", "terminal")[0]
	command, want, _ := strings.Cut(strings.TrimPrefix(b.text, "$ "), "\n")
	// script gives the command a terminal.
	terminal := exec.Command(need(t, "script"), "-qec", command, "/dev/null")
	terminal.Dir = root
	out, err := terminal.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	got := strings.ReplaceAll(string(out), "\r\n", "\n")
	if diff := cmp.Diff(timeless(want), timeless(got)); diff != "" {
		t.Error(diff)
	}
}

// TestLinks: each link between pages leads to a file and a heading.
func TestLinks(t *testing.T) {
	t.Parallel()
	links := regexp.MustCompile(`\]\(([^)\s]+)\)`)
	for _, page := range pages(t) {
		for _, match := range links.FindAllStringSubmatch(readFile(t, filepath.Join(root, page)), -1) {
			if strings.Contains(match[1], "://") {
				continue
			}
			path, anchor, _ := strings.Cut(match[1], "#")
			target := filepath.Join(root, page)
			if path != "" {
				target = filepath.Join(root, filepath.Dir(page), path)
			}
			if _, err := os.Stat(target); err != nil {
				t.Errorf("%s: link to %s: %v", page, match[1], err)
			} else if anchor != "" && !slices.Contains(anchors(readFile(t, target)), anchor) {
				t.Errorf("%s: link to %s: no such heading", page, match[1])
			}
		}
	}
}

// anchors are the headings of a page as GitHub names them.
func anchors(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if heading := strings.TrimLeft(line, "#"); heading != line {
			heading = strings.ToLower(strings.TrimSpace(heading))
			heading = regexp.MustCompile("[^a-z0-9 _-]").ReplaceAllString(heading, "")
			all = append(all, strings.ReplaceAll(heading, " ", "-"))
		}
	}
	return all
}

// settingNames are all names of all settings, aliases included, and the words
// that their choices are made of.
func settingNames(t *testing.T) (names, words map[string]bool) {
	t.Helper()
	var tasks map[string][]struct {
		Name    string
		Aliases []string
		Choices []string
	}
	r := newWorld(t).run(t, nil, "awsvars", "settings", "--as", "json")
	if err := json.NewDecoder(strings.NewReader(r.stdout)).Decode(&tasks); err != nil && !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
	names, words = map[string]bool{"task": true, "help": true}, map[string]bool{}
	for _, settings := range tasks {
		for _, s := range settings {
			for _, name := range append(s.Aliases, s.Name) {
				names[name] = true
			}
			for _, choice := range s.Choices {
				words[choice] = true
			}
		}
	}
	return names, words
}

// TestSettingsOfThePagesExist looks at flags, at variables of the environment,
// and at words in kebab case.
func TestSettingsOfThePagesExist(t *testing.T) {
	t.Parallel()
	names, words := settingNames(t)
	action := readAction(t)
	for name := range action.Outputs {
		words[name] = true
	}
	for name := range action.Inputs {
		// Some are those of other actions.
		words[name] = true
	}
	sets, _ := policy.ConnectionSets()
	for _, other := range slices.Concat(
		fileKeys(t), variables.JobFacts(), sets,
		[]string{"docker-config", "ecr-login", "go-githubactions", "awsvars-simulator", "go-yaml", "node24", "id-token", "buildkite-agent", "pre-command", "pre-exit", "docker-credential", "docker-credential-awsvars"},
	) {
		words[other] = true
	}
	upper := map[string]bool{}
	for name := range names {
		upper[strings.ToUpper(strings.ReplaceAll(name, "-", "_"))] = true
		upper[strings.ToUpper(name)] = true
	}
	environment := regexp.MustCompile(`\b(?:AWSVARS|PLUGIN|INPUT)_([A-Z0-9_-]*[A-Z0-9])`)
	flags := regexp.MustCompile(`--([a-z][a-z0-9-]*)`)
	calls := regexp.MustCompile(`\bawsvars (?:ecr|sts|serve|credential-process|--)[^|;>&)]*`)
	kebab := regexp.MustCompile("`([a-z]+(?:-[a-z0-9]+)+)(?:: [^`]*)?`")
	for _, page := range pages(t) {
		if page == filepath.Join("docs", "performance.md") {
			continue
		}
		text := strings.ReplaceAll(readFile(t, filepath.Join(root, page)), "\\\n", " ")
		for _, call := range calls.FindAllString(text, -1) {
			line, _, _ := strings.Cut(call, "\n")
			for _, match := range flags.FindAllStringSubmatch(line, -1) {
				if !names[match[1]] {
					t.Errorf("%s: no setting has the flag --%s", page, match[1])
				}
			}
		}
		for _, match := range environment.FindAllStringSubmatch(text, -1) {
			own := strings.HasPrefix(match[1], "SIMULATOR_") || strings.HasPrefix(match[1], "TEST_")
			if !own && !upper[match[1]] {
				t.Errorf("%s: no setting is called %s", page, match[0])
			}
		}
		for _, match := range kebab.FindAllStringSubmatch(text, -1) {
			if !names[match[1]] && !words[match[1]] {
				t.Errorf("%s: no setting, choice or output is called %s", page, match[1])
			}
		}
	}
}
