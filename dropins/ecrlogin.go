package dropins

import (
	"regexp"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// amazonECRLogin is aws-actions/amazon-ecr-login. The names and the meaning of
// its inputs are those of v2.1.7.
func amazonECRLogin() Tool {
	return Tool{
		Name:    "amazon-ecr-login",
		Tasks:   []string{"login"},
		Runners: []string{"github"},
		Inputs: []Input{
			{Name: "http-proxy", Plain: []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}, Setting: "http-proxy", Fate: Taken, Here: "For all requests to AWS, HTTPS too. NO_PROXY holds."},
			{Name: "mask-password", Fate: Taken, Foreign: true, Here: "true is what always happens. false is refused: a password in the log is everybody's, and GitHub hands no masked output to another job. Log in again in the job that needs it."},
			{Name: "registries", Setting: "registry", Fate: Taken, Here: "Account IDs, in the region of AWS_REGION; hosts are taken, too. With registry-type public it has no effect there either: a warning says so."},
			{Name: "registry-type", Fate: Taken, Foreign: true, Here: "private, also without it, or public."},
			{Name: "skip-logout", Setting: "skip-cleanup", Fate: Taken, Here: "Nothing is taken out at the end of the job."},
		},
		meant: meantForLogin,
		rules: loginRules,
	}
}

// meantForLogin: the tool has no input that must be given, so that it is meant
// wherever nothing is said that it does not have: how to get credentials, in
// the words of awsvars or of the other tool.
func meantForLogin(g Given) bool {
	if !inAction(g) || says(g, append(ownWords(), "registry", "registry-ids")...) {
		return false
	}
	return !slices.ContainsFunc(configureInputs(), func(input Input) bool {
		return input.Setting != "http-proxy" && input.Setting != "no-proxy" && g.text(input.Name) != ""
	})
}

func loginRules(t *Translation, g Given) {
	if strings.EqualFold(t.text("mask-password"), "false") {
		t.fault("mask-password", "false", "awsvars masks every secret; GitHub hands no masked output to another job, so log in again in the job that needs it, and leave this out")
	}
	t.eachOnce("registries", "registry")
	switch kind := strings.ToLower(t.text("registry-type")); kind {
	case "", "private":
	case "public":
		t.drop("registry-type is public", "registries")
		t.set("registry", "public", t.given["registry-type"].Origin)
	default:
		t.fault("registry-type", kind, "choose private or public")
	}
	keys := g.variable("AWS_ACCESS_KEY_ID") != "" && g.variable("AWS_SECRET_ACCESS_KEY") != ""
	if !keys && g.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") != "" {
		// EKS Pod Identity goes before a profile and a service account there.
		t.set("source", "container", t.Tool.Name)
	}
	t.complete = completeLogin
}

// eachOnce takes an element of a list that is given twice for one, as the tool
// does.
func (t *Translation) eachOnce(name, setting string) {
	var once []string
	for _, element := range strings.FieldsFunc(t.text(name), func(r rune) bool { return r == ',' || r == '\n' }) {
		if element = strings.TrimSpace(element); !slices.Contains(once, element) {
			once = append(once, element)
		}
	}
	if len(once) > 0 {
		t.set(setting, strings.Join(once, ","), t.given[name].Origin)
	}
}

// completeLogin adds the outputs of amazon-ecr-login.
func completeLogin(set *variables.Set) error {
	if len(set.Logins) == 1 {
		output := variables.Variable{Name: "registry", Value: variables.NewSecret(set.Logins[0].Host), Output: "registry", OutputOnly: true}
		if err := set.AddVariable(output); err != nil {
			return err
		}
	}
	unfit := regexp.MustCompile(`[^a-zA-Z0-9_]+`)
	for _, login := range set.Logins {
		suffix := unfit.ReplaceAllString(login.Host, "_")
		for _, v := range []variables.Variable{
			{Name: "docker_username_" + suffix, Value: variables.NewSecret(login.Username), Output: "docker_username_" + suffix, OutputOnly: true},
			{Name: "docker_password_" + suffix + variables.Suffix, Value: login.Password, Output: "docker_password_" + suffix, OutputOnly: true},
		} {
			if err := set.AddVariable(v); err != nil {
				return err
			}
		}
	}
	return nil
}
