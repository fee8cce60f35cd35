package docker

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

func TestLogoutTakesOutWhatThisJobWrote(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"auths":{"a":{"auth":"QVdTOm9sZA=="}}}`)
	other := c
	other.Job = "job 2"
	logIn(t, c, loginTo(ireland), loginTo(virginia), loginTo(public))
	logIn(t, other, loginTo("b"), otherLogin(virginia))
	logOut(t, c, []string{ireland, "a", "nowhere"}, ireland+": removed", "a: not written by this job", "nowhere: already gone")
	logOut(t, c, nil, virginia+": renewed by somebody else", public+": removed")
	logOut(t, c, nil)
	other.gives(t, loginTo("b"))
	other.gives(t, otherLogin(virginia))
	// Without a job, it may be anybody's of awsvars.
	c.Job = ""
	logOut(t, c, nil, "b: removed", virginia+": removed")
	c.holds(t, `{"auths":{"a":{"auth":"QVdTOm9sZA=="}}}`)
}

// TestRenewedByTheSameJob: a build that is longer than a token lives.
func TestRenewedByTheSameJob(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	logIn(t, c, loginTo(ireland))
	for range 3 {
		logIn(t, c, otherLogin(ireland))
		logIn(t, c, loginTo(ireland))
	}
	if records, err := c.readState(); err != nil || len(records) > 2 {
		t.Errorf("%d records, %v", len(records), err)
	}
	logOut(t, c, nil, ireland+": removed")
	c.givesNone(t, ireland)
}

// TestLoginThatTwoJobsShare: a token may come from a cache.
func TestLoginThatTwoJobsShare(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	other := c
	other.Job = "job 2"
	logIn(t, c, loginTo(ireland))
	logIn(t, other, loginTo(ireland))
	logOut(t, c, nil, ireland+": in use by another job")
	c.gives(t, loginTo(ireland))
	logOut(t, other, nil, ireland+": removed")
	c.givesNone(t, ireland)
}

func TestLogoutWhereNothingIs(t *testing.T) {
	t.Parallel()
	c := Config{Directory: filepath.Join(t.TempDir(), "no"), Job: "job 1"}
	logOut(t, c, nil)
	logOut(t, c, []string{ireland}, ireland+": already gone")
	if _, err := os.Stat(c.Directory); err == nil {
		t.Error("a directory was made")
	}
	c = configOf(t, "{}")
	logIn(t, c, loginTo(ireland))
	if err := os.Remove(c.file()); err != nil {
		t.Fatal(err)
	}
	logOut(t, c, nil, ireland+": already gone")
	onlyIn(t, c.Directory, lockName)
}

// TestLogoutOfAJobThatDidNotLogIn: it has nothing to do with a file that no
// login could be written to.
func TestLogoutOfAJobThatDidNotLogIn(t *testing.T) {
	t.Parallel()
	c := configOf(t, "no JSON")
	logOut(t, c, nil)
	onlyIn(t, c.Directory, "config.json")
	c = configOf(t, "{}")
	logIn(t, c, loginTo(ireland))
	if err := os.WriteFile(c.file(), []byte("no JSON"), 0o600); err != nil {
		t.Fatal(err)
	}
	other := c
	other.Job = "job 2"
	logOut(t, other, nil)
	_, err := c.Logout(t.Context())
	wantError(t, err, "logging out of Docker's registries: "+c.file()+": it is not JSON")
}

// TestEntryWithMore: an identity token is no login of ours.
func TestEntryWithMore(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	logIn(t, c, loginTo(ireland))
	text := `{"auths":{"` + ireland + `":{"auth":"` + fakeAuth + `","identitytoken":"x"}}}`
	if err := os.WriteFile(c.file(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	logOut(t, c, nil, ireland+": renewed by somebody else")
	c.holds(t, text)
}

func TestStateThatSomebodyBroke(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	if err := os.WriteFile(c.stateFile(), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := c.Login(t.Context(), []Login{loginTo(ireland)})
	wantError(t, err, c.stateFile()+" is not as awsvars wrote it")
	_, err = c.Logout(t.Context())
	wantError(t, err, c.stateFile()+" is not as awsvars wrote it")
	c.holds(t, "{}")
}

// TestBesideTheDockerCommand lets it save the file: our entry is known in
// Docker's own setting, and one that Docker removed is gone.
func TestBesideTheDockerCommand(t *testing.T) {
	t.Parallel()
	docker := need(t, "docker")
	c := configOf(t, `{"auths":{"a":{"auth":"QVdTOm9sZA=="}},"psFormat":"x"}`)
	logIn(t, c, loginTo(ireland), loginTo(virginia))
	command := exec.Command(docker, "--config", c.Directory, "logout", virginia)
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	c.gives(t, loginTo(ireland))
	logOut(t, c, nil, ireland+": removed", virginia+": already gone")
	c.holds(t, "{\n\t\"auths\": {\n\t\t\"a\": {\n\t\t\t\"auth\": \"QVdTOm9sZA==\"\n\t\t}\n\t},\n\t\"psFormat\": \"x\"\n}")
}
