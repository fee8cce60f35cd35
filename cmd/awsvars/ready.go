package main

import (
	"errors"
	"net/url"
	"strconv"
	"strings"

	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// ready tells before AWS is asked what is wrong, and what would stop the
// delivery.
func (o *opening) ready(task tasks.Task) error {
	faults := o.faults.And(task.Check(o.values)).And(o.strangers(o.log, o.meant.Inputs()...)).And(o.checkProfile()).And(o.checkLogins(task))
	var err error
	if !o.quiet(task) {
		err = check(o.runner, o.values, faults.And(o.checkStdout(o.runner, o.values)).And(runners.CheckScope(o.runner, o.values)))
	} else if len(faults) > 0 {
		err = faults
	}
	if w := o.profileWriter(); err == nil && w != nil {
		if err = w.check(); err != nil {
			err = undelivered{err}
		}
	}
	o.warn()
	return err
}

// checkProfile refuses a profile that the next run would take its credentials
// from, and one that ends with the container of a plugin.
func (o *opening) checkProfile() variables.Faults {
	w := o.profileWriter()
	if w == nil || len(o.faults) > 0 {
		return nil
	}
	fault := func(problem string) variables.Faults {
		return variables.Faults{{Setting: "write-profile", Given: w.profile.Name, Problem: problem}}
	}
	_, moved := o.lookup("AWS_SHARED_CREDENTIALS_FILE")
	switch o.runner.Name() {
	case "drone", "woodpecker", "harness":
		if !moved {
			return fault("the home directory of a plugin ends with its step; set AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE to files of the workspace, or use the variables")
		}
	}
	if c := o.roster.Connector(""); c != nil && c.Reads(w.profile.Name) {
		return fault("the next run would take its credentials from this profile; name the source that is meant, or write another profile")
	}
	return nil
}

// checkLogins refuses a format of logins for a task that delivers none.
func (o *opening) checkLogins(task tasks.Task) variables.Faults {
	if len(o.faults) > 0 || !runners.WritesLogins(o.values) {
		return nil
	}
	if err := task.CheckLogins(o.values); err != nil {
		return variables.Faults{{Setting: "format", Given: o.values.Text("format"), Problem: err.Error()}}
	}
	return nil
}

// check completes the faults with the runner's, and gives what would stop
// the delivery before AWS is asked.
func check(runner runners.Runner, values variables.Values, faults variables.Faults) error {
	err := runner.Check(values)
	var more variables.Faults
	if errors.As(err, &more) {
		faults, err = faults.And(more), nil
	}
	if len(faults) > 0 {
		return faults
	}
	if err != nil {
		return undelivered{err}
	}
	return nil
}

// checkStdout refuses to write variables where nobody reads them but in a log.
func (p process) checkStdout(runner runners.Runner, values variables.Values) variables.Faults {
	if !p.stdoutIsLog || runner.Name() != "envfile" || values.Given("output") || p.terminal {
		return nil
	}
	return variables.Faults{{Setting: "output", Problem: "not given: stdout of this step is its log; name a file"}}
}

func checkRetries(text string) error {
	if n, err := strconv.Atoi(text); err != nil || n < 0 || n > 20 {
		return errors.New("0 to 20")
	}
	return nil
}

// checkProxy takes a host and a port alone, as the variables of the
// environment may be written.
func checkProxy(text string) error {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	if u, err := url.Parse(text); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5" {
		return errors.New("write http://, https:// or socks5://, a host and a port")
	}
	return nil
}

func checkTimeout(text string) error {
	if strings.Trim(text, "0smh") == "" {
		return errors.New("1s or more")
	}
	return nil
}
