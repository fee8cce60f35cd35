package e2e

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/dropins"
)

const (
	useast1 = "111111111111.dkr.ecr.us-east-1.amazonaws.com/"
	ireland = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/"
	foreign = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
	asked1  = "GetAuthorizationToken agent us-east-1"
)

// ecrCase is a step, and what it does: what AWS is asked, what is pushed, and
// what the log says, each where it is not empty. A step that fails has status.
type ecrCase struct {
	step               ecrStep
	asked, pushed, log string
	status             int
}

func refused(step ecrStep, input, problem string) ecrCase {
	return ecrCase{step: step, log: fault(input, problem), status: 2}
}

// unused is for an input that has no effect: the same is asked and pushed as
// without it.
func unused(step ecrStep, input, why string) ecrCase {
	return ecrCase{step: step, asked: asked1, pushed: useast1 + "app:latest", log: warning(input, why)}
}

// droneECRCases has cases for every input of drone-ecr.
func droneECRCases() map[string][]ecrCase {
	as := "AssumeRole agent us-east-1 pusher one,two; GetAuthorizationToken pusher us-east-1"
	pusher, other := "assume_role=arn:aws:iam::111111111111:role/pusher", "assume_role=arn:aws:iam::111111111111:role/other"
	made := asked1 + "; DescribeRepositories agent us-east-1 111111111111 new"
	cases := map[string][]ecrCase{
		"repo": {
			{step: push(), asked: asked1, pushed: useast1 + "app:latest"},
			{step: push("repo=" + useast1 + "team/app"), asked: asked1, pushed: useast1 + "team/app:latest"},
			{step: push("repo=" + foreign + "/app"), asked: "GetAuthorizationToken agent eu-west-1", pushed: foreign + "/app:latest"},
			refused(push("repo="+foreign+"1/app"), "registry", "not a registry of Amazon ECR|in eu-west-1 the host is"),
			refused(push("repo=App"), "repository", "2 to 256 small letters"),
			refused(push("repo=app:1"), "repository", "2 to 256 small letters"),
		},
		"registry": {
			{step: push("registry=" + foreign), asked: "GetAuthorizationToken agent eu-west-1", pushed: foreign + "/app:latest"},
			{step: push("registry=https://"+foreign+"/", "repo="+foreign+"/app"), pushed: foreign + "/app:latest"},
			{step: push("registry=" + useast1 + "team"), pushed: useast1 + "team/app:latest"},
			{step: push("registry="+useast1+"team", "repo="+useast1+"team/app"), pushed: useast1 + "team/app:latest"},
			refused(push("registry="+foreign, "repo="+useast1+"app"), "repo", "another registry than registry does"),
			// A longer host than the registry's is another one.
			refused(push("registry="+foreign, "repo="+foreign+".evil.example/app"), "repo", "another registry"),
			refused(push("registry="+useast1+"team", "repo="+useast1+"other/app"), "repo", "another registry"),
			{step: push("registry=222222222222/eu-west-1"), pushed: foreign + "/app:latest"},
			refused(push("registry=1.2345678901e+10"), "registry", "quote it"),
			refused(push("registry=index.docker.io"), "registry", "not a registry of Amazon ECR"),
		},
		"region": {
			{step: push("region=eu-west-1"), asked: "GetAuthorizationToken agent eu-west-1", pushed: ireland + "app:latest"},
			{step: push("$ECR_REGION=eu-west-1", "$AWS_REGION=us-east-1"), pushed: ireland + "app:latest"},
			{step: push("$AWS_REGION=eu-west-1"), pushed: ireland + "app:latest"},
			{step: push("region=us-east-1", "$ECR_REGION=eu-west-1"), pushed: useast1 + "app:latest"},
			{step: push("$AWSVARS_REGION=eu-west-1"), pushed: ireland + "app:latest"},
			{step: push(other, "repo="+ireland+"app"), asked: "AssumeRole agent eu-west-1 other; GetAuthorizationToken other eu-west-1", pushed: ireland + "app:latest"},
			{step: push(other, "registry=222222222222/eu-west-1"), asked: "AssumeRole agent eu-west-1 other; GetAuthorizationToken other eu-west-1", pushed: foreign + "/app:latest"},
		},
		"assume_role": {
			{step: push(other), asked: "AssumeRole agent us-east-1 other; GetAuthorizationToken other us-east-1", pushed: useast1 + "app:latest"},
			refused(push("assume_role=arn:nonsense"), "role-arn", ""),
		},
		"external_id": {
			{step: push(pusher, "external_id=one,two"), asked: as, pushed: useast1 + "app:latest"},
			unused(push("external_id=one,two"), "external_id", "there is no assume_role"),
			refused(push(pusher, "external_id=1.2345678901e+10"), "external-id", "quote it"),
		},
		"access_key": {
			refused(push("access_key=AKIAIOSFODNN7EXAMPLE"), "secret-access-key", "missing"),
			refused(push("$ECR_ACCESS_KEY=AKIAIOSFODNN7EXAMPLE"), "secret-access-key", "missing"),
			refused(push("$AWS_ACCESS_KEY_ID=AKIAIOSFODNN7EXAMPLE"), "access_key", "one is set and the other is not"),
		},
		"secret_key": {
			refused(push("secret_key=wJalrXUtnFEMI/K7MDENG"), "access-key-id", "missing"),
			refused(push("$ECR_SECRET_KEY=wJalrXUtnFEMI/K7MDENG"), "access-key-id", "missing"),
			refused(push("$AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI/K7MDENG"), "access_key", "one is set and the other is not"),
		},
		"create_repository": {
			{step: push("repo=new", "create_repository=true"), asked: made + "; CreateRepository agent us-east-1 111111111111 new", pushed: useast1 + "new:latest"},
			{step: push("repo=new", "$ECR_CREATE_REPOSITORY=T"), asked: made + "; CreateRepository agent us-east-1 111111111111 new", pushed: useast1 + "new:latest"},
			{step: push("create_repository=1"), asked: asked1 + "; DescribeRepositories agent us-east-1 111111111111 app", pushed: useast1 + "app:latest"},
			// Scanning stays on.
			{step: push("repo=scanned", "create_repository=true", "scan_on_push=false"), asked: asked1 + "; DescribeRepositories agent us-east-1 111111111111 scanned", pushed: useast1 + "scanned:latest"},
			// It is not made in the caller's account.
			{step: push("registry="+foreign, "repo=new", "create_repository=true"), asked: "GetAuthorizationToken agent eu-west-1; DescribeRepositories agent eu-west-1 222222222222 new", status: 3},
			{step: push("repo=new"), status: 3, log: "create the repository first, or set create-repository"},
			refused(push("create_repository=maybe"), "create-repository", "write true or false"),
		},
		"scan_on_push": {
			{step: push("create_repository=true", "scan_on_push=true"), asked: asked1 + "; DescribeRepositories agent us-east-1 111111111111 app; PutImageScanningConfiguration agent us-east-1 111111111111 app", pushed: useast1 + "app:latest"},
			unused(push("scan_on_push=true"), "scan_on_push", "it is for create_repository"),
			{step: push("scan_on_push=false"), asked: asked1, pushed: useast1 + "app:latest"},
		},
		"lifecycle_policy": {
			{step: push("lifecycle_policy=lifecycle.json"), asked: asked1 + "; PutLifecyclePolicy agent us-east-1 111111111111 app", pushed: useast1 + "app:latest"},
			refused(push("lifecycle_policy=missing.json"), "lifecycle-policy", "neither a JSON document nor a file"),
		},
		"repository_policy": {
			{step: push("repository_policy=policy.json"), asked: asked1 + "; SetRepositoryPolicy agent us-east-1 111111111111 app", pushed: useast1 + "app:latest"},
		},
		"tags": {
			{step: push("tags=1.0,latest"), pushed: useast1 + "app:1.0, :latest"},
			{step: push(`tags=["1.0","latest"]`), pushed: useast1 + "app:1.0, :latest"},
			refused(push("tags=a b"), "tags", "a tag has"),
		},
		"tag":                 {{step: push("tag=2.0", "tags=1.0"), pushed: useast1 + "app:2.0"}},
		"source_image":        {{step: push("source_image=oci:two"), pushed: useast1 + "app:latest", log: "image +oci:two"}},
		"push_only":           {{step: push("push_only=true"), asked: asked1, pushed: useast1 + "app:latest"}, refused(push("push_only=true", "dry_run=true"), "push_only", "cannot be together")},
		"daemon_off":          {{step: push("daemon_off=true"), asked: asked1, pushed: useast1 + "app:latest"}},
		"default_tags":        {{step: push("default_tags=true", "$DRONE_COMMIT_REF=refs/heads/main", "$DRONE_REPO_BRANCH=main"), pushed: useast1 + "app:latest"}},
		"auto_tag":            autoTagCases(),
		"auto_tag_suffix":     {{step: onTag("v1.2.3", "auto_tag_suffix=arm64"), pushed: useast1 + "app:1-arm64, :1.2-arm64, :1.2.3-arm64"}, unused(push("auto_tag_suffix=x"), "auto_tag_suffix", "it is for auto_tag")},
		"default_suffix":      {{step: push("auto_tag=true", "default_suffix=arm64", "auto_tag_suffix=x", "$DRONE_COMMIT_REF=refs/heads/main", "$DRONE_REPO_BRANCH=main"), pushed: useast1 + "app:arm64"}, unused(push("default_suffix=x"), "default_suffix", "it is for auto_tag")},
		"username":            {refused(push("username=AWS"), "username", "the login that Amazon ECR gives out")},
		"password":            {refused(push("password=x"), "password", "the login that Amazon ECR gives out")},
		"env_file":            {refused(push("env_file=.env"), "env_file", "not from a file of the workspace")},
		"artifact_file":       {refused(push("artifact_file=a.json"), "artifact_file", "output and format: json")},
		"email":               {unused(push("$DOCKER_EMAIL=a@example.com"), "email", "has none")},
		"config":              {unused(push("$DOCKER_PLUGIN_CONFIG={}"), "config", "nothing is pulled here")},
		"registry_type":       {unused(push("registry_type=Docker"), "registry_type", "sets it itself")},
		"mirror":              {unused(push("mirror=https://mirror.example"), "mirror", "no Docker engine is started here"), unused(push("$DOCKER_PLUGIN_MIRROR=x"), "mirror", "no Docker engine")},
		"debug":               {unused(push("debug=true"), "debug", "log-level: debug"), unused(push("$DOCKER_LAUNCH_DEBUG=true"), "debug", "")},
		"HARNESS_CA_PATH":     {unused(push("$HARNESS_CA_PATH=/ca.pem"), "HARNESS_CA_PATH", "AWS_CA_BUNDLE")},
		"oidc_token_id":       {unused(push("oidc_token_id=nobodys"), "oidc_token_id", "there is no assume_role")},
		"dry_run":             {{step: push("dry_run=true", "create_repository=true", "repo=new"), asked: asked1, log: "dry run +" + useast1 + "new:latest would be pushed"}, {step: push("dry_run=false", "no_push=true"), pushed: useast1 + "app:latest"}},
		"no_push":             {{step: push("no_push=true"), asked: asked1, log: "dry run +" + useast1 + "app:latest would be pushed"}},
		"base_image_registry": {refused(push("$DOCKER_BASE_IMAGE_REGISTRY=docker.io"), "base_image_registry", "nothing is built here")},
	}
	for _, input := range strings.Fields("daemon_retry_count storage_driver storage_path bip mtu custom_dns custom_dns_search ipv6 experimental insecure") {
		cases[input] = append(cases[input], unused(push(input+"=1"), input, "no Docker engine is started here"))
	}
	for _, input := range strings.Fields("pull_image auto_label purge") {
		cases[input] = append(cases[input], unused(push(input+"=true"), input, "nothing is built here"))
	}
	for _, input := range strings.Fields("dockerfile context build_args build_args_from_env build_args_new target cache_from platform add_host secret " +
		"secrets_from_env secrets_from_file ssh_agent_key custom_labels label_schema repo_link multiple_build_args squash no_cache compress quiet " +
		"docker_username docker_password docker_registry base_image_username base_image_password base_image_registry") {
		cases[input] = append(cases[input], refused(push(input+"=true"), input, "nothing is built here: build in an earlier step"))
	}
	for _, input := range strings.Fields("cosign_private_key cosign_password cosign_params") {
		cases[input] = append(cases[input], refused(push(input+"=x"), input, "nothing is signed here"))
	}
	for _, input := range strings.Fields("multiple_build_args squash no_cache compress quiet debug insecure") {
		cases[input] = append(cases[input], ecrCase{step: push(input + "=false"), asked: asked1, pushed: useast1 + "app:latest"})
	}
	cases["skip_push_if_tag_exists"] = []ecrCase{refused(push("skip_push_if_tag_exists=maybe"), "skip_push_if_tag_exists", "write true or false")}
	return cases
}

