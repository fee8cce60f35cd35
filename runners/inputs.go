package runners

import (
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Input finds a setting as the system around this process hands settings on,
// whichever runner delivers: an Action with the input format delivers by
// envfile and still has its settings in INPUT_*. So it also finds the setting
// runner.
func Input(h Host, name string) (variables.Input, bool) {
	if h.text("GITHUB_ACTIONS") == "true" {
		return actionInput(h, name)
	}
	return pluginInput(h, name)
}

// actionInput reads INPUT_<NAME>. GitHub keeps a dash of the input's name;
// with an underscore the variable can be set by a shell, too.
func actionInput(h Host, name string) (variables.Input, bool) {
	dashed := variables.InputName(name)
	return firstOf(h, dashed, strings.ReplaceAll(dashed, "-", "_"))
}

// pluginInput reads PLUGIN_<NAME>. Drone keeps a dash of the setting's name,
// Woodpecker and Harness turn it into an underscore. Lists of scalars come
// joined by commas, everything nested as JSON; both are what a list setting
// takes. Drone leaves an empty setting out, Woodpecker sets it to nothing.
func pluginInput(h Host, name string) (variables.Input, bool) {
	return firstOf(h, variables.PluginName(name), "PLUGIN_"+strings.ToUpper(name))
}

func firstOf(h Host, names ...string) (variables.Input, bool) {
	for _, name := range names {
		if text := strings.TrimSpace(h.text(name)); text != "" {
			return variables.Input{Text: variables.NewSecret(text), Origin: name}, true
		}
	}
	return variables.Input{}, false
}
