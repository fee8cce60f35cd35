package dropins

import (
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// droneRules do what the table of drone-ecr cannot say.
type droneRules struct {
	*Translation
	Given
}

func (r *droneRules) apply() {
	for _, setting := range []string{"create-repository", "scan-on-push", "dry-run"} {
		if word := r.setting(setting); word != "" {
			r.settings[setting] = variables.Input{Text: variables.NewSecret(plainBool(word)), Origin: r.settings[setting].Origin}
		}
	}
	r.token()
	r.keys()
	r.externalID()
	r.scanning()
	host := r.place()
	r.region(host)
	if r.on("skip_push_if_tag_exists") {
		r.set("tag-exists", "skip", "skip_push_if_tag_exists")
	}
	r.tags()
	r.image(host)
}

// setting is what a setting was given by now, empty where nothing. It is for
// settings that are no secrets.
func (r *droneRules) setting(name string) string {
	return strings.TrimSpace(r.settings[name].Text.Open())
}

// variable returns a variable of the environment, empty where there is none.
func (r *droneRules) variable(name string) string {
	text, _ := r.Lookup(name)
	return text
}

func (r *droneRules) has(setting string) bool { _, given := r.settings[setting]; return given }

func (r *droneRules) fault(input, problem string) {
	r.Faults = append(r.Faults, variables.Fault{Setting: input, Problem: problem})
}

// ignore drops a setting that counts for nothing beside the others, as there.
func (r *droneRules) ignore(setting, input, why string) {
	if r.has(setting) {
		delete(r.settings, setting)
		r.Warnings = append(r.Warnings, fmt.Sprintf("%s of drone-ecr is ignored: %s", input, why))
	}
}

// plainBool reads the words of strconv.ParseBool, which drone-ecr takes, and
// leaves others to the setting.
func plainBool(word string) string {
	switch word {
	case "t", "T":
		return "true"
	case "f", "F":
		return "false"
	}
	return word
}

// on reads a switch.
func (r *droneRules) on(input string) bool {
	text := r.Given.text(input)
	switch strings.ToLower(plainBool(text)) {
	case "true", "yes", "on", "1":
		return true
	case "", "false", "no", "off", "0":
		return false
	}
	r.Faults = append(r.Faults, variables.Fault{Setting: input, Given: text, Problem: "write true or false"})
	return false
}

// scanning counts with create_repository only.
func (r *droneRules) scanning() {
	switch {
	case !r.has("scan-on-push") || r.meansTrue("create-repository"):
	case r.meansTrue("scan-on-push"):
		r.ignore("scan-on-push", "scan_on_push", "it is for create_repository")
	default:
		delete(r.settings, "scan-on-push")
	}
}

// meansTrue reads a setting that was given by now. What is no word for true or
// false is the setting's own fault.
func (r *droneRules) meansTrue(setting string) bool {
	values, _ := variables.Fill([]variables.Setting{{Name: setting, Type: variables.Bool}}, nil, r.Source)
	return values.Bool(setting)
}
