package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/variables"
)

// mostRecord bounds a record, in bytes: a day's log of a busy account.
const mostRecord = 256 << 20

// recorded writes what a recorded run needed.
func (p process) recorded(c *cobra.Command, n needs, path string) error {
	p.behindDocker = true
	o := p.prepare("policy", ownSettings(), given{}, func(variables.Values) []string { return nil })
	if faults := o.faults.And(n.check()); len(faults) > 0 {
		return told(o.log, o.runner, faults)
	}
	text, err := files.Load(path, mostRecord)
	var grants []policy.Grant
	if err == nil {
		grants, err = policy.ReadRecord(text)
	}
	if err != nil {
		return told(o.log, o.runner, misstated{fmt.Errorf("record %q: %w", path, err)})
	}
	return n.write(c, o, grants)
}
