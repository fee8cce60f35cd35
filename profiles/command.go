package profiles

import (
	"errors"
	"fmt"
	"runtime"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Command writes a command line for credential_process that every AWS tool
// takes apart into args again: the SDKs for Go and JavaScript give it to sh,
// botocore gives it to shlex.split, and their readers cut comments off before.
// It refuses args that do not survive this; the error does not quote them.
func Command(args []string) (variables.Secret, error) {
	text, err := commandLine(runtime.GOOS, args)
	return variables.NewSecret(text), err
}

func commandLine(system string, args []string) (string, error) {
	if len(args) == 0 || args[0] == "" {
		return "", errors.New("a credential_process needs a program")
	}
	words := make([]string, len(args))
	for i, arg := range args {
		switch {
		case strings.IndexFunc(arg, unprintable) >= 0:
			return "", fmt.Errorf("argument %d of the credential_process: AWS tools read printable ASCII alike, and nothing else", i)
		case system == "windows" && !isPlain(strings.ReplaceAll(arg, `\`, "")):
			// The SDK for Go wraps the line for cmd.exe, which does not know
			// \" as botocore does: no quoting means the same to both.
			return "", fmt.Errorf("argument %d of the credential_process: on Windows AWS tools agree on letters, digits and _ - . / \\ @ : + , = only", i)
		case system == "windows" && i == 0 && strings.ContainsAny(arg, ",=/"):
			return "", errors.New("the program of the credential_process: cmd.exe ends a program's name at , = and /")
		case system == "windows", isPlain(arg) && (i > 0 || isPath(arg)):
			words[i] = arg
		default:
			words[i] = quoted(arg)
		}
	}
	text := strings.Join(words, " ")
	if strings.HasPrefix(text, "'") && strings.HasSuffix(text, "'") {
		// The SDK for Go takes a pair of quotes around the value off.
		text = `""` + text
	}
	return text, checkLine(text)
}

// quoted is one word to sh and to shlex. No blank stands right before # or ;,
// since readers cut a comment off there, within quotes too.
func quoted(arg string) string {
	return "'" + strings.NewReplacer("'", `'\''`, "#", "''#", ";", "'';").Replace(arg) + "'"
}

// isPlain tells whether sh and shlex take arg as it is, without quotes.
func isPlain(arg string) bool {
	for _, r := range arg {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("_-./@:+,=", r):
		default:
			return false
		}
	}
	return arg != ""
}

// isPath tells whether sh takes a first word for a program, and neither for an
// assignment nor for one of its own words.
func isPath(arg string) bool { return strings.Contains(arg, "/") && !strings.Contains(arg, "=") }

func unprintable(r rune) bool { return r < ' ' || r > '~' }

// checkLine tells what readers of the configuration file would change in a
// command line.
func checkLine(text string) error {
	switch {
	case strings.IndexFunc(text, unprintable) >= 0:
		return errors.New("the command for credential_process has more than printable ASCII")
	case strings.TrimSpace(text) != text:
		return errors.New("the command for credential_process has a blank around it")
	case strings.Contains(text, " #"), strings.Contains(text, " ;"), text[0] == '#', text[0] == ';':
		return errors.New("the command for credential_process has # or ; behind a blank, where AWS tools cut a comment off")
	case len(text) > 1 && text[0] == text[len(text)-1] && strings.ContainsRune(`'"`, rune(text[0])):
		return errors.New("the command for credential_process begins and ends with a quote, and AWS tools take such a pair off")
	}
	return nil
}
