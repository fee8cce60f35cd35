package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// TestDroneECRSignsWithTheKeysThatAreGiven, whichever of the places that it
// looks at they come from, and an OIDC token comes before them.
func TestDroneECRSignsWithTheKeysThatAreGiven(t *testing.T) {
	t.Parallel()
	w := newECRWorld(t)
	id, secret := w.StaticKeys("ci")
	token, err := w.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	github, other := "assume_role=arn:aws:iam::111111111111:role/github", "assume_role=arn:aws:iam::111111111111:role/other"
	for _, c := range []struct {
		step             ecrStep
		asked, log, nope string
	}{
		{push("access_key="+id, "secret_key="+secret), "GetAuthorizationToken ci us-east-1", "", ""},
		{push("$ECR_ACCESS_KEY="+id, "$ECR_SECRET_KEY="+secret), "GetAuthorizationToken ci us-east-1", "", ""},
		{push("access_key="+id, "$ECR_SECRET_KEY="+secret), "GetAuthorizationToken ci us-east-1", "", ""},
		{push("access_key="+id, "$AWS_SECRET_ACCESS_KEY="+secret), "GetAuthorizationToken ci us-east-1", "", ""},
		{push("secret_key="+secret, "$AWS_ACCESS_KEY_ID="+id), "GetAuthorizationToken ci us-east-1", "", ""},
		{push("$AWS_ACCESS_KEY_ID="+id, "$AWS_SECRET_ACCESS_KEY="+secret), "GetAuthorizationToken ci us-east-1", "", ""},
		// Another session's token does no harm.
		{push("access_key="+id, "secret_key="+secret, "$AWS_SESSION_TOKEN=another"), "GetAuthorizationToken ci us-east-1", "", ""},
		{push("access_key="+id, "secret_key="+secret, other), "AssumeRole ci us-east-1 other; GetAuthorizationToken other us-east-1", "", ""},
		{push("oidc_token_id="+token, github), "AssumeRoleWithWebIdentity repo:octo-org/octo-repo:ref:refs/heads/main github; GetAuthorizationToken github us-east-1", "", "ignored"},
		{
			push("oidc_token_id="+token, github, "access_key="+id, "secret_key="+secret, "external_id=one"), "AssumeRoleWithWebIdentity repo:octo-org/octo-repo:ref:refs/heads/main github; GetAuthorizationToken github us-east-1",
			"secret_key of drone-ecr is ignored: oidc_token_id is what assumes the role", "",
		},
		{push("oidc_token_id="+token, "access_key="+id, "secret_key="+secret), "GetAuthorizationToken ci us-east-1", "oidc_token_id of drone-ecr is ignored", ""},
		{push("oidc_token_id="+token, "source=instance", other), "AssumeRole agent us-east-1 other; GetAuthorizationToken other us-east-1", "", ""},
	} {
		before := len(w.asked())
		r := c.step.run(t, w)
		asked := strings.TrimPrefix(w.asked()[before:], "; ")
		if r.status != 0 || asked != c.asked || !strings.Contains(r.stderr, c.log) || c.nope != "" && strings.Contains(r.stderr, c.nope) {
			t.Errorf("status %d, asked %s\nwant %s\n%s", r.status, asked, c.asked, r.log())
		}
	}
	session := assumed(t, w)
	before := len(w.asked())
	r := push("access_key="+session["AWS_ACCESS_KEY_ID"], "secret_key="+session["AWS_SECRET_ACCESS_KEY"], "$AWS_SESSION_TOKEN="+session["AWS_SESSION_TOKEN"]).run(t, w)
	if asked := w.asked()[before:]; r.status != 0 || asked != "; GetAuthorizationToken other us-east-1" {
		t.Errorf("temporary keys: status %d, asked %s\n%s", r.status, asked, r.log())
	}
}

// assumed are temporary credentials, by their names for the AWS tools.
func assumed(t *testing.T, w *world) map[string]string {
	t.Helper()
	r := w.run(t, nil, "awsvars", "sts", "--source", "instance", "--role-arn", "arn:aws:iam::111111111111:role/other", "--format", "docker")
	if r.status != 0 {
		t.Fatal(r.stderr)
	}
	variables := map[string]string{}
	for line := range strings.Lines(r.stdout) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		variables[name] = value
	}
	return variables
}

