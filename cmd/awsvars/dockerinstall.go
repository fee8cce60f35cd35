package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// installation is what install and uninstall are told on the command line.
type installation struct {
	process
	all, overwrite, link bool
	dir                  string
	flags                given
}

// installSettings are those of the commands that write Docker's configuration.
func installSettings() []variables.Setting {
	all := inspected()
	for _, s := range connectors.Settings() {
		if s.Name == "region" {
			all = append(all, s)
		}
	}
	return all
}

func (p process) installCommand() *cobra.Command {
	i := &installation{process: p}
	c := &cobra.Command{Use: "install REGISTRY...", Short: "Name the helper for registries in Docker's config.json"}
	i.flags = addFlags(c, installSettings())
	c.Flags().BoolVar(&i.all, "all", false, "every registry that the connectors of this job name by host, or by account and region")
	c.Flags().BoolVar(&i.overwrite, "overwrite", false, "also where another helper is named")
	c.Flags().BoolVar(&i.link, "link", false, "make "+helperProgram+", a symbolic link beside this program")
	i.addDirectory(c)
	c.RunE = func(c *cobra.Command, args []string) error { return i.install(c.Context(), args) }
	return c
}

func (p process) uninstallCommand() *cobra.Command {
	i := &installation{process: p}
	c := &cobra.Command{Use: "uninstall REGISTRY...", Short: "Take the helper out of Docker's config.json again"}
	i.flags = addFlags(c, installSettings())
	c.Flags().BoolVar(&i.all, "all", false, "for every registry that has this helper")
	i.addDirectory(c)
	c.RunE = func(c *cobra.Command, args []string) error { return i.uninstall(c.Context(), args) }
	return c
}

func (i *installation) addDirectory(c *cobra.Command) {
	c.Flags().StringVar(&i.dir, "docker-config", "", "Docker's configuration directory; without it DOCKER_CONFIG, or .docker in the home directory")
}

// config is Docker's configuration directory. Docker writes through a link in
// place of config.json, which people keep elsewhere, and so does this.
func (i *installation) config() (docker.Config, error) {
	given := i.dir
	if given == "" {
		given, _ = i.lookup("DOCKER_CONFIG")
	}
	dir, err := docker.Directory(given, i.home, i.process.dir)
	if err != nil {
		return docker.Config{}, undelivered{err}
	}
	if target, err := filepath.EvalSymlinks(filepath.Join(dir, "config.json")); err == nil && filepath.Base(target) == "config.json" {
		dir = filepath.Dir(target)
	}
	return docker.Config{Directory: dir, Environ: i.inherited()}, nil
}

// run reads the settings, has the change made, and says in the log what came of
// it.
func (i *installation) run(subject, text string, change func(o *opening, config docker.Config) ([]string, error)) error {
	o := i.prepare("docker-credential", append(connectors.Settings(), ownSettings()...), i.flags, func(variables.Values) []string { return nil })
	config, err := i.config()
	var changed []string
	if err == nil {
		changed, err = change(o, config)
	}
	if err != nil {
		report(o.log, err)
		return &reported{err}
	}
	for _, host := range changed {
		o.log.Info(subject, "text", fmt.Sprintf("%s: %s, says %s", host, text, config.Directory), "registry", host, "directory", config.Directory)
	}
	if len(changed) == 0 {
		o.log.Info(subject, "text", "nothing: it is so already in "+config.Directory, "directory", config.Directory)
	}
	return nil
}

func (i *installation) install(ctx context.Context, args []string) error {
	return i.run("installed", "Docker asks "+helperProgram, func(o *opening, config docker.Config) ([]string, error) {
		hosts, err := i.hosts(o, args)
		if err != nil {
			return nil, err
		}
		if i.all {
			more, err := o.hosts()
			if err != nil {
				return nil, err
			}
			hosts = append(hosts, more...)
		}
		if len(hosts) == 0 {
			return nil, missingRegistry("--all for the registries of a connectors file")
		}
		if err := i.findProgram(); err != nil {
			return nil, err
		}
		changed, err := config.NameHelper(ctx, helperName, hosts, i.overwrite)
		if err != nil {
			return nil, undelivered{err}
		}
		return changed, nil
	})
}

func (i *installation) uninstall(ctx context.Context, args []string) error {
	return i.run("removed", "Docker asks "+helperProgram+" no more", func(o *opening, config docker.Config) ([]string, error) {
		hosts, err := i.hosts(o, args)
		switch {
		case err != nil:
			return nil, err
		case i.all:
			hosts = nil
		case len(hosts) == 0:
			return nil, missingRegistry("--all for every registry that has this helper")
		}
		changed, err := config.DropHelper(ctx, helperName, hosts...)
		if err != nil {
			return nil, undelivered{err}
		}
		return changed, nil
	})
}

func missingRegistry(instead string) error {
	return variables.Faults{{Setting: "REGISTRY", Problem: "not given: write it behind the command, or " + instead}}
}

// hosts are those of the registries on the command line. An account alone is
// in the region of the settings or the environment.
func (i *installation) hosts(o *opening, args []string) ([]string, error) {
	faults := o.faults.And(i.strangers(o.log))
	region := o.values.Text("region")
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		if region == "" {
			region, _ = i.lookup(name)
		}
	}
	var hosts []string
	for _, arg := range args {
		r, err := ecr.Parse(arg)
		if err == nil && r.Region == "" {
			r.Region = region
		}
		if err == nil && r.Domain() == "" {
			err = errors.New("the region is not known: write 111111111111/eu-west-1, or give --region")
		}
		if err != nil {
			faults = append(faults, variables.Fault{Setting: "REGISTRY", Given: arg, Problem: err.Error()})
			continue
		}
		hosts = append(hosts, r.Domain())
	}
	return hosts, faults.Err()
}