func onTag(tag string, more ...string) ecrStep {
	return push(append(more, "auto_tag=true", "$DRONE_COMMIT_REF=refs/tags/"+tag, "$DRONE_REPO_BRANCH=main")...)
}

func autoTagCases() []ecrCase {
	branch := func(ref string) ecrStep {
		return push("auto_tag=yes", "tags=mine", "$DRONE_COMMIT_REF="+ref, "$DRONE_REPO_BRANCH=main")
	}
	return []ecrCase{
		{step: onTag("v1.2.3"), pushed: useast1 + "app:1, :1.2, :1.2.3"},
		{step: onTag("1.02.3"), pushed: useast1 + "app:1, :1.02, :1.02.3"},
		{step: onTag("v0.2.3"), pushed: useast1 + "app:0.2, :0.2.3"},
		{step: onTag("v1.2.3-rc.1+build"), pushed: useast1 + "app:1.2.3-rc.1-build"},
		refused(onTag("nightly"), "auto_tag", "no version such as v1.2.3"),
		{step: branch("refs/heads/main"), pushed: useast1 + "app:latest", log: warning("tags", "auto_tag makes the tags")},
		{step: branch("refs/heads/topic"), log: "skipped +auto_tag pushes Git tags and the branch main, and this is refs/heads/topic"},
		{step: branch("refs/pull/7/head"), log: "skipped +.* this is refs/pull/7/head"},
		{step: push("auto_tag=true", "$CI_COMMIT_REF=refs/heads/topic", "$CI_REPO_DEFAULT_BRANCH=main"), log: "skipped "},
		refused(push("auto_tag=true"), "auto_tag", "tell what was built"),
		{step: push("auto_tag=false", "tags=mine"), pushed: useast1 + "app:mine"},
	}
}

