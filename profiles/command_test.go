package profiles

import (
	"math/rand/v2"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/awsvars/awsvars/variables"
)

// difficult arguments: each means something to sh, to shlex or to a reader of
// configuration files.
func difficult() []string {
	return []string{
		"", " ", "a b", " # a", "a #b", "a ;b", "a  ;; ##", "#", ";", "'", "''", `"`, `\`, `\\'`, `a\`, "$HOME", "$(id)", "`id`", "!x", "~", "*", "?[a]",
		"&&", "|", ">x", "<", "(", "{a,b}", "a=b", "--external-id=a b", "%PATH%", "^", "if", "-", "--", "=", ":", "it's #1; or 'not' #2", "[x]", "'' ''",
	}
}

func TestCommandIsTakenApartAgain(t *testing.T) {
	t.Parallel()
	commands := [][]string{append([]string{"/opt/my tool #1/awsvars"}, difficult()...)}
	for _, arg := range difficult() {
		commands = append(commands, []string{"/opt/awsvars", arg}, []string{"/opt/awsvars", arg, arg})
		if arg != "" {
			commands = append(commands, []string{arg}, []string{arg, arg})
		}
	}
	random := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		var command []string
		for range 1 + random.IntN(3) {
			arg := []byte{'a'}
			for range random.IntN(7) {
				const alphabet = " #;'\"\\$`a=-{/"
				arg = append(arg, alphabet[random.IntN(len(alphabet))])
			}
			command = append(command, string(arg[random.IntN(2):]))
		}
		if command[0] != "" {
			commands = append(commands, command)
		}
	}
	for _, command := range commands {
		if _, err := Command(command); err != nil {
			t.Errorf("%q: %v", command, err)
		}
	}
	takenApart(t, commands)
}

// FuzzCommand takes many commands at once, with \x01 between them and NUL
// between arguments, since a process for each would be slow.
func FuzzCommand(f *testing.F) {
	f.Add("/opt/awsvars\x00sts\x01\x00\x01if\x00'\x01''\x00 #")
	f.Add(strings.Join(difficult(), "\x01"))
	f.Fuzz(func(t *testing.T, joined string) {
		var commands [][]string
		for command := range strings.SplitSeq(joined, "\x01") {
			args := strings.Split(command, "\x00")
			if _, err := Command(args); err == nil && len(commands) < 50 {
				commands = append(commands, args)
			}
		}
		takenApart(t, commands)
	})
}

// takenApart writes a profile for each command, reads it as AWS tools read it,
// and lets sh and shlex take it apart.
func takenApart(t *testing.T, commands [][]string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
	f := filesWith(t, "", "")
	var script, config strings.Builder
	for i, args := range commands {
		p := Profile{Name: strconv.Itoa(i)}
		p.Process, _ = Command(args)
		if err := p.check(); err != nil {
			t.Fatalf("%q: %v", args, err)
		}
		config.WriteString(strings.Join(p.inConfig(), "\n") + "\n")
	}
	f.fill(t, config.String(), "")
	for i := range commands {
		read, _ := f.sdkReads(t, strconv.Itoa(i))
		// What a shell reads behind -c, with printf for a program before it.
		script.WriteString("printf '%s\\0' " + read.CredentialProcess + "\nprintf '\\001'\n")
	}
	for reader, command := range map[string]*exec.Cmd{
		"sh":    exec.Command(need(t, "sh"), "-c", script.String()),
		"shlex": exec.Command(need(t, "python3"), "-c", botocore, f.Config),
	} {
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", reader, err, out)
		}
		parts := strings.Split(string(out), "\x01")
		for i, args := range commands {
			if got := strings.Split(strings.TrimSuffix(parts[i], "\x00"), "\x00"); !slices.Equal(got, args) {
				t.Errorf("%s took %q apart as %q", reader, args, got)
			}
		}
	}
}

