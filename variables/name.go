package variables

import (
	"fmt"
	"strings"
	"unicode"
)

// CheckName tells what is wrong with a dotted name or a namespace. Every
// segment starts with a letter or an underscore, or, behind the first, with a
// digit (an account ID), and goes on with letters, digits, _ and -.
func CheckName(name string) error {
	for i, segment := range strings.Split(name, ".") {
		if segment == "" {
			return fmt.Errorf("an empty segment: write letters, digits, _ and - between dots")
		}
		for j, r := range segment {
			switch {
			case r == '_', 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z':
			case '0' <= r && r <= '9' && (i > 0 || j > 0):
			case r == '-' && (i > 0 || j > 0):
			default:
				return fmt.Errorf("%q cannot stand there: a name is made of letters, digits, _ and - between dots, and starts with a letter or _", r)
			}
		}
	}
	return nil
}

// EnvironmentName turns a dotted name into the name of an environment
// variable: dots and dashes become underscores, the case is kept.
//
//	custom.aws.ecr.proxyEndpoint → custom_aws_ecr_proxyEndpoint
func EnvironmentName(dotted string) string {
	return strings.NewReplacer(".", "_", "-", "_").Replace(dotted)
}

// KebabName turns a dotted name into kebab case.
//
//	authorizationToken.password → authorization-token-password
func KebabName(dotted string) string {
	var b strings.Builder
	runes := []rune(dotted)
	for i, r := range runes {
		switch {
		case r == '.' || r == '_':
			b.WriteByte('-')
		case unicode.IsUpper(r):
			if i > 0 && !unicode.IsUpper(runes[i-1]) && runes[i-1] != '.' && runes[i-1] != '-' && runes[i-1] != '_' {
				b.WriteByte('-')
			}
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// InputName is the variable in which GitHub hands the input name to an
// action: upper case, blanks as underscores, dashes kept
// (docs.github.com, "Metadata syntax", inputs).
func InputName(name string) string {
	return "INPUT_" + strings.ToUpper(strings.ReplaceAll(name, " ", "_"))
}

// PluginName is the variable in which Drone, Woodpecker and Harness hand the
// setting name to a plugin.
func PluginName(name string) string { return "PLUGIN_" + upperSnake(name) }

// OwnName is the variable of the environment that sets name everywhere.
func OwnName(name string) string { return "AWSVARS_" + upperSnake(name) }

func upperSnake(name string) string {
	return strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
}
