package connectors

import (
	"fmt"

	"github.com/awsvars/awsvars/variables"
)

// chooseSource lets given keys, a given profile or a given token decide where
// no source is named, and refuses those that the named source would ignore.
func (c *Connector) chooseSource(v variables.Values) variables.Faults {
	kinds := []struct {
		source string
		names  []string
	}{
		{sourceStatic, []string{"access-key-id", "secret-access-key", "session-token"}},
		{sourceProfile, []string{"profile"}},
		{sourceWebIdentity, []string{"web-identity-token", "web-identity-token-file"}},
	}
	var faults variables.Faults
	for _, kind := range kinds {
		for _, name := range kind.names {
			if !v.Given(name) || bySystem(v, name) && c.source != sourceWebIdentity {
				continue
			}
			if c.source == sourceAuto && c.before == nil {
				c.source = kind.source
			}
			if c.source != kind.source && v.Origin(name) == variables.OwnName(name) && kind.source == sourceWebIdentity {
				// The environment of a job serves steps with other sources, too.
				c.ignored = append(c.ignored, v.Origin(name))
				break
			}
			if c.source != kind.source {
				faults = append(faults, c.ignoredBySource(v, name))
				break
			}
		}
	}
	return append(append(faults, c.checkSource(v)...), checkTokens(v)...)
}

// checkTokens refuses two tokens: no order among them would be everybody's.
func checkTokens(v variables.Values) variables.Faults {
	text, file := v.Given("web-identity-token"), v.Given("web-identity-token-file")
	switch {
	case text && file:
		return variables.Faults{{Setting: "web-identity-token-file", Given: v.Text("web-identity-token-file"), Problem: "a token is given as " + v.Origin("web-identity-token") + "; leave out one of both"}}
	case (text && !bySystem(v, "web-identity-token") || file) && v.Given("web-identity-provider") && v.Text("web-identity-provider") != providerAuto:
		return variables.Faults{{Setting: "web-identity-provider", Given: v.Text("web-identity-provider"), Problem: "a token is given, or a file with one; leave out one of both"}}
	}
	return nil
}

func (c *Connector) ignoredBySource(v variables.Values, name string) variables.Fault {
	fault := variables.Fault{Setting: name, Problem: fmt.Sprintf("the source is %s, which would ignore it; leave out one of both", c.source)}
	switch {
	case c.before != nil:
		fault.Problem = fmt.Sprintf("the credentials come from the connector %s, which would ignore it; leave out one of both", c.before.name)
	case name == "profile":
		fault.Given = c.profile
	case name != "web-identity-token" && name != "web-identity-token-file":
		fault.Setting, fault.Problem = "access-key-id", fmt.Sprintf("keys are given, and the source is %s, which would ignore them; leave out one of both", c.source)
	}
	return fault
}

// checkSource refuses a source that lacks what it needs.
func (c *Connector) checkSource(v variables.Values) variables.Faults {
	var faults variables.Faults
	missing := func(name string) {
		faults = append(faults, variables.Fault{Setting: name, Problem: "missing: static keys need access-key-id and secret-access-key"})
	}
	if c.before != nil && v.Given("source") {
		faults = append(faults, variables.Fault{Setting: "source", Given: c.source, Problem: fmt.Sprintf("the credentials come from the connector %s; leave out one of both", c.before.name)})
	}
	if c.source == sourceStatic && c.static.id == "" {
		missing("access-key-id")
	}
	if c.source == sourceStatic && c.static.secret.Empty() {
		missing("secret-access-key")
	}
	return faults
}

// checkGuards refuses a guard that would be off although somebody meant one.
func (c *Connector) checkGuards(v variables.Values) variables.Faults {
	faults := emptyGuard(v)
	if c.plainSecret && v.Given("mfa-code") {
		faults = append(faults, variables.Fault{Setting: "special-characters-workaround", Problem: "an MFA code is good once, so AWS cannot be asked again; leave out one of both"})
	}
	if c.plainSecret && len(c.steps) == 0 && c.handsOn() {
		faults = append(faults, variables.Fault{Setting: "special-characters-workaround", Problem: "credentials that are handed on as they are cannot be asked for again; give a role, or leave it out"})
	}
	return faults
}

func emptyGuard(v variables.Values) variables.Faults {
	if !v.Given(guardSetting) || len(v.List(guardSetting)) > 0 {
		return nil
	}
	return variables.Faults{{Setting: guardSetting, Given: v.Text(guardSetting), Problem: "there is no account ID in it; a guard that lets everybody through is none"}}
}
