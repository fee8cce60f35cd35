package e2e

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/docker/cli/cli/config"
	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
)

// object is what the tests look at in an object of Kubernetes.
type object struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct {
		Name, Namespace     string
		Annotations, Labels map[string]string
	}
	Type     string
	Data     map[string]string
	Rules    []rule
	RoleRef  struct{ APIGroup, Kind, Name string } `yaml:"roleRef"`
	Subjects []struct{ Kind, Name, Namespace string }
	Spec     struct {
		Schedule    string
		JobTemplate struct {
			Spec struct {
				Template struct{ Spec pod }
			}
		} `yaml:"jobTemplate"`
	}
}

// rule is one of RBAC.
type rule struct {
	APIGroups     []string `yaml:"apiGroups"`
	Resources     []string
	ResourceNames []string `yaml:"resourceNames"`
	Verbs         []string
}

type pod struct {
	ServiceAccountName string      `yaml:"serviceAccountName"`
	InitContainers     []container `yaml:"initContainers"`
	Containers         []container
	Volumes            []struct{ Name string }
}

type container struct {
	Command, Args []string
	VolumeMounts  []struct {
		Name      string
		MountPath string `yaml:"mountPath"`
	} `yaml:"volumeMounts"`
}

// cluster is the example of docs/kubernetes.md, by the kinds of its objects.
func cluster(t *testing.T) map[string]object {
	t.Helper()
	objects := map[string]object{}
	decoder := yaml.NewDecoder(strings.NewReader(blocksOf(t, "yaml", "kubernetes")[0].text))
	for {
		var o object
		err := decoder.Decode(&o)
		if errors.Is(err, io.EOF) {
			return objects
		}
		if err != nil {
			t.Fatal(err)
		}
		objects[o.Kind] = o
	}
}

// TestObjectsOfTheCronJobFitTogether: names that lead nowhere show in a cluster
// only.
func TestObjectsOfTheCronJobFitTogether(t *testing.T) {
	t.Parallel()
	all := cluster(t)
	account, role, binding, job := all["ServiceAccount"], all["Role"], all["RoleBinding"], all["CronJob"]
	spec := job.Spec.JobTemplate.Spec.Template.Spec
	for kind, version := range map[string]string{"ServiceAccount": "v1", "Role": "rbac.authorization.k8s.io/v1", "RoleBinding": "rbac.authorization.k8s.io/v1", "CronJob": "batch/v1"} {
		if all[kind].APIVersion != version || all[kind].Metadata.Namespace != "apps" {
			t.Errorf("the %s is of %q in %q", kind, all[kind].APIVersion, all[kind].Metadata.Namespace)
		}
	}
	if spec.ServiceAccountName != account.Metadata.Name || binding.RoleRef.Name != role.Metadata.Name || binding.RoleRef.Kind != role.Kind {
		t.Error("the job does not run as the service account, or the binding gives another role")
	}
	if len(binding.Subjects) != 1 || binding.Subjects[0].Name != account.Metadata.Name || binding.Subjects[0].Kind != account.Kind || binding.Subjects[0].Namespace != "apps" {
		t.Errorf("the binding is for %v", binding.Subjects)
	}
	if job.Spec.Schedule != "0 */6 * * *" {
		t.Errorf("the job runs at %q", job.Spec.Schedule)
	}
	for _, c := range slices.Concat(spec.InitContainers, spec.Containers) {
		if len(c.VolumeMounts) != 1 || len(spec.Volumes) != 1 || c.VolumeMounts[0].Name != spec.Volumes[0].Name || c.VolumeMounts[0].MountPath != "/secrets" {
			t.Errorf("%v does not share the volume", c.Command)
		}
	}
}

// logins is what Docker's own reader finds in a config.json.
func logins(t *testing.T, w *world, content []byte) []string {
	t.Helper()
	file, err := config.LoadFromReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	var hosts []string
	for host, login := range file.AuthConfigs {
		if login.Username != "AWS" || !w.handedOut(login.Password) {
			t.Errorf("%s: the login is not what the simulator handed out", host)
		}
		hosts = append(hosts, host)
	}
	slices.Sort(hosts)
	return hosts
}

// pullSecret checks that o is an image pull secret for the registries of the
// page.
func pullSecret(t *testing.T, w *world, o object, namespace string) {
	t.Helper()
	if o.APIVersion != "v1" || o.Kind != "Secret" || o.Type != "kubernetes.io/dockerconfigjson" || o.Metadata.Name != "ecr-login" || o.Metadata.Namespace != namespace {
		t.Errorf("%s %s %s %v", o.APIVersion, o.Kind, o.Type, o.Metadata)
	}
	if o.Metadata.Labels["app.kubernetes.io/managed-by"] != "awsvars" || o.Metadata.Annotations["awsvars/expires"] == "" {
		t.Errorf("%v", o.Metadata)
	}
	var data struct {
		Config []byte `json:".dockerconfigjson"`
	}
	document, err := json.Marshal(o.Data)
	if err == nil {
		err = json.Unmarshal(document, &data)
	}
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"222222222222.dkr.ecr.eu-west-1.amazonaws.com", "public.ecr.aws"}
	if diff := cmp.Diff(want, logins(t, w, data.Config)); diff != "" {
		t.Error(diff)
	}
}

