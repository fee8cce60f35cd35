package tasks

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// loginTask logs Docker in to registries of Amazon ECR, and delivers what the
// task ecr does. It needs the same permissions.
type loginTask struct{ ecrTask }

func (loginTask) Name() string { return "login" }

func (loginTask) Summary() string { return "Logs Docker in to Amazon ECR" }

func (loginTask) Examples() []string {
	return []string{
		"awsvars login --registry 222222222222/eu-west-1 && docker push 222222222222.dkr.ecr.eu-west-1.amazonaws.com/app",
		`private=$(awsvars login --private --format shell) && eval "$private" && docker push "$custom_aws_ecr_proxyEndpointDomain/app"`,
	}
}

func (t loginTask) Settings() []variables.Setting {
	own := []variables.Setting{
		dockerConfigSetting(),
		{
			Name: "private", Type: variables.Bool, Default: "false",
			Help: "Log in in a Docker configuration of the job's own, handed on as DOCKER_CONFIG: for agents that run several jobs at once. Contexts, plugins and the rest of the user's configuration count there, too.",
		},
		{
			Name: "verify", Type: variables.Bool, Default: "false",
			Help: "Ask each registry itself whether it takes the login.",
		},
		{
			Name: "login-variables", Type: variables.Bool, Default: "true",
			Help: "Deliver the variables of the task ecr as well. A script gets them where it names a format or an output.",
		},
	}
	return slices.Concat(t.ecrTask.Settings()[:1], own, t.ecrTask.Settings()[1:])
}

func dockerConfigSetting() variables.Setting {
	return variables.Setting{
		Name: "docker-config", Type: variables.Text,
		Help: "Docker's configuration directory. Without it DOCKER_CONFIG, then ~/.docker.",
	}
}

func (loginTask) Delivers(v variables.Values) Delivery {
	switch {
	case v.Bool("private"):
		// Nobody finds the login without DOCKER_CONFIG.
		return Always
	case v.Bool("login-variables"):
		return Asked
	}
	return Never
}

func (t loginTask) CheckLogins(v variables.Values) error {
	switch {
	case !v.Bool("login-variables"):
		return errors.New("login-variables is off, so that there are no logins to write; leave one of the two out")
	case v.Bool("private"):
		return errors.New("it has no place for DOCKER_CONFIG, which private hands on; leave one of the two out")
	}
	return t.ecrTask.CheckLogins(v)
}

func (t loginTask) Run(ctx context.Context, w Work) (*variables.Set, error) {
	config, err := dockerConfig(w)
	if err == nil && !w.Values.Bool("private") {
		err = docked(config.Check(hostsOf(w.Values)...))
	}
	var unfit *docker.Unfit
	if err != nil && !errors.As(err, &unfit) {
		return nil, err
	}
	tokens, err := t.tokens(ctx, w)
	if err != nil {
		return nil, err
	}
	logins := loginsOf(tokens)
	if w.Values.Bool("verify") {
		if err := verify(ctx, w, logins); err != nil {
			return nil, err
		}
	}
	placed, undo, err := place(ctx, w, config, logins)
	if err != nil {
		return nil, err
	}
	for _, p := range placed.Hosts {
		where := filepath.Join(placed.Directory, "config.json")
		if p.Store != "" {
			where = "the credential store " + p.Store
		}
		w.Log.Info("login", "text", p.Host+" in "+where, "registry", p.Host, "store", p.Store, "directory", placed.Directory)
	}
	for _, host := range config.Overridden(hostsOf(w.Values)...) {
		w.Log.Warn("login", "text", "the variable DOCKER_AUTH_CONFIG has a login to "+host+", which docker takes before this one", "registry", host)
	}
	if placed.Private && !w.Values.Bool("private") {
		w.Log.Warn("login", "text", "docker finds it with DOCKER_CONFIG="+placed.Directory, "directory", placed.Directory)
	}
	set := variables.NewSet(w.Values.Text("namespace"))
	if w.Values.Bool("login-variables") {
		set, err = t.set(ctx, w, tokens)
	}
	if err == nil && placed.Private {
		err = set.AddVariable(variables.Variable{Name: "dockerConfig", Value: variables.NewSecret(placed.Directory), Output: "docker-config", Standard: []string{"DOCKER_CONFIG"}})
	}
	if err != nil {
		return nil, errors.Join(err, undo())
	}
	set.Undo = undo
	return set, nil
}

// hostsOf are the hosts of the registries that are known before AWS is asked.
func hostsOf(v variables.Values) []string {
	var hosts []string
	for _, t := range targets(v) {
		if host := t.registry.Domain(); host != "" {
			hosts = append(hosts, host)
		}
	}
	return hosts
}

func loginsOf(tokens []ecr.Token) []docker.Login {
	var logins []docker.Login
	for _, t := range tokens {
		logins = append(logins, docker.Login{Host: t.Registry.Domain(), Username: t.Username, Password: t.Password})
	}
	return logins
}

