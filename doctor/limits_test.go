package doctor_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/doctor"
	"github.com/awsvars/awsvars/tasks"
)

// TestProxyLoginsAreNotShown: in no form, whichever way the proxy fails.
func TestProxyLoginsAreNotShown(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*testing.T, *ward){"refusing": refusingProxy, "dead": deadProxy, "malformed": func(_ *testing.T, w *ward) {
		w.env["HTTPS_PROXY"] = "http://somebody:proxy-passw0rd%zz@127.0.0.1:1"
	}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := patient{settings: to(), env: map[string]string{"AWS_ENDPOINT_URL_STS": ""}, prepare: prepare}
			report := p.examine(t, p.admit(t))
			for _, form := range doctor.Forms() {
				if text := string(report.Write(form)); strings.Contains(text, "passw0rd") {
					t.Errorf("%s: %s", form, text)
				}
			}
			if worst := report.Worst(); worst == nil || worst.Station != "environment" || !slices.Equal(worst.Causes, []doctor.Cause{doctor.Proxy}) {
				t.Errorf("found %s", report.Text())
			}
		})
	}
}

// TestNoStationHangs: whatever does not answer, each station keeps its limit.
func TestNoStationHangs(t *testing.T) {
	t.Parallel()
	const limit = time.Second
	for _, slow := range []string{"sts:*", "sts:AssumeRole", "imds:*", "ecr:*", "registry:ping", "registry:manifest"} {
		t.Run(slow, func(t *testing.T) {
			t.Parallel()
			p := patient{settings: to("role-arn", deployer, "external-id", handshake), use: tasks.Repositories{Pull: []string{"app"}}, faults: fault(slow + "=slow:1h"), limit: limit}
			p.prepare = func(t *testing.T, w *ward) {
				w.program(t, "docker-credential-silent", "kill -STOP $$")
				w.docker(t, `{"credsStore":"silent"}`)
			}
			w := p.admit(t)
			report := p.examine(t, w)
			if report.Worst() == nil {
				t.Errorf("nothing failed:\n%s", report.Text())
			}
			for _, v := range report.Verdicts {
				// What is given up is given half a second, and the machine is busy.
				if v.Took > limit+2*time.Second {
					t.Errorf("%s took %s", v.Station, v.Took)
				}
			}
			if got := fmt.Sprint(report.Verdicts[len(report.Verdicts)-1].Causes); got != "[credential store]" {
				t.Errorf("the store that hangs is called %s:\n%s", got, report.Text())
			}
		})
	}
}