// runLogin runs the arguments of the first container as the image does: no
// home, no shell, one directory to write to.
func runLogin(t *testing.T, w *world, env, args []string) object {
	t.Helper()
	for i, arg := range args {
		args[i] = strings.ReplaceAll(arg, "/secrets/", w.dir+"/")
	}
	r := w.run(t, append(env, "HOME=/", "TMPDIR="), "awsvars", args...)
	if r.status != 0 || r.stdout != "" {
		t.Fatalf("status %d\n%s", r.status, r.stderr)
	}
	w.noLeak(t, "the log", r.log())
	path := filepath.Join(w.dir, "secret.json")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v", info.Mode())
	}
	var o object
	parse(t, readFile(t, path), &o)
	return o
}

// TestCronJob runs the two containers of the page, the second one against an
// API server that gives no more rights than the Role: once where there is no
// secret yet, and once to renew it.
func TestCronJob(t *testing.T) {
	t.Parallel()
	all := cluster(t)
	spec := all["CronJob"].Spec.JobTemplate.Spec.Template.Spec
	w := newWorld(t)
	api := newAPI(t, all["Role"].Rules)
	for _, verbs := range [][]string{{"patch", "create"}, {"patch"}} {
		o := runLogin(t, w, w.ContainerEnv(), slices.Clone(spec.InitContainers[0].Args))
		pullSecret(t, w, o, "apps")
		need(t, "kubectl")
		command := strings.ReplaceAll(strings.Join(spec.Containers[0].Command, " "), "/secrets/", w.dir+"/")
		r := w.run(t, []string{"HOME=/nonexistent", "KUBECONFIG=" + api.kubeconfig(t)}, "sh", "-c", command)
		if r.status != 0 {
			t.Fatalf("status %d\n%s", r.status, r.log())
		}
		w.noLeak(t, "the log", r.log())
		if diff := cmp.Diff(verbs, api.used()); diff != "" {
			t.Errorf("what was done to the secret (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(o.Data, api.secret(t).Data); diff != "" {
			t.Error("the API server has other data")
		}
		pullSecret(t, w, api.secret(t), "apps")
	}
}

// TestApplyFromAPipe runs the first command of the page twice: kubectl apply
// reads before it writes, and the rights of the Role are enough for that, too.
func TestApplyFromAPipe(t *testing.T) {
	t.Parallel()
	need(t, "kubectl")
	w := newWorld(t)
	api := newAPI(t, cluster(t)["Role"].Rules)
	for _, verbs := range [][]string{{"get", "create"}, {"get", "patch"}} {
		r := w.run(t, append(w.ContainerEnv(), "KUBECONFIG="+api.kubeconfig(t)), "sh", "-e", "-c", blockOf(t, "kubernetes.md", "kubernetes").text)
		if r.status != 0 {
			t.Fatalf("status %d\n%s", r.status, r.log())
		}
		w.noLeak(t, "the log", r.log())
		if diff := cmp.Diff(verbs, api.used()); diff != "" {
			t.Errorf("what was done to the secret (-want +got):\n%s", diff)
		}
		pullSecret(t, w, api.secret(t), "apps")
	}
}

// TestKubectlMakesTheSameSecret: kubectl's own command for image pull secrets
// names the same fields.
func TestKubectlMakesTheSameSecret(t *testing.T) {
	t.Parallel()
	need(t, "kubectl")
	w := newWorld(t)
	r := w.run(t, nil, "awsvars", "ecr", "--source", "instance", "--format", "kubernetes-secret")
	var ours, theirs object
	parse(t, r.stdout, &ours)
	kubectl := w.run(t, []string{"KUBECONFIG=/dev/null"}, "kubectl", "create", "secret", "docker-registry", "ecr-login",
		"--docker-server=registry.example.com", "--docker-username=AWS", "--docker-password=x", "--dry-run=client", "--output=json")
	parse(t, kubectl.stdout, &theirs)
	if theirs.Kind == "" {
		t.Fatal(kubectl.stderr)
	}
	fields := func(o object) []string {
		all := []string{o.APIVersion, o.Kind, o.Type, o.Metadata.Name}
		for name := range o.Data {
			all = append(all, name)
		}
		return all
	}
	if diff := cmp.Diff(fields(theirs), fields(ours)); diff != "" {
		t.Errorf("(-kubectl +awsvars):\n%s", diff)
	}
}

// TestServiceAccountOfEKS runs the job with what EKS puts into the environment
// of a pod whose service account has the annotation.
func TestServiceAccountOfEKS(t *testing.T) {
	t.Parallel()
	page := blocksOf(t, "yaml", "kubernetes-identity")
	var account object
	var args []string
	parse(t, page[0].text, &account)
	parse(t, page[1].text, &args)
	v := visitors()["eks"]
	subject := "system:serviceaccount:" + account.Metadata.Namespace + ":" + account.Metadata.Name
	w := worldOf(t, []simulator.Trust{{WebIdentity: &simulator.WebIdentity{Issuer: v.issuer, Audience: v.audience, Subject: subject}}})
	token := filepath.Join(t.TempDir(), "token")
	writeFile(t, token, w.token(t, v, subject), 0o600)
	env := []string{"AWS_WEB_IDENTITY_TOKEN_FILE=" + token, "AWS_ROLE_ARN=" + account.Metadata.Annotations["eks.amazonaws.com/role-arn"], "AWS_REGION=eu-west-1"}
	pullSecret(t, w, runLogin(t, w, env, args), "apps")
}