// place writes the logins where Docker finds them: in its configuration, or in
// one of the job's own where that is asked for, or where the user's store
// cannot take them.
func place(ctx context.Context, w Work, config docker.Config, logins []docker.Login) (docker.Placed, func() error, error) {
	if !w.Values.Bool("private") {
		placed, undo, err := config.Login(ctx, logins)
		var unfit *docker.Unfit
		if !errors.As(err, &unfit) {
			return placed, undo, docked(err)
		}
		w.Log.Warn("store", "text", unfit.Error()+"; a private Docker configuration is used, handed on as DOCKER_CONFIG", "store", unfit.Store, "reason", string(unfit.Reason))
	}
	placed, undo, err := config.Private(ctx, Temporary(w.Machine.Lookup, os.TempDir()), docker.SessionOf(os.Getppid()), logins)
	return placed, undo, docked(err)
}

// Undocked is the error of Docker's configuration, as opposed to AWS's.
type Undocked struct{ Err error }

func (u *Undocked) Error() string { return u.Err.Error() }

// Unwrap returns what went wrong.
func (u *Undocked) Unwrap() error { return u.Err }

func docked(err error) error {
	if err == nil {
		return nil
	}
	return &Undocked{err}
}

func dockerConfig(w Work) (docker.Config, error) {
	given := w.Values.Text("docker-config")
	if given == "" {
		given, _ = w.Machine.Lookup("DOCKER_CONFIG")
	}
	directory, err := docker.Directory(given, w.Machine.Home, w.Machine.Dir)
	if err != nil {
		return docker.Config{}, docked(err)
	}
	return docker.Config{Directory: directory, Environ: w.Machine.Environ(), Job: jobName(w.Machine.Job)}, nil
}

// jobName tells one job from another on the same machine, those of one build
// too; empty outside of a
// CI system, where a logout takes out whatever awsvars wrote.
func jobName(job variables.Job) string {
	if job.System == "" {
		return ""
	}
	return strings.Join([]string{job.System, job.Repository, job.Pipeline, job.Build, job.ID}, " ")
}

// Temporary is where a private configuration outlives the step and not the
// job, as far as the CI system has such a place, and otherwise.
func Temporary(lookup func(string) (string, bool), otherwise string) string {
	for _, name := range []string{"RUNNER_TEMP", "AGENT_TEMPDIRECTORY", "TMPDIR"} {
		if path, _ := lookup(name); filepath.IsAbs(path) {
			return path
		}
	}
	return otherwise
}

// verify asks the registries, and refuses a login that one of them does not
// take.
func verify(ctx context.Context, w Work, logins []docker.Login) error {
	for _, l := range logins {
		answer, err := docker.Verify(ctx, w.Network.Client, l)
		if err != nil {
			return err
		}
		if !answer.Accepted() {
			return &connectors.Refused{Err: fmt.Errorf("verifying the login to %s: the registry says %s", l.Host, answer)}
		}
		w.Log.Info("verified", "text", l.Host+" takes the login", "registry", l.Host, "status", answer.Status)
	}
	return nil
}

// logoutTask takes out what login wrote for this job. It asks nobody.
type logoutTask struct{}

func (logoutTask) Name() string { return "logout" }

func (logoutTask) Summary() string { return "Takes out what login wrote for this job" }

func (logoutTask) Examples() []string {
	return []string{"awsvars logout", "awsvars logout --registry 222222222222.dkr.ecr.eu-west-1.amazonaws.com"}
}

func (logoutTask) Settings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "registry", Type: variables.List, Aliases: []string{"registries", "registry-ids"},
			Check: func(text string) error {
				t, err := parseTarget(text)
				if err == nil && t.registry.Domain() == "" {
					err = errors.New("write the host of the registry, or its account and region, as in 111111111111/eu-west-1")
				}
				return err
			},
			Help: "Registry, or several, to log out of. Without it all that this job logged in to.",
		},
		dockerConfigSetting(),
	}
}

func (logoutTask) Check(variables.Values) variables.Faults { return nil }

func (logoutTask) Connectors(variables.Values) []string { return nil }

func (logoutTask) Region(variables.Values, string) connectors.Need { return connectors.Unused }

func (logoutTask) Endpoints(context.Context, aws.Config, variables.Values, string) ([]string, error) {
	return nil, nil
}

func (logoutTask) Delivers(variables.Values) Delivery { return Never }

func (logoutTask) CheckLogins(variables.Values) error { return noLogins("logout") }

func (logoutTask) Run(ctx context.Context, w Work) (*variables.Set, error) {
	config, err := dockerConfig(w)
	if err != nil {
		return nil, err
	}
	outcomes, err := config.Logout(ctx, hostsOf(w.Values)...)
	for _, o := range outcomes {
		w.Log.Info("logout", "text", fmt.Sprintf("%s: %s", o.Host, o.Fate), "registry", o.Host, "fate", string(o.Fate))
	}
	if len(outcomes) == 0 && err == nil {
		w.Log.Info("logout", "text", "nothing of this job's in "+config.Directory)
	}
	return nil, docked(err)
}