// TestEveryInputOfDroneECR is taken with its meaning, ignored with a warning
// or refused with the reason.
func TestEveryInputOfDroneECR(t *testing.T) {
	t.Parallel()
	for input, cases := range droneECRCases() {
		for _, c := range cases {
			t.Run(input+"/"+strings.Join(c.step[2:], " "), func(t *testing.T) {
				t.Parallel()
				w := newECRWorld(t)
				r := c.step.run(t, w)
				if r.status != c.status || r.stdout != "" {
					t.Fatalf("status %d, want %d\n%s", r.status, c.status, r.log())
				}
				if c.status == 2 && w.asked() != "" || c.asked != "" && w.asked() != c.asked {
					t.Errorf("asked %s\nwant  %s", w.asked(), c.asked)
				}
				if r.pushed() != c.pushed && c.status == 0 {
					t.Errorf("pushed %q, want %q", r.pushed(), c.pushed)
				}
				if !regexp.MustCompile(c.log).MatchString(r.stderr) {
					t.Errorf("no %q in\n%s", c.log, r.stderr)
				}
			})
		}
	}
}

// TestNoInputOfDroneECRIsForgotten: the list was made from its source.
func TestNoInputOfDroneECRIsForgotten(t *testing.T) {
	t.Parallel()
	inputs := map[string]dropins.Input{}
	for _, tool := range dropins.Tools() {
		if tool.Name != "drone-ecr" {
			continue
		}
		for _, input := range tool.Inputs {
			inputs[input.Name] = input
			if len(droneECRCases()[input.Name]) == 0 {
				t.Errorf("%s is not tried", input.Name)
			}
		}
	}
	listed := 0
	for line := range strings.Lines(readFile(t, "testdata/drone-ecr.txt")) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] == "#" {
			continue
		}
		listed++
		input, known := inputs[words[0]]
		if !known {
			t.Errorf("%s is forgotten", words[0])
		}
		for _, variable := range words[1:] {
			if !slices.Contains(input.Plain, variable) && !strings.Contains(input.Here, "`"+variable+"` counts too") {
				t.Errorf("%s: the variable %s is forgotten", words[0], variable)
			}
		}
	}
	if listed != len(inputs) {
		t.Errorf("%d inputs, and the list has %d", len(inputs), listed)
	}
}
