package dropins

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// keys completes a pair from the variables of AWS, as there. Half a pair is a
// fault, and nobody else signs.
func (r *droneRules) keys() {
	id, secret := r.variable("AWS_ACCESS_KEY_ID"), r.variable("AWS_SECRET_ACCESS_KEY")
	if (id == "") != (secret == "") && !r.has("access-key-id") && !r.has("secret-access-key") && !r.has("source") && !r.says("source", "profile", "connector") {
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

// token lets an OIDC token sign alone.
func (r *droneRules) token() {
	if !r.has("web-identity-token") {
		return
	}
	if !r.assumes() {
		r.ignore("web-identity-token", "oidc_token_id", "there is no assume_role that it could be for")
		return
	}
	const why = "oidc_token_id is what assumes the role"
	r.ignore("access-key-id", "access_key", why)
	r.ignore("secret-access-key", "secret_key", why)
	r.ignore("external-id", "external_id", "a role that is assumed with oidc_token_id takes none")
	// Harness hands a token to every step; there it counts wherever a role is
	// assumed.
	if !r.says("source", "profile", "connector") {
		r.set("source", "web-identity", "oidc_token_id")
	}
}

// externalID keeps the ID of assume_role in one piece: it may hold commas.
func (r *droneRules) externalID() {
	if !r.assumes() {
		r.ignore("external-id", "external_id", "there is no assume_role that it could be for")
	}
	id := r.setting("external-id")
	if id == "" || !r.has("role-arn") || strings.HasPrefix(id, "[") {
		return
	}
	// A text is always JSON.
	list, _ := json.Marshal([]string{id})
	r.set("external-id", string(list), r.settings["external-id"].Origin)
}

// assumes tells whether a role is to be assumed, also one that is named as
// awsvars has it.
func (r *droneRules) assumes() bool {
	return r.has("role-arn") || r.says("role-arn", "role-to-assume", "connector")
}

// says tells whether one of awsvars' own settings is given.
func (r *droneRules) says(settings ...string) bool {
	return slices.ContainsFunc(settings, func(name string) bool {
		return r.Given.text(name) != "" || r.variable(variables.OwnName(name)) != ""
	})
}

// region is the registry's where the pipeline names none, and us-east-1 where
// that names none either. A connector may say it.
func (r *droneRules) region(registry string) {
	if r.has("region") || r.variable("AWS_REGION") != "" || r.says("region", "aws-region", "connector") {
		return
	}
	if region := regexp.MustCompile(`^\d{12}(?:/|\.dkr[.-]ecr(?:-fips)?\.)([a-z0-9-]+)`).FindStringSubmatch(registry); region != nil {
		r.set("region", region[1], "registry")
		return
	}
	r.set("region", "us-east-1", "the default of drone-ecr")
}
