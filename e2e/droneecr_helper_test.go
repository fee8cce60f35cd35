package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/awsvars/awsvars/simulator"
)

// ecrWorld has what pipelines of drone-ecr push to: a default region of its
// own, another account, a repository that scans.
const ecrWorld = `
region: eu-west-1
instance-id: i-0a1b2c3d4e5f67890
instance-role: arn:aws:iam::111111111111:role/agent
accounts:
  "111111111111":
    users:
      ci: {}
    roles:
      agent: {trust: [{service: ec2.amazonaws.com}]}
      pusher: {trust: [{principal: "arn:aws:iam::111111111111:role/agent", external-id: "one,two"}]}
      other: {trust: [{principal: "arn:aws:iam::111111111111:role/agent"}, {principal: "arn:aws:iam::111111111111:user/ci"}]}
      github:
        trust: [{web-identity: {issuer: "https://token.actions.githubusercontent.com", audience: sts.amazonaws.com, subject: "repo:octo-org/octo-repo:*"}}]
    repositories:
      us-east-1: {app: {}, scanned: {scan-on-push: true}, team/app: {}}
      eu-west-1: {app: {}}
  "222222222222":
    repositories:
      eu-west-1:
        app: {shared-with: ["111111111111"]}
`

const lifecycleDocument = `{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}]}`

// newECRWorld has two images as layouts, one and two, and the policies as files.
func newECRWorld(t *testing.T) *world {
	t.Helper()
	config, err := simulator.ParseConfig([]byte(ecrWorld))
	if err != nil {
		t.Fatal(err)
	}
	w := newWorldWith(t, config)
	for _, name := range []string{"one", "two"} {
		image, err := random.Image(100, 1)
		if err != nil {
			t.Fatal(err)
		}
		path, err := layout.Write(filepath.Join(w.dir, name), empty.Index)
		if err != nil {
			t.Fatal(err)
		}
		if err := path.AppendImage(image); err != nil {
			t.Fatal(err)
		}
	}
	writeFile(t, filepath.Join(w.dir, "lifecycle.json"), lifecycleDocument, 0o644)
	writeFile(t, filepath.Join(w.dir, "policy.json"), `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": ["ecr:BatchGetImage"]}]}`, 0o644)
	return w
}

// ecrStep is a pipeline's step of drone-ecr with its image changed: settings as
// KEY=VALUE, and variables of the environment behind a $.
type ecrStep []string

// push adds an image to a step, and a repository.
func push(settings ...string) ecrStep {
	return append(ecrStep{"repo=app", "source_image=oci:one"}, settings...)
}

// run runs a step, with the log of a debugging run.
func (s ecrStep) run(t *testing.T, w *world) result {
	t.Helper()
	env := append(w.RegistryProxyEnv(), "DRONE=true", "CI=true", "DRONE_WORKSPACE="+w.dir, "PLUGIN_LOG_LEVEL=debug", "AWS_REGION=", "AWS_DEFAULT_REGION=")
	for _, setting := range s {
		if variable, is := strings.CutPrefix(setting, "$"); is {
			env = append(env, variable)
			continue
		}
		name, value, _ := strings.Cut(setting, "=")
		env = append(env, "PLUGIN_"+strings.ToUpper(name)+"="+value)
	}
	r := w.run(t, env, "awsvars")
	w.noLeak(t, "the log", r.log())
	return r
}

// asked are the calls of STS and ECR, but for tokens: who asked what of which
// repository, in which region and, where it is named, account.
func (w *world) asked() string {
	var lines []string
	for _, r := range w.Requests() {
		if r.Service != "sts" && r.Service != "ecr" {
			continue
		}
		words := []string{r.Action, r.CallerName, r.Region, r.TargetName, r.Params.Get("registryId"), r.Params.Get("repositoryName"), strings.Join(r.Params["repositoryNames"], ","), r.Params.Get("ExternalId")}
		lines = append(lines, strings.Join(strings.Fields(strings.Join(words, " ")), " "))
	}
	return strings.Join(lines, "; ")
}

// pushed are the names that the log says have been pushed.
func (r result) pushed() string {
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^pushed +(.*?) is sha256:`).FindAllStringSubmatch(r.stderr, -1) {
		names = append(names, found[1])
	}
	return strings.Join(names, "; ")
}

// fault is a line of the log that names an input and what is wrong with it.
func fault(input, problem string) string {
	return fmt.Sprintf(`(?m)^  %s( ".*")?: .*%s`, input, problem)
}

// warning is a line of the log that says what does not count.
func warning(input, why string) string {
	return fmt.Sprintf(`(?m)^inputs? +%s of drone-ecr is ignored: .*%s`, input, why)
}
