package tasks

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

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
	t.tell(w, config, placed)
	set := variables.NewSet(w.Values.Text("namespace"))
	if w.Values.Bool("login-variables") {
		set, err = t.set(ctx, w, tokens)
	} else {
		hide(set, tokens)
	}
	if err == nil && placed.Private {
		err = set.AddVariable(variables.Variable{Name: "dockerConfig", Value: variables.NewSecret(placed.Directory), Output: "docker-config", Standard: []string{"DOCKER_CONFIG"}})
	}
	if err != nil {
		return nil, errors.Join(err, undo())
	}
	set.Undo, set.Placed = undo, &variables.Placed{Directory: placed.Directory}
	for _, p := range placed.Hosts {
		set.Placed.Hosts = append(set.Placed.Hosts, p.Host)
	}
	return set, nil
}

// tell says where the logins went, and what docker takes before them.
func (loginTask) tell(w Work, config docker.Config, placed docker.Placed) {
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

// hide has tokens masked that no variable holds, as Docker's configuration
// holds them and as it hands them on.
func hide(set *variables.Set, tokens []ecr.Token) {
	for _, t := range tokens {
		set.Hide(t.Authorization)
		set.Hide(t.Password)
	}
}

// verify asks the registries, and refuses a login that one of them does not
// take.
func verify(ctx context.Context, w Work, logins []docker.Login) error {
	for _, l := range logins {
		answer, err := docker.Verify(ctx, w.Network.Registry, l)
		if err != nil {
			return err
		}
		if !answer.Accepted() {
			err := fmt.Errorf("verifying the login to %s: the registry says %s", l.Host, answer)
			if answer.Refused() {
				return &connectors.Refused{Err: err}
			}
			return err
		}
		w.Log.Info("verified", "text", l.Host+" takes the login", "registry", l.Host, "status", answer.Status)
	}
	return nil
}
