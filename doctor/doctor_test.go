package doctor_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/doctor"
	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/tasks"
)

// states are what a report came to, a station a line.
func states(r doctor.Report) string {
	var lines []string
	for _, v := range r.Verdicts {
		lines = append(lines, v.Station+" "+string(v.State))
	}
	return strings.Join(lines, "\n")
}

func compare(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got\n%s\nwant\n%s", what, got, want)
	}
}

func TestAHealthyJobPassesEveryStation(t *testing.T) {
	t.Parallel()
	for _, tls := range []bool{false, true} {
		t.Run(fmt.Sprintf("TLS %t", tls), func(t *testing.T) {
			t.Parallel()
			engine := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.51") }))
			t.Cleanup(engine.Close)
			p := patient{
				task: "push", tls: tls, env: map[string]string{"DOCKER_HOST": "tcp://" + engine.Listener.Addr().String()},
				settings: to("role-arn", deployer, "external-id", handshake, "image", "app", "repository", "app"),
				prepare: func(t *testing.T, w *ward) {
					w.program(t, "docker-credential-store", "echo credentials not found in native keychain; exit 1")
					w.docker(t, `{"credsStore": "store", "auths": {}}`)
				},
			}
			w := p.admit(t)
			report := p.examine(t, w)
			compare(t, string(report.Text()), states(report), `environment ok
environment ok
trust store ok
clock ok
source ok
hop 1 of 1 ok
token ok
registry ok
repository ok
repository unknown
docker config ok
docker engine ok`)
			if text := string(report.Text()); tls != strings.Contains(text, "its certificate was issued by ") {
				t.Errorf("the certificate is told wrongly:\n%s", text)
			}
			healthy(t, w, report)
		})
	}
}

// TestExternalIDThatIsNotEnforced: the role can be assumed without it, and what
// was got so is good for nothing.
func TestExternalIDThatIsNotEnforced(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		world []string
		found string
	}{
		"enforced":     {nil, "[]"},
		"not enforced": {[]string{"            external-id: secret-handshake\n", ""}, "[external ID not enforced]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := patient{settings: to("role-arn", deployer, "external-id", handshake), world: c.world}
			w := p.admit(t)
			report := p.examine(t, w)
			var found []doctor.Cause
			for _, v := range report.Verdicts {
				found = append(found, v.Causes...)
			}
			compare(t, string(report.Text()), fmt.Sprint(found), c.found)
			var asked []simulator.Request
			for _, r := range w.Requests() {
				if r.Action == "AssumeRole" {
					asked = append(asked, r)
				}
			}
			if len(asked) != 2 || asked[1].Params.Has("ExternalId") || asked[1].Params.Get("DurationSeconds") != "900" || !strings.Contains(asked[1].Params.Get("Policy"), `"Deny"`) {
				t.Errorf("asked %+v", asked)
			}
			healthy(t, w, report)
		})
	}
}

func TestClockThatIsALittleOffIsAWarning(t *testing.T) {
	t.Parallel()
	for off, want := range map[string]doctor.State{"30s": doctor.OK, "-2m": doctor.Warning, "2m": doctor.Warning, "-10m": doctor.Failed} {
		t.Run(off, func(t *testing.T) {
			t.Parallel()
			p := patient{settings: to(), faults: fault("sts:*=clock:" + off)}
			report := p.examine(t, p.admit(t))
			i := slices.IndexFunc(report.Verdicts, func(v doctor.Verdict) bool { return v.Station == "clock" })
			if got := report.Verdicts[i].State; got != want {
				t.Errorf("%s, want %s:\n%s", got, want, report.Text())
			}
		})
	}
}

