package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/types"
	"github.com/rogpeppe/go-internal/testscript"
)

// inScript makes a command of the script's world, with FILE on stdin.
func inScript(ts *testscript.TestScript, name, file string, args ...string) *exec.Cmd {
	command := exec.Command(found(ts, name), args...)
	command.Dir, command.Env = ts.MkAbs("."), scriptEnv(ts)
	if file != "" {
		command.Stdin = strings.NewReader(ts.ReadFile(file))
	}
	return command
}

// found is a program in the script's PATH.
func found(ts *testscript.TestScript, name string) string {
	for _, dir := range filepath.SplitList(ts.Getenv("PATH")) {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	ts.Fatalf("there is no %s in PATH", name)
	return ""
}

// scriptEnv is the script's environment as far as a helper has a use for it.
func scriptEnv(ts *testscript.TestScript) []string {
	var env []string
	for _, name := range []string{
		"PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME", recordVariable, "DOCKER_CONFIG", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE",
		"AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL_ECR_PUBLIC", "AWS_CA_BUNDLE",
		"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	} {
		if text := ts.Getenv(name); text != "" {
			env = append(env, name+"="+text)
		}
	}
	return env
}

// crowd N FILE runs N helpers at once, and wants one login from all.
func crowd(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	answers, failures := make([]string, n), make([]error, n)
	var group sync.WaitGroup
	for i := range n {
		command := inScript(ts, helperProgram, args[1], "get")
		group.Go(func() {
			var answer []byte
			answer, failures[i] = command.Output()
			answers[i] = string(answer)
		})
	}
	group.Wait()
	for i := range n {
		var failed *exec.ExitError
		if errors.As(failures[i], &failed) {
			ts.Fatalf("one of them: %v: %s", failed, failed.Stderr)
		}
		ts.Check(failures[i])
		if answers[i] != answers[0] || !strings.Contains(answers[i], `"Username":"AWS"`) {
			ts.Fatalf("two of them have two logins")
		}
	}
}

// entries calls change with each entry of a cache.
func entries(ts *testscript.TestScript, dir string, change func(text []byte) []byte) {
	paths, err := filepath.Glob(filepath.Join(ts.MkAbs(dir), "*.json"))
	ts.Check(err)
	if len(paths) == 0 {
		ts.Fatalf("the cache is empty")
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		ts.Check(err)
		ts.Check(os.WriteFile(path, change(text), 0o600))
	}
}

// aged DIR DURATION makes the entries of a cache that much older.
func aged(ts *testscript.TestScript, _ bool, args []string) {
	age, err := time.ParseDuration(args[1])
	ts.Check(err)
	entries(ts, args[0], func(text []byte) []byte {
		var entry map[string]any
		ts.Check(json.Unmarshal(text, &entry))
		for _, key := range []string{"made", "expires"} {
			at, err := time.Parse(time.RFC3339, entry[key].(string))
			ts.Check(err)
			entry[key] = at.Add(-age).Format(time.RFC3339Nano)
		}
		older, err := json.Marshal(entry)
		ts.Check(err)
		return older
	})
}

// spoiled DIR cuts the entries of a cache in half.
func spoiled(ts *testscript.TestScript, _ bool, args []string) {
	entries(ts, args[0], func(text []byte) []byte { return text[:len(text)/2] })
}

// program FILE is awsvars by another name. It is no copy: what was just written
// cannot be run while another test starts a process.
func program(ts *testscript.TestScript, _ bool, args []string) {
	path, err := filepath.EvalSymlinks(found(ts, "awsvars"))
	ts.Check(err)
	ts.Check(os.Link(path, ts.MkAbs(args[0])))
}

// lookingUp finds logins as the docker command does: docker-lookup get HOST,
// all, store HOST, erase HOST. Passwords are not printed.
func lookingUp() {
	file, err := config.Load(config.Dir())
	var found types.AuthConfig
	switch {
	case err != nil:
	case os.Args[1] == "get":
		if found, err = file.GetAuthConfig(os.Args[2]); err == nil {
			fmt.Printf("%q %t\n", found.Username, len(found.Password) > 100)
		}
	case os.Args[1] == "all":
		var all map[string]types.AuthConfig
		all, err = file.GetAllCredentials()
		for host, found := range all {
			fmt.Printf("%s %q %t\n", host, found.Username, len(found.Password) > 100)
		}
	case os.Args[1] == "erase":
		err = file.GetCredentialsStore(os.Args[2]).Erase(os.Args[2])
	case os.Args[1] == "store":
		// docker login stores what the helper gave it.
		if found, err = file.GetAuthConfig(os.Args[2]); err == nil {
			err = file.GetCredentialsStore(os.Args[2]).Store(found)
		}
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
