package connectors

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// besides are the settings that may stand beside a connector's name, and count
// before what the file says. None of them changes who the credentials are.
func besides() []string {
	return []string{"region", "duration", "role-session-name", "mfa-code", "web-identity-token", "web-identity-token-file"}
}

// checkNamed refuses settings that no connector in use would look at: a slip
// such as --connectors for --connector must not be another identity. A job's
// environment may name a file, or a connector, for others of its steps.
func checkNamed(v variables.Values, names []string) variables.Faults {
	var faults variables.Faults
	given := func(name string) bool { return v.Given(name) && v.Origin(name) != variables.OwnName(name) }
	// What says how to get credentials is refused wherever it was given: a
	// policy that nobody looks at would be no policy.
	recipe := func(name string) bool {
		return v.Given(name) && !slices.Contains(besides(), name) && name != guardSetting && !bySystem(v, name)
	}
	switch own := slices.Contains(names, ""); {
	case len(names) == 0:
	case own && v.Text("connector") == "" && len(names) == 1 && given("connectors"):
		faults = append(faults, variables.Fault{Setting: "connectors", Given: v.Text("connectors"), Problem: "no connector is named; did you mean connector? Name one, or write NAME@ before a registry"})
	case !own:
		for _, s := range append(recipeSettings(), fileSettings()[0]) {
			if s.Name == "connector" && given(s.Name) || s.Name != "connector" && recipe(s.Name) {
				faults = append(faults, variables.Fault{Setting: s.Name, Problem: fmt.Sprintf("given as %s, and every registry names its own connector; leave it out, or give a registry without @%s", v.Origin(s.Name), without(v, s.Name))})
			}
		}
	}
	return faults
}

// guardSetting may stand beside a connector and in it: both hold.
const guardSetting = "allowed-account-ids"

// refuseBeside refuses settings that would change what a connector is.
func refuseBeside(v variables.Values, connector string) variables.Faults {
	var faults variables.Faults
	for _, s := range recipeSettings() {
		if v.Given(s.Name) && !slices.Contains(besides(), s.Name) && s.Name != guardSetting && !bySystem(v, s.Name) {
			faults = append(faults, variables.Fault{Setting: s.Name, Problem: fmt.Sprintf("given as %s beside the connector %s, which says how to get credentials: write it there, or leave out one of both%s", v.Origin(s.Name), connector, without(v, s.Name))})
		}
	}
	return faults
}

// without says how a step goes without what the environment of the job gives.
func without(v variables.Values, name string) string {
	for _, name := range []string{name, "connector"} {
		if own := variables.OwnName(name); v.Origin(name) == own {
			return fmt.Sprintf("; %s= in front of the command leaves that out for one step", own)
		}
	}
	return ""
}

// bySystem tells of a token that nobody chose to give: Harness hands one to
// plugin steps. It counts where the source is a web identity.
func bySystem(v variables.Values, name string) bool {
	return name == "web-identity-token" && v.Origin(name) == variables.PluginName("oidc-token-id")
}

// beside is the source of what stands beside the name of def. A token or a
// code counts only for a connector that has a use for it, since a job may have
// one for others; a duration is for the picked one only.
func (r *Roster) beside(def *Definition, picked bool) variables.Source {
	return func(name string) (variables.Input, bool) {
		none := variables.Input{}
		if !slices.Contains(besides(), name) || !r.values.Given(name) {
			return none, false
		}
		switch name {
		case "duration":
			if !picked {
				return none, false
			}
		case "region":
			if !picked && def.says("region") {
				return none, false
			}
		case "mfa-code":
			if !def.says("mfa-serial") && !def.says("profile") {
				return none, false
			}
		case "web-identity-token", "web-identity-token-file":
			if def.text("source") != sourceWebIdentity || def.says("web-identity-token") || def.says("web-identity-token-file") || def.says("web-identity-provider") {
				return none, false
			}
		}
		return variables.Input{Text: r.values.Secret(name), Origin: r.values.Origin(name)}, true
	}
}

func (def *Definition) says(name string) bool { return len(def.given[name].parts) > 0 }

func (def *Definition) text(name string) string {
	if !def.says(name) {
		return ""
	}
	return def.given[name].parts[0].text
}

// source is what the file says of def.
func (r *Roster) source(def *Definition) variables.Source {
	return func(name string) (variables.Input, bool) {
		g, ok := def.given[name]
		if !ok || len(g.parts) == 0 {
			return variables.Input{}, false
		}
		origin := fmt.Sprintf("%s:%d", r.file.Path, g.line)
		var texts []string
		for _, p := range g.parts {
			text, err := r.resolve(name, p)
			if err != nil {
				r.found(def, FileFault{g.line, fmt.Sprintf("%s: %s", name, err)})
				text = referable()[name]
			}
			texts = append(texts, text)
		}
		if !g.list {
			return variables.Input{Text: variables.NewSecret(texts[0]), Origin: origin}, true
		}
		list, _ := json.Marshal(texts)
		return variables.Input{Text: variables.NewSecret(string(list)), Origin: origin}, true
	}
}

// SecretVariables are the variables of the environment that connectors of this
// run take secrets from.
func (r *Roster) SecretVariables() []string {
	var names []string
	if r.file == nil {
		return nil
	}
	for _, def := range r.file.Definitions {
		if _, used := r.faults[def.Name]; !used {
			continue
		}
		for name := range referable() {
			for _, p := range def.given[name].parts {
				if p.variable != "" {
					names = append(names, p.variable)
				}
			}
		}
	}
	return names
}

// resolve looks up where a text comes from.
func (r *Roster) resolve(setting string, p part) (string, error) {
	switch {
	case p.variable == "" && p.file == "" && setting == "web-identity-token-file":
		return r.file.beside(p.text), nil
	case p.variable == "" && p.file == "":
		return p.text, nil
	case r.elsewhere:
		return referable()[setting], nil
	case p.variable != "":
		if text, _ := r.lookup(p.variable); text != "" {
			return text, nil
		}
		return "", fmt.Errorf("the variable %s is not set", p.variable)
	}
	text, err := readSecretFile(r.file.beside(p.file))
	if err == nil && text.Empty() {
		err = fmt.Errorf("the file %s is empty", p.file)
	}
	return text.Open(), err
}
