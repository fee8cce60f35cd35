package main

import (
	"context"
	"strings"

	"github.com/awsvars/awsvars/connectors"
)

// existing are the credentials that the job has already, where the task is to
// keep to them and AWS takes them, else nil.
func (o *opening) existing(ctx context.Context) connectors.Sessions {
	if !o.on("use-existing-credentials") {
		return nil
	}
	session, err := o.roster.Existing(ctx, o.log)
	if err != nil {
		o.log.Info("existing", "text", "none that can be kept: "+strings.Join(strings.Fields(err.Error()), " "))
		return nil
	}
	// It was asked for just now.
	identity, _ := session.Identity(ctx)
	o.log.Info("existing", "text", identity.ARN+"; the job keeps to these credentials", "identity", identity.ARN)
	return connectors.Sessions{"": session}
}

// on tells whether a setting is on that not every command has.
func (o *opening) on(setting string) bool { return o.values.Has(setting) && o.values.Bool(setting) }
