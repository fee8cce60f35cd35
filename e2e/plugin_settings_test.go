//go:build e2e

package e2e

import (
	"cmp"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// form is a setting as a pipeline has it, and what becomes of it on its way.
type form struct {
	// yaml stands behind settings: task and source are added.
	yaml string
	// drone and woodpecker are PLUGIN_* without that prefix, parted by blank
	// lines; the latter is empty where both systems do the same.
	drone, woodpecker string
	// want is in the log, wantWoodpecker where it is another line there.
	want, wantWoodpecker string
}

const (
	handshake = "EXTERNAL_ID=secret-handshake"
	deployed  = `(?m)^hop 1/1 +arn:aws:iam::222222222222:role/deployer `
)

// forms were seen: each line of YAML was run through the code of both systems.
//
// Drone: github.com/drone-runners/drone-runner-docker v1.8.3,
// engine/compiler/step.go and internal/encoder/encoder.go, on what
// github.com/drone/runner-go v1.12.0, manifest/param.go, reads. Woodpecker:
// v3.17.0 and later (commit a4cb541b82de), pipeline/frontend/yaml/compiler/
// settings/params.go, on what go.yaml.in/yaml/v4 reads.
func forms() []form {
	role := "arn:aws:iam::222222222222:role/deployer"
	return []form{
		{"role-arn: " + role, "ROLE-ARN=" + role + "\n\n" + handshake, "ROLE_ARN=" + role + "\n\n" + handshake, deployed, ""},
		{"role_arn: " + role, "ROLE_ARN=" + role + "\n\n" + handshake, "", deployed, ""},
		{"ROLE_ARN: " + role, "ROLE_ARN=" + role + "\n\n" + handshake, "", deployed, ""},
		{"role_arn: [" + role + ", arn:aws:iam::333333333333:role/pusher]", "ROLE_ARN=" + role + ",arn:aws:iam::333333333333:role/pusher\n\nEXTERNAL_ID=secret-handshake,second-handshake", "", `hop 2/2 +arn:aws:iam::333333333333:role/pusher `, ""},
		{"external_id: {from_secret: id}", "ROLE_ARN=" + role + "\n\n" + handshake, "", deployed, ""},
		{"external_id: [{from_secret: id}]", "ROLE_ARN=" + role + "\n\n" + `EXTERNAL_ID=[{"from_secret":"id"}]`, "ROLE_ARN=" + role + "\n\n" + `EXTERNAL_ID=["secret-handshake"]`, `external-id .*keep the whole setting in one secret`, deployed},
		{"registry: [222222222222/eu-west-1, public]", "REGISTRY=222222222222/eu-west-1,public", "", `registry +public.ecr.aws, token until`, ""},
		{"registry: [[222222222222/eu-west-1], public]", `REGISTRY=[["222222222222/eu-west-1"],"public"]`, "", `registry .*the JSON array must hold texts only`, ""},
		{"registry: [222222222222, null]", "REGISTRY=222222222222,", "", `registry +222222222222.dkr.ecr.eu-west-1.amazonaws.com, `, ""},
		{"registry: |, two lines", "REGISTRY=222222222222\npublic\n", "", `registry +public.ecr.aws, token until`, ""},
		{`registry: ""`, "REGISTRY=", "", `registry +111111111111.dkr.ecr.eu-west-1.amazonaws.com, `, ""},
		{"registry: []", "REGISTRY=", "", `registry +111111111111.dkr.ecr.eu-west-1.amazonaws.com, `, ""},
		{"registry: 222222222222", "REGISTRY=222222222222", "", `registry +222222222222.dkr.ecr.eu-west-1.amazonaws.com, `, ""},
		{"registry: 012345678901", "REGISTRY=1.2345678901e+10", "", `registry "1.2345678901e\+10": an account ID has 12 digits, .*: quote it`, ""},
		{"registry: 012345670", "REGISTRY=2739128", "", `registry "2739128": an account ID has 12 digits, this has 7. A YAML parser drops a leading zero: quote it`, ""},
		{"registry: 012345670123", "REGISTRY=1402433619", "", `registry "1402433619": an account ID has 12 digits, this has 10. A YAML parser drops a leading zero: quote it`, ""},
		{"registry: [012345678901, 222222222222]", "REGISTRY=1.2345678901e+10,222222222222", "", `registry "1.2345678901e\+10": .*quote it`, ""},
		{`registry: ["012345678901", public]`, "REGISTRY=012345678901,public", "", `registry +012345678901.dkr.ecr.eu-west-1.amazonaws.com, `, ""},
		{"allowed_account_ids: 012345678901", "ALLOWED_ACCOUNT_IDS=1.2345678901e+10", "", `allowed-account-ids .*: (an account ID has 12 digits.*quote it)`, ""},
		{"external_id: 012345678901", "ROLE_ARN=" + role + "\n\nEXTERNAL_ID=1.2345678901e+10", "", `external-id "1.2345678901e\+10": a YAML parser rewrote the number: quote it`, ""},
		{"duration: 3600", "DURATION=3600\n\nROLE_ARN=" + role + "\n\n" + handshake, "", deployed, ""},
		{"duration: 1h", "DURATION=1h\n\nROLE_ARN=" + role + "\n\n" + handshake, "", deployed, ""},
		{"tags: 2026-11-25", "TASK=push\n\nTAGS=2026-11-25", "TASK=push\n\n" + `TAGS="2026-11-25T00:00:00Z"`, `error: 2 settings are wrong`, `tags .*: a tag has .*; a YAML parser made a time of the date: quote it`},
		{"tags: 1234567e8", "TASK=push\n\nTAGS=1234567e8", "TASK=push\n\nTAGS=1.234567e+14", `error: 2 settings are wrong`, `tags "1.234567e\+14": a tag has .*; a YAML parser rewrote the number: quote it`},
		{"add_caller_identity: yes", "ADD_CALLER_IDENTITY=true", "ADD_CALLER_IDENTITY=yes", `delivered 1[0-9] variables`, ""},
		{"add_caller_identity: on", "ADD_CALLER_IDENTITY=true", "ADD_CALLER_IDENTITY=on", `delivered 1[0-9] variables`, ""},
		{"add_caller_identity: no", "ADD_CALLER_IDENTITY=false", "ADD_CALLER_IDENTITY=no", `delivered 7 variables`, ""},
		{"policy: {Version: …}", "ROLE_ARN=" + role + "\n\n" + handshake + "\n\n" + `POLICY={"Statement":[{"Action":["ecr:*"],"Effect":"Allow","Resource":"*"}],"Version":"2012-10-17"}`, "", deployed, ""},
		{"custom_tags: {Team: payments, Cost: 7}", "ROLE_ARN=" + role + "\n\n" + handshake + "\n\n" + `CUSTOM_TAGS={"Cost":7,"Team":"payments"}`, "", deployed, ""},
		{"custom_tags: {Team: {from_secret: id}}", `CUSTOM_TAGS={"Team":{"from_secret":"id"}}`, "ROLE_ARN=" + role + "\n\n" + handshake + "\n\n" + `CUSTOM_TAGS={"Team":"secret-handshake"}`, `custom-tags .*keep the whole setting in one secret`, deployed},
		{"roleArn: x", "ROLEARN=x", "", `PLUGIN_ROLEARN: there is no such setting; did you mean PLUGIN_ROLE_ARN\?`, ""},
	}
}

// TestPluginTakesSettingsAsTheSystemsPassThem in a real engine. What both pass
// alike is tried in one of them.
func TestPluginTakesSettingsAsTheSystemsPassThem(t *testing.T) {
	buildImages(t)
	w := newWorld(t)
	for i, f := range forms() {
		if f.woodpecker != "" || i%2 == 0 {
			f.passes(t, w, "DRONE=true", f.drone, f.want)
		}
		if f.woodpecker != "" || i%2 == 1 {
			f.passes(t, w, "CI=woodpecker", cmp.Or(f.woodpecker, f.drone), cmp.Or(f.wantWoodpecker, f.want))
		}
	}
}

// passes runs the plugin with the settings of one system, which has the sign.
func (f form) passes(t *testing.T, w *world, sign, settings, want string) {
	t.Run(sign+"/"+f.yaml, func(t *testing.T) {
		t.Parallel()
		args := []string{"run", "--rm", "--network", "host", "--tmpfs", "/workspace", "--workdir", "/workspace", "--env", sign, "--env", "PLUGIN_TASK=ecr", "--env", "PLUGIN_LOG_LEVEL=debug"}
		for _, pair := range append(inContainer(w.Env()), prefixed(settings)...) {
			args = append(args, "--env", pair)
		}
		r := docker(t, append(args, pluginImage)...)
		w.noLeak(t, "the log", r.log())
		if !regexp.MustCompile(want).MatchString(r.stderr) {
			t.Errorf("no %q in\n%s", want, r.stderr)
		}
		if wrong := strings.Contains(r.stderr, " wrong\n"); wrong && r.status != 2 || !wrong && r.status != 0 {
			t.Errorf("status %d\n%s", r.status, r.stderr)
		}
	})
}

// prefixed makes the variables of a form.
func prefixed(settings string) []string {
	var env []string
	for _, setting := range strings.Split(settings, "\n\n") {
		env = append(env, fmt.Sprintf("PLUGIN_%s", setting))
	}
	return env
}
