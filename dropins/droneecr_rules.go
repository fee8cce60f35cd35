package dropins

import (
	"encoding/json"
	"fmt"
	"regexp"
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

// keys completes a pair from the variables of AWS, as there. Half a pair is a
// fault, and nobody else signs.
func (r *droneRules) keys() {
	id, secret := r.variable("AWS_ACCESS_KEY_ID"), r.variable("AWS_SECRET_ACCESS_KEY")
	if (id == "") != (secret == "") && !r.has("access-key-id") && !r.has("secret-access-key") && !r.has("source") && r.unsourced() {
		r.fault("access_key", "of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY one is set and the other is not; set both, or none")
	}
	for _, half := range [][3]string{
		{"access-key-id", "secret-access-key", "AWS_SECRET_ACCESS_KEY"},
		{"secret-access-key", "access-key-id", "AWS_ACCESS_KEY_ID"},
	} {
		if text := r.variable(half[2]); r.has(half[0]) && !r.has(half[1]) && text != "" {
			r.set(half[1], text, half[2])
		}
	}
	// A token beside long-term keys is another session's.
	if token := r.variable("AWS_SESSION_TOKEN"); token != "" && strings.HasPrefix(r.setting("access-key-id"), "ASIA") {
		r.set("session-token", token, "AWS_SESSION_TOKEN")
	}
}

// unsourced tells that no setting of awsvars names where credentials come
// from.
func (r *droneRules) unsourced() bool {
	for _, name := range []string{"source", "profile", "connector"} {
		if r.Given.text(name) != "" || r.variable(variables.OwnName(name)) != "" {
			return false
		}
	}
	return true
}

// token lets an OIDC token sign alone.
func (r *droneRules) token() {
	if !r.has("web-identity-token") {
		return
	}
	if r.setting("role-arn") == "" {
		r.ignore("web-identity-token", "oidc_token_id", "there is no assume_role that it could be for")
		return
	}
	const why = "oidc_token_id is what assumes the role"
	r.ignore("access-key-id", "access_key", why)
	r.ignore("secret-access-key", "secret_key", why)
	r.ignore("external-id", "external_id", "a role that is assumed with oidc_token_id takes none")
	// Harness hands a token to every step; there it counts wherever a role is
	// assumed.
	if r.unsourced() {
		r.set("source", "web-identity", "oidc_token_id")
	}
}

// externalID keeps the ID in one piece: it may hold commas.
func (r *droneRules) externalID() {
	if r.setting("role-arn") == "" {
		r.ignore("external-id", "external_id", "there is no assume_role that it could be for")
	}
	id := r.setting("external-id")
	if id == "" || strings.HasPrefix(id, "[") {
		return
	}
	// A text is always JSON.
	list, _ := json.Marshal([]string{id})
	r.set("external-id", string(list), r.settings["external-id"].Origin)
}

// scanning counts with create_repository only.
func (r *droneRules) scanning() {
	create := variables.Setting{Name: "create-repository", Type: variables.Bool}
	scan := variables.Setting{Name: "scan-on-push", Type: variables.Bool}
	values, faults := variables.Fill([]variables.Setting{create, scan}, nil, func(name string) (variables.Input, bool) {
		input, ok := r.settings[name]
		return input, ok
	})
	switch {
	case len(faults) > 0 || values.Bool("create-repository"):
	case values.Bool("scan-on-push"):
		r.ignore("scan-on-push", "scan_on_push", "it is for create_repository")
	default:
		delete(r.settings, "scan-on-push")
	}
}

// region is the registry's where the pipeline names none, and us-east-1 where
// that names none either. A connector may say it.
func (r *droneRules) region(registry string) {
	if r.setting("region") != "" || r.variable("AWS_REGION") != "" {
		return
	}
	for _, name := range []string{"region", "connector"} {
		if r.Given.text(name) != "" || r.variable(variables.OwnName(name)) != "" {
			return
		}
	}
	if region := regexp.MustCompile(`^\d{12}(?:/|\.dkr[.-]ecr(?:-fips)?\.)([a-z0-9-]+)`).FindStringSubmatch(registry); region != nil {
		r.set("region", region[1], "registry")
		return
	}
	r.set("region", "us-east-1", "the default of drone-ecr")
}
