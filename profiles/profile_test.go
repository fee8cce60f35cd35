package profiles

import (
	"testing"

	"github.com/awsvars/awsvars/variables"
)

func TestNamesThatEveryReaderTakes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"deploy", "default", "a.b_c-d/e@f:g+h%i", "0", "111111111111", "profile", "services", "-"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := CheckName(name); err != nil {
				t.Fatal(err)
			}
			for _, p := range []Profile{keysOf(name, "eu-west-1"), processOf(name, "eu-west-1")} {
				f := filesWith(t, "", "")
				write(t, f, p, false)
				f.gives(t, p)
			}
		})
	}
}

func TestNamesThatAreRefused(t *testing.T) {
	t.Parallel()
	for name, problem := range map[string]string{
		"": "needs a name", "a b": "' '", "a]": "']'", "[a": "'['", "a#b": "'#'", "a;b": "';'", "a\nb": `'\n'`, "a\tb": `'\t'`, "a\x00": `'\x00'`,
		`a"b`: `'"'`, "a'b": `'\''`, `a\b`: `'\\'`, "é": "'é'", "a\xff": "'�'", "DEFAULT": "lower case", "Default": "lower case", "__proto__": "JavaScript",
	} {
		wantError(t, CheckName(name), problem)
		f := filesWith(t, "", "")
		_, err := f.Write(t.Context(), keysOf(name, ""), true)
		wantError(t, err, "writing profile", problem)
		wantError(t, f.Check(keysOf(name, ""), true), "writing profile", problem)
		_, err = f.Remove(t.Context(), name)
		wantError(t, err, "removing a profile", problem)
		f.holds(t, "", "")
	}
}

func TestValuesThatAReaderWouldChangeAreRefused(t *testing.T) {
	t.Parallel()
	for problem, change := range map[string]func(*Profile){
		"there is no access key ID":                func(p *Profile) { p.AccessKeyID = "" },
		"there is no secret access key":            func(p *Profile) { p.SecretAccessKey = variables.Secret{} },
		"the access key ID is no word":             func(p *Profile) { p.AccessKeyID = "private\nrole_arn = x" },
		"the secret access key is no word":         func(p *Profile) { p.SecretAccessKey = variables.NewSecret("private #x") },
		"the session token is no word":             func(p *Profile) { p.SessionToken = variables.NewSecret(`"private"`) },
		"the region is no word":                    func(p *Profile) { p.Region = "eu west" },
		"a profile has keys or a process":          func(p *Profile) { p.Process = variables.NewSecret("/opt/private") },
		"has more than printable ASCII":            func(p *Profile) { *p = Profile{Name: p.Name, Process: variables.NewSecret("/opt/private\n[x]")} },
		"has a blank around it":                    func(p *Profile) { *p = Profile{Name: p.Name, Process: variables.NewSecret("/opt/private ")} },
		"has # or ; behind a blank":                func(p *Profile) { *p = Profile{Name: p.Name, Process: variables.NewSecret("/opt/private 'a ;b'")} },
		"begins and ends with a quote":             func(p *Profile) { *p = Profile{Name: p.Name, Process: variables.NewSecret("'/opt/private' 'a'")} },
		"writing profile \"deploy\": the session ": func(p *Profile) { p.SessionToken = variables.NewSecret("private\u00e9") },
	} {
		f := filesWith(t, "[default]\n", "[default]\n")
		p := keysOf("deploy", "eu-west-1")
		change(&p)
		_, err := f.Write(t.Context(), p, true)
		wantError(t, err, problem)
		f.holds(t, "[default]\n", "[default]\n")
	}
}

func TestCheckTakesAProfileWithoutItsKeys(t *testing.T) {
	t.Parallel()
	f := filesWith(t, "", "")
	if err := f.Check(Profile{Name: "deploy"}, false); err != nil {
		t.Error(err)
	}
	f.holds(t, "", "")
}
