package main

import "strings"

// inherited is the environment of the programs that get credentials or logins
// for us, such as a credential_process. The inputs of an action and the
// settings of a plugin, keys and tokens among them, were given to us alone.
func (p process) inherited() []string {
	var all []string
	for _, pair := range p.environ() {
		if !strings.HasPrefix(pair, "INPUT_") && !strings.HasPrefix(pair, "PLUGIN_") {
			all = append(all, pair)
		}
	}
	return all
}