// botocore reads every credential_process as botocore does (raw_config_parse
// of configloader.py, compat_shell_split of compat.py).
const botocore = `
import configparser, shlex, sys
c = configparser.RawConfigParser()
c.read([sys.argv[1]])
for section in c.sections():
    for word in shlex.split(c.get(section, "credential_process")):
        print(word, end="\0")
    print(end="\1")
`

// TestProgramIsNoWordOfTheShell: printf before the command would hide that.
func TestProgramIsNoWordOfTheShell(t *testing.T) {
	t.Parallel()
	sh := need(t, "sh")
	for _, program := range []string{"if", "while", "{", "A=b", "/A=b", "!", "case"} {
		text, err := commandLine("linux", []string{program, "x"})
		if err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(sh, "-c", text).CombinedOutput()
		if err == nil || !strings.Contains(string(out), program+": ") || !strings.Contains(string(out), "not found") && !strings.Contains(string(out), "No such file") {
			t.Errorf("%s: sh says %q", text, out)
		}
	}
}

func TestSDKRunsTheCommand(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("there is no sh")
	}
	document := `{"Version": 1, "AccessKeyId": "AKID; #1", "SecretAccessKey": "it's", "SessionToken": "a  b"}`
	command, err := Command([]string{need(t, "sh"), "-c", `printf '%s' "$0"`, document})
	if err != nil {
		t.Fatal(err)
	}
	f := filesWith(t, "", "")
	write(t, f, Profile{Name: "deploy", Process: command, Region: "eu-west-1"}, false)
	cfg, err := config.LoadDefaultConfig(t.Context(), config.WithSharedConfigFiles([]string{f.Config}),
		config.WithSharedCredentialsFiles([]string{f.Credentials}), config.WithSharedConfigProfile("deploy"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := cfg.Credentials.Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.AccessKeyID != "AKID; #1" || got.SecretAccessKey != "it's" || got.SessionToken != "a  b" || cfg.Region != "eu-west-1" {
		t.Errorf("the SDK got %+v in region %q", got, cfg.Region)
	}
}

func TestPlainCommandHasNoQuotes(t *testing.T) {
	t.Parallel()
	text, err := commandLine("linux", []string{"/opt/awsvars", "sts", "--role-arn", "arn:aws:iam::222222222222:role/deployer", "--session-tag=a=b,c"})
	if want := "/opt/awsvars sts --role-arn arn:aws:iam::222222222222:role/deployer --session-tag=a=b,c"; err != nil || text != want {
		t.Errorf("%q, %v", text, err)
	}
}

func TestArgumentsThatNoQuotingCarries(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		system, problem string
		args            []string
	}{
		{"linux", "needs a program", nil},
		{"linux", "needs a program", []string{"", "x"}},
		{"linux", "argument 1", []string{"/opt/awsvars", "private\n"}},
		{"linux", "argument 2", []string{"/opt/awsvars", "", "private\x00"}},
		{"linux", "argument 1", []string{"/opt/awsvars", "private\t"}},
		{"linux", "argument 0", []string{"/opt/priväte"}},
		{"windows", "argument 0 of the credential_process: on Windows", []string{`C:\Program Files\private.exe`}},
		{"windows", "argument 1", []string{`C:\awsvars.exe`, "%private%"}},
		{"windows", "argument 1", []string{`C:\awsvars.exe`, ""}},
		{"windows", "the program", []string{"C:/private.exe"}},
	} {
		_, err := commandLine(c.system, c.args)
		wantError(t, err, c.problem)
	}
	text, err := commandLine("windows", []string{`C:\tools\awsvars.exe`, "sts", "--role-arn", "arn:aws:iam::222222222222:role/deployer"})
	if want := `C:\tools\awsvars.exe sts --role-arn arn:aws:iam::222222222222:role/deployer`; err != nil || text != want {
		t.Errorf("%q, %v", text, err)
	}
}

func TestCommandIsASecret(t *testing.T) {
	t.Parallel()
	command, err := Command([]string{"/opt/awsvars"})
	if err != nil || command.String() != variables.Masked {
		t.Errorf("%v, %v", command, err)
	}
}
