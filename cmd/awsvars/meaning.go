package main

import (
	"fmt"
	"io/fs"

	"github.com/awsvars/awsvars/dropins"
	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

// translate finds out whether the inputs were written for another tool. Behind
// Docker they are those of whoever runs Docker, and mean nothing here.
func (p process) translate(command string, runner runners.Runner) *dropins.Translation {
	given := p.inputs(command, runner)
	if p.behindDocker {
		given.Input = func(string) (variables.Input, bool) { return variables.Input{}, false }
	}
	return dropins.Translate(runner.Name(), given)
}

func (p process) inputs(task string, runner runners.Runner) dropins.Given {
	return dropins.Given{Task: task, Input: runner.Input, Lookup: p.lookup, Read: readBrought}
}

// readBrought reads a file that the pipeline does not name, and that a pull
// request may have brought: a link, to /proc/self/environ for one, would lead
// to what faults must not quote.
func readBrought(path string) ([]byte, error) {
	content, _, err := files.Read(path, mostSetting, func(path string, info fs.FileInfo) error {
		if kind := files.Kind(info); kind != "" {
			return fmt.Errorf("%s is %s, and no file", path, kind)
		}
		return nil
	})
	return content, err
}

// maskInputs masks what another tool masks of its inputs, before anything of
// them could be said.
func (o *opening) maskInputs() error {
	if len(o.meant.Secrets) == 0 {
		return nil
	}
	return o.runner.Mask(o.meant.Secrets)
}

// tellMeaning says what inputs that were written for another tool came to.
func (o *opening) tellMeaning() {
	if o.meant.Decision != "" {
		o.log.Info("inputs", "text", o.meant.Decision, "tool", o.meant.Tool.Name)
	}
	for _, warning := range o.meant.Warnings {
		o.log.Warn("inputs", "text", warning)
	}
}
