package main

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/awsvars/awsvars/variables"
)

// misused turns what cobra says of a flag into what helps.
func misused(c *cobra.Command, err error) error {
	help := c.CommandPath() + " --help"
	if match := regexp.MustCompile(`^unknown flag: --(.*)$`).FindStringSubmatch(err.Error()); match != nil {
		return unknownFlag(c, match[1], help)
	}
	if match := regexp.MustCompile(`^unknown shorthand flag: .* in -(.+)$`).FindStringSubmatch(err.Error()); match != nil {
		return variables.WithHint(fmt.Errorf("there is no -%s; a setting has two dashes: --%s", match[1], match[1]), help)
	}
	return variables.WithHint(err, help)
}

func unknownFlag(c *cobra.Command, name, help string) error {
	for _, s := range append(sessionSettings(), taskSetting()) {
		for _, known := range s.Names() {
			if s.Secret && known == strings.ReplaceAll(name, "_", "-") {
				return variables.WithHint(fmt.Errorf("%s is secret and has no flag, since others can read a command line", known), "set "+variables.OwnName(s.Name))
			}
		}
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			known = append(known, "--"+f.Name)
		}
	})
	return variables.WithHint(fmt.Errorf("there is no --%s%s", name, variables.Nearest("--"+strings.ReplaceAll(name, "_", "-"), known)), help)
}

// noWords is for commands that take settings and no words.
func noWords(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	word := args[0]
	if c.HasSubCommands() {
		var known []string
		for _, sub := range c.Commands() {
			known = append(known, sub.Name())
		}
		return variables.WithHint(fmt.Errorf("there is no command %q%s", word, variables.Nearest(word, known)), c.CommandPath()+" --help")
	}
	if c.Flags().Lookup(word) != nil {
		return variables.WithHint(fmt.Errorf("%q is not expected here; a setting is written --%s", word, word), c.CommandPath()+" --help")
	}
	return variables.WithHint(fmt.Errorf("%q is not expected here", word), c.CommandPath()+" --help")
}
