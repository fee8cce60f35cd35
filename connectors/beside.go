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

// guardSetting may stand beside a connector and in it: both hold.
const guardSetting = "allowed-account-ids"

// refuseBeside refuses settings that would change what a connector is.
func refuseBeside(v variables.Values, connector string) variables.Faults {
	var faults variables.Faults
	for _, s := range recipeSettings() {
		if v.Given(s.Name) && !slices.Contains(besides(), s.Name) && s.Name != guardSetting && !bySystem(v, s.Name) {
			faults = append(faults, variables.Fault{Setting: s.Name, Problem: fmt.Sprintf("given as %s beside the connector %s, which says how to get credentials: write it there, or leave out one of both", v.Origin(s.Name), connector)})
		}
	}
	return faults
}

// bySystem: Harness gives every plugin step its token.
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
			if def.text("source") != sourceWebIdentity {
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
