package tasks

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/variables"
)

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
			Name: "registry", Type: variables.List, Aliases: []string{"registries", "registry-ids", "account-ids"},
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

// LogoutOf takes out the logins that one step of this job has placed, as the
// task logout does, and no others.
func LogoutOf(ctx context.Context, m connectors.Machine, placed variables.Placed) ([]docker.Outcome, error) {
	config := docker.Config{Directory: placed.Directory, Environ: m.Environ(), Job: jobName(m.Job)}
	outcomes, err := config.Logout(ctx, placed.Hosts...)
	return outcomes, docked(err)
}
