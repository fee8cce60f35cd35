package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/awsvars/awsvars/simulator"
)

// scene is a run that makes remote calls.
type scene struct {
	args string
	// env is what the job's environment has besides the simulator's.
	env func(*simulator.Simulator) []string
	// engine tells that there is a Docker engine.
	engine bool
}

// scenes are the runs of the table, by name. Together they make every remote
// call that awsvars makes.
func scenes() map[string]scene {
	const (
		first  = " --role-arn arn:aws:iam::111111111111:role/reader"
		chain  = " --role-arn arn:aws:iam::222222222222:role/deployer,arn:aws:iam::333333333333:role/pusher,arn:aws:iam::333333333333:role/last --external-id secret-handshake,second-handshake,-"
		github = " --source web-identity --web-identity-provider github --role-arn arn:aws:iam::111111111111:role/github"
	)
	const (
		push    = "push --source environment --image oci:image --registry 111111111111/eu-west-1"
		settled = " --scan-on-push --lifecycle-policy lifecycle.json --repository-policy policy.json"
	)
	// The system's own authorities would take longer to read than the run.
	proxied := func(s *simulator.Simulator) []string {
		return slices.Concat(s.RegistryProxyEnv(), s.UserEnv("ci"), []string{"AWS_CA_BUNDLE=authority.pem", "SSL_CERT_FILE=authority.pem", "SSL_CERT_DIR=none"})
	}
	user := func(s *simulator.Simulator) []string { return s.UserEnv("ci") }
	return map[string]scene{
		"instance":  {args: "sts --source instance" + first},
		"container": {args: "sts --source container" + first, env: (*simulator.Simulator).ContainerEnv},
		"chain":     {args: "sts --source instance" + chain},
		"github":    {args: "sts" + github, env: (*simulator.Simulator).OIDCEnv},
		"region": {args: "ecr --source instance", env: func(*simulator.Simulator) []string {
			return []string{"AWS_REGION=", "AWS_DEFAULT_REGION="}
		}},
		"user":      {args: "sts --source environment" + first, env: user},
		"federated": {args: "sts --source environment --principal-type federated-user --federated-user-name job --omit-policy", env: user},
		"session":   {args: "sts --source environment --principal-type session-token", env: user},
		"identity":  {args: "sts --source environment --add-caller-identity", env: user},
		"regions":   {args: "ecr --source environment --registry 111111111111/eu-west-1,111111111111/us-east-1", env: user},
		"public":    {args: "ecr --source environment --registry public", env: user},
		"login":     {args: "login --source environment --verify --registry 111111111111/eu-west-1", env: proxied},
		"loginpub":  {args: "login --source environment --verify --registry public", env: proxied},
		"push":      {args: push + " --repository app", env: proxied},
		"engine":    {args: strings.Replace(push, "oci:image", "app:latest", 1) + " --repository app", env: proxied, engine: true},
		"create":    {args: push + " --repository new --create-repository" + settled, env: proxied},
		"adjust":    {args: push + " --repository app --create-repository" + settled, env: proxied},
	}
}

// faultWorld is the simulator's usual world, with a third role behind two others
// and a repository of the first account.
func faultWorld() (*simulator.Config, error) {
	text := strings.NewReplacer(
		"      ci: {}\n", "      ci: {}\n    repositories:\n      eu-west-1:\n        app: {}\n",
		"            external-id: second-handshake\n", "            external-id: second-handshake\n      last:\n        trust:\n          - principal: arn:aws:iam::333333333333:role/pusher\n",
	).Replace(simulator.BuiltIn())
	return simulator.ParseConfig([]byte(text))
}

// props puts what the runs read into a directory.
func props(t *testing.T, dir string, world *simulator.Simulator) {
	t.Helper()
	// Without layers there is one blob, and each request comes after another.
	image, err := random.Image(1<<10, 0)
	if err != nil {
		t.Fatal(err)
	}
	path, err := layout.Write(filepath.Join(dir, "image"), empty.Index)
	if err == nil {
		err = path.AppendImage(image)
	}
	for name, text := range map[string]string{
		"authority.pem":  string(world.CA()),
		"lifecycle.json": `{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5}, "action": {"type": "expire"}}]}`,
		"policy.json":    `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}]}`,
	} {
		if err == nil {
			err = os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}