// TestDroneECRSkipsTagsOneByOne, where the original skips all with one.
func TestDroneECRSkipsTagsOneByOne(t *testing.T) {
	t.Parallel()
	w := newECRWorld(t)
	for _, c := range []struct {
		step        ecrStep
		pushed, log string
	}{
		{push("tags=1.0"), useast1 + "app:1.0", ""},
		{push("source_image=oci:two", "tags=1.0,1.1", "skip_push_if_tag_exists=true"), useast1 + "app:1.1", "app:1.0 is there already, and stays"},
		{push("source_image=oci:one", "tags=1.1,1.0", "skip_push_if_tag_exists=true"), useast1 + "app", "app:1.1 is there already, and stays"},
		{push("source_image=oci:two", "tags=1.0", "skip_push_if_tag_exists=false"), useast1 + "app:1.0", ""},
	} {
		if r := c.step.run(t, w); r.status != 0 || r.pushed() != c.pushed || !strings.Contains(r.stderr, c.log) {
			t.Errorf("%v: status %d, pushed %q\n%s", c.step, r.status, r.pushed(), r.stderr)
		}
	}
}

// TestDroneECRReadsTheFileOfTags where no tags are given, and believes nothing
// that stands in it.
func TestDroneECRReadsTheFileOfTags(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		content, pushed, log string
		status               int
		step                 ecrStep
	}{
		{"1.0, latest\n", useast1 + "app:1.0, :latest", "", 0, push()},
		{"1.0\n1.1\n", useast1 + "app:1.0, :1.1", "", 0, push()},
		{"\n", useast1 + "app:latest", "", 0, push()},
		{"1.0", useast1 + "app:2.0", "", 0, push("tag=2.0")},
		{"$(id) ::error::x", "", fault("tags", "a tag has 1 to 128 letters"), 2, push()},
	} {
		w := newECRWorld(t)
		writeFile(t, filepath.Join(w.dir, ".tags"), c.content, 0o644)
		if r := c.step.run(t, w); r.status != c.status || r.pushed() != c.pushed || !regexp.MustCompile(c.log).MatchString(r.stderr) {
			t.Errorf("%q: status %d, pushed %q\n%s", c.content, r.status, r.pushed(), r.stderr)
		}
	}
	w := newECRWorld(t)
	if err := os.Mkdir(filepath.Join(w.dir, ".tags"), 0o755); err != nil {
		t.Fatal(err)
	}
	if r := push().run(t, w); r.status != 2 || !strings.Contains(r.stderr, "tags: reading .tags: ") {
		t.Errorf("a directory: status %d\n%s", r.status, r.stderr)
	}
}

// TestDroneECRFollowsNoLinkToTags: a pull request can bring one that leads to
// the environment of the plugin, whose lines would be quoted as wrong tags.
func TestDroneECRFollowsNoLinkToTags(t *testing.T) {
	t.Parallel()
	w := newECRWorld(t)
	secret := filepath.Join(t.TempDir(), "environ")
	writeFile(t, secret, "HOME=/\x00PLUGIN_SECRET_KEY=not-for-the-log", 0o600)
	if err := os.Symlink(secret, filepath.Join(w.dir, ".tags")); err != nil {
		t.Fatal(err)
	}
	r := push().run(t, w)
	if r.status != 2 || !strings.Contains(r.stderr, "tags: reading .tags: .tags is a symbolic link, and no file") {
		t.Errorf("status %d\n%s", r.status, r.stderr)
	}
	if strings.Contains(r.log(), "not-for-the-log") {
		t.Errorf("what the link leads to is in the log:\n%s", r.stderr)
	}
}

// TestDroneECRHandsNothingOnUnlessItIsAskedTo: there is no file that a
// pipeline of drone-ecr knows nothing of.
func TestDroneECRHandsNothingOnUnlessItIsAskedTo(t *testing.T) {
	t.Parallel()
	w := newECRWorld(t)
	writeFile(t, filepath.Join(w.dir, ".dockerignore"), "*.log\n", 0o644)
	if r := push().run(t, w); r.status != 0 || strings.Contains(r.stderr, "delivered") {
		t.Errorf("status %d\n%s", r.status, r.stderr)
	}
	if _, err := os.Stat(filepath.Join(w.dir, ".awsvars")); err == nil {
		t.Error("there is a file for later steps")
	}
	if r := push("output=image.json", "format=json").run(t, w); r.status != 0 {
		t.Errorf("status %d\n%s", r.status, r.stderr)
	}
	if document := readFile(t, filepath.Join(w.dir, "image.json")); !strings.Contains(document, `"custom.aws.ecr.imageUriWithDigest": "`+useast1+"app@sha256:") {
		t.Error(document)
	}
}