// TestWhatDependsOnNothingGoesOn: Docker is looked at where AWS refused, and a
// second connector where the first failed.
func TestWhatDependsOnNothingGoesOn(t *testing.T) {
	t.Parallel()
	p := patient{
		settings: map[string]string{"registry": "bad@222222222222/eu-west-1,good@222222222222/us-east-1"},
		prepare: func(t *testing.T, w *ward) {
			text := "connectors:\n  bad:\n    source: instance\n    role-arn: " + pusher + "\n  good:\n    source: instance\n    role-arn: " + deployer + "\n    external-id: " + handshake + "\n"
			if err := os.WriteFile(filepath.Join(w.home, "awsvars.yaml"), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		},
	}
	report := p.examine(t, p.admit(t))
	compare(t, string(report.Text()), states(report), `environment ok
environment ok
trust store ok
clock ok
source ok
bad: hop 1 of 1 failed
token skipped
registry skipped
source ok
good: hop 1 of 1 ok
token ok
registry ok
docker config ok`)
}

// TestVariablesThatContradict: each is told, and stops nothing.
func TestVariablesThatContradict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		env  map[string]string
		want string
	}{
		"half a key":          {map[string]string{"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE"}, "AWS_ACCESS_KEY_ID"},
		"keys and a profile":  {map[string]string{"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_PROFILE": "ci"}, "AWS_PROFILE"},
		"a token of another":  {map[string]string{"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y"}, "AWS_SESSION_TOKEN"},
		"no token":            {map[string]string{"AWS_ACCESS_KEY_ID": "ASIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x"}, "AWS_SESSION_TOKEN"},
		"two regions":         {map[string]string{"AWS_DEFAULT_REGION": "us-east-1"}, "AWS_REGION"},
		"two lists of hosts":  {map[string]string{"no_proxy": "example.com"}, "NO_PROXY"},
		"a login of Docker's": {map[string]string{"DOCKER_AUTH_CONFIG": `{"auths":{"222222222222.dkr.ecr.eu-west-1.amazonaws.com":{}}}`}, "222222222222.dkr.ecr.eu-west-1.amazonaws.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := patient{settings: map[string]string{"registry": "222222222222/eu-west-1"}, env: c.env}
			report := p.examine(t, p.admit(t))
			var warned []string
			for _, v := range report.Verdicts {
				if v.State == doctor.Warning {
					warned = append(warned, v.Subject)
				}
			}
			compare(t, string(report.Text()), strings.Join(warned, " "), c.want)
		})
	}
}

// TestTimeOfTheWholeIsOver: what was not reached is not called wrong.
func TestTimeOfTheWholeIsOver(t *testing.T) {
	t.Parallel()
	p := patient{settings: to("role-arn", deployer, "external-id", handshake), use: tasks.Repositories{Pull: []string{"app"}}}
	w := p.admit(t)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	report := p.examination(t, w).Run(ctx)
	for _, v := range report.Verdicts {
		if v.State != doctor.Skipped && v.Subject != "variables" {
			t.Errorf("%s is %s: %s", v.Station, v.State, v.Text)
		}
	}
	if got := w.Requests(); len(got) > 0 {
		t.Errorf("asked %+v", got)
	}
}

// TestPublicRegistry: everybody may pull, and nobody can tell about a push.
func TestPublicRegistry(t *testing.T) {
	t.Parallel()
	p := patient{settings: to("registry", "public"), use: tasks.Repositories{Pull: []string{"a1b2c3d4/app"}, Push: []string{"a1b2c3d4/app"}}}
	w := p.admit(t)
	report := p.examine(t, w)
	compare(t, string(report.Text()), states(report), `environment ok
environment ok
trust store ok
clock ok
source ok
token ok
registry ok
repository unknown
docker config ok`)
	healthy(t, w, report)
}

// TestInterceptingProxy: a certificate that is trusted and not Amazon's is
// somebody's who reads along.
func TestInterceptingProxy(t *testing.T) {
	t.Parallel()
	p := patient{settings: to(), env: map[string]string{"AWS_ENDPOINT_URL_STS": ""}, prepare: intercept}
	report := p.examine(t, p.admit(t))
	i := slices.IndexFunc(report.Verdicts, func(v doctor.Verdict) bool { return v.Station == "trust store" })
	found := report.Verdicts[i]
	compare(t, string(report.Text()), fmt.Sprintf("%s%s", found.State, found.Causes), "warning[intercepting proxy]")
	if !strings.Contains(found.Text, "CN=Example Corp Inspection") {
		t.Errorf("it does not say whose it is: %s", found.Text)
	}
}
