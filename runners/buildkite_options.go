package runners

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// hookSetting is how the plugin's hook says that it is one. The hooks of other
// plugins have variables of the same kind, and their stdout is the log.
const hookSetting = "runner"

// IsHook tells whether a hook of the plugin runs this process. The agent names
// a plugin to its hooks only (buildkite/agent, agent/plugin/plugin.go).
func IsHook(h Host) bool {
	return h.text(variables.OwnName(hookSetting)) == buildkiteName && h.text("BUILDKITE") == "true" && h.text(pluginVariable) != ""
}

const pluginVariable = "BUILDKITE_PLUGIN_NAME"

// hookInput finds a setting among the options of the plugin. Users of
// ecr-buildkite-plugin have a role below assume-role.
func hookInput(h Host, name string) (variables.Input, bool) {
	if !IsHook(h) {
		return variables.Input{}, false
	}
	paths := [][]string{{name}}
	switch name {
	case "role-arn":
		paths = append(paths, []string{"assume-role", "role-arn"})
	case "duration":
		paths = append(paths, []string{"assume-role", "duration-seconds"})
	}
	for _, path := range paths {
		text := HookOption(h, path...)
		switch {
		case name == "assume-role" && strings.HasPrefix(text, "{"):
			// The object holds a role, and is none.
			text = ""
		case name == "session-tags":
			_, text = sessionTags(h)
		}
		if text != "" {
			return variables.Input{Text: variables.NewSecret(text), Origin: hookVariable(h, path...)}, true
		}
	}
	if name == "token-tags" {
		text, _ := sessionTags(h)
		return variables.Input{Text: variables.NewSecret(text), Origin: hookVariable(h, "session-tags")}, text != ""
	}
	if oidc := []string{"assume-role", "oidc"}; name == "source" && HookOption(h, oidc...) == "true" {
		return variables.Input{Text: variables.NewSecret("web-identity"), Origin: hookVariable(h, oidc...)}, true
	}
	return variables.Input{}, false
}

// sessionTags parts what stands below session-tags: users of
// aws-assume-role-with-web-identity name claims of Buildkite's tokens there, of
// which each has a _, and no fact about a job has one.
func sessionTags(h Host) (claims, facts string) {
	text := HookOption(h, "session-tags")
	var all []string
	if json.Unmarshal([]byte(text), &all) != nil {
		all = strings.Split(text, ",")
	}
	isClaim := func(name string) bool { return strings.Contains(name, "_") }
	facts = strings.Join(slices.DeleteFunc(slices.Clone(all), isClaim), ",")
	return strings.Join(slices.DeleteFunc(all, func(name string) bool { return !isClaim(name) }), ","), facts
}

// HookOption is the text of an option of the plugin, empty where there is none:
// a list is a JSON array, and so is a map an object. The document keeps what
// the variables lose: the case of keys, and where an element ends.
func HookOption(h Host, path ...string) string {
	if document, ok := hookDocument(h); ok {
		return textOf(descend(document, path))
	}
	name := hookVariable(h, path...)
	if text := h.text(name); text != "" {
		return text
	}
	var list []any
	for {
		text := h.text(name + "_" + strconv.Itoa(len(list)))
		if text == "" {
			break
		}
		list = append(list, text)
	}
	if list == nil {
		return ""
	}
	return textOf(list)
}

// HookOptions are the names of the options that were given, in kebab case, as
// far as the agent gives the document.
func HookOptions(h Host, path ...string) []string {
	document, _ := hookDocument(h)
	object, _ := descend(document, path).(map[string]any)
	var names []string
	for name := range object {
		names = append(names, kebab(name))
	}
	slices.Sort(names)
	return names
}

// hookVariable is the variable that the agent makes of an option. The name of
// the plugin is that of its repository, so that a fork has another one.
func hookVariable(h Host, path ...string) string {
	return "BUILDKITE_PLUGIN_" + optionName(h.text(pluginVariable)) + "_" + optionName(strings.Join(path, "-"))
}

// optionName is formatEnvKey of the agent.
func optionName(text string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("- \t\n\v\f\r", r) {
			return '_'
		}
		return r
	}, strings.ToUpper(text))
}

func kebab(name string) string {
	return strings.ToLower(strings.ReplaceAll(optionName(name), "_", "-"))
}

func hookDocument(h Host) (document any, ok bool) {
	decoder := json.NewDecoder(strings.NewReader(h.text("BUILDKITE_PLUGIN_CONFIGURATION")))
	decoder.UseNumber()
	return document, decoder.Decode(&document) == nil
}

// descend finds an option whichever way its names are spelt.
func descend(document any, path []string) any {
	for _, name := range path {
		object, _ := document.(map[string]any)
		document = nil
		for _, key := range slices.Sorted(maps.Keys(object)) {
			if kebab(key) == name {
				document = object[key]
			}
		}
	}
	return document
}

func textOf(value any) string {
	switch value := value.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(value)
	case []any:
		if len(value) == 0 {
			return ""
		}
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	// What was decoded can be encoded.
	_ = encoder.Encode(value)
	return strings.TrimSpace(b.String())
}