// TestDroneECRIsToldFromAwsvars by the image, which its pipelines do not name.
// Other settings of awsvars may stand in them.
func TestDroneECRIsToldFromAwsvars(t *testing.T) {
	t.Parallel()
	w := newECRWorld(t)
	writeFile(t, filepath.Join(w.dir, "awsvars.yaml"), `connectors:
  deploy: {source: instance, region: us-east-1, role-arn: "arn:aws:iam::111111111111:role/pusher", external-id: ["one,two"]}
`, 0o644)
	for _, c := range []struct {
		step   ecrStep
		status int
		log    string
	}{
		{ecrStep{"task=push", "repo=app", "source_image=oci:one"}, 0, useast1 + "app:latest is sha256:"},
		// One that is written for awsvars keeps its own defaults, and its own names.
		{ecrStep{"task=push", "repo=app", "image=oci:one", "registry=" + foreign, "output=a.env"}, 0, foreign + "/app:latest is sha256:"},
		{ecrStep{"task=push", "repo=app", "image=oci:one", "output=b.env"}, 0, ireland + "app:latest is sha256:"},
		{ecrStep{"task=push", "repository=app", "image=oci:one", "source_image=oci:two", "registry=" + foreign, "output=c.env"}, 0, "PLUGIN_SOURCE_IMAGE is no setting of awsvars"},
		{ecrStep{"repo=app", "image=oci:one"}, 2, "task: not given"},
		// A role and its IDs as awsvars has them may stand beside.
		{push("role_arn=arn:aws:iam::111111111111:role/pusher", `external_id=["one,two"]`, "tag=r"), 0, "hop 1/1   arn:aws:iam::111111111111:role/pusher"},
		{push("$AWSVARS_ROLE_ARN=arn:aws:iam::111111111111:role/pusher", "external_id=wrong", "tag=r"), 3, "external ID"},
		// So may its other settings.
		{push("repo=still", "create_repository=true", "tag_mutability=immutable"), 0, useast1 + "still:latest is sha256:"},
		{push("repo=still", "source_image=oci:two"), 3, "there already with another image, and immutable"},
		{push("repo=still", "tag_exists=fail"), 3, "is there already; nothing was pushed"},
		{push("connector=deploy", "tag=c"), 0, "hop 1/1   deploy: arn:aws:iam::111111111111:role/pusher"},
		{push("connector=deploy", "assume_role=arn:aws:iam::111111111111:role/other"), 2, "role-arn: given as PLUGIN_ASSUME_ROLE beside the connector deploy"},
		{push("push_only=perhaps"), 2, "error: 1 setting is wrong\n  push_only \"perhaps\": write true or false"},
		{push("push_only=true", "no_push=on"), 2, "push_only: it cannot be together"},
		{push("push_only=true", "no_push=off", "tag=o"), 0, useast1 + "app:o"},
		{push("source_image=oci:two", "tag=h", "$HARNESS_PIPELINE_ID=p"), 0, useast1 + "app:h is sha256:"},
		{ecrStep{"task=ecr", "repo=app", "registry=" + foreign, "output=d.env"}, 0, "delivered 7 variables"},
		{ecrStep{"repo=app", "source_image=oci:one", "tagz=1"}, 2, "PLUGIN_TAGZ: there is no such setting; did you mean PLUGIN_TAGS?"},
	} {
		if r := c.step.run(t, w); r.status != c.status || !strings.Contains(r.stderr, c.log) {
			t.Errorf("%v: status %d, no %q in\n%s", c.step, r.status, c.log, r.stderr)
		}
	}
}

// TestDroneECRQuotesNoSecret of the inputs that hold some, whatever becomes of
// them.
func TestDroneECRQuotesNoSecret(t *testing.T) {
	t.Parallel()
	w := newECRWorld(t)
	const planted = "pl4nted/secret+of=a-pipeline"
	for _, input := range strings.Fields("secret_key oidc_token_id password docker_password base_image_password config ssh_agent_key secret secrets_from_env " +
		"build_args cosign_private_key cosign_password $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN $ECR_SECRET_KEY $DOCKER_PLUGIN_CONFIG") {
		for _, beside := range []ecrStep{nil, {"access_key=AKIAIOSFODNN7EXAMPLE"}, {"access_key=ASIAIOSFODNN7EXAMPLE", "$AWS_SECRET_ACCESS_KEY=" + planted}, {"assume_role=arn:aws:iam::111111111111:role/github"}} {
			log := append(push(beside...), input+"="+planted).run(t, w).log()
			if simulator.Leaks([]byte(log), []string{planted}) != nil {
				t.Errorf("%s beside %v is in the log", input, beside)
			}
		}
	}
}
