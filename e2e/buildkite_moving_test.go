package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
)

const (
	ecrPlugin  = "ecr-buildkite-plugin"
	rolePlugin = "aws-assume-role-with-web-identity"
	readerRole = "arn:aws:iam::111111111111:role/reader"
	tokenRole  = "arn:aws:iam::111111111111:role/buildkite"
)

// asked is what AWS was asked, the metadata of the instance left out, and STS
// first: registries are asked side by side.
func (s *step) asked() string {
	var lines []string
	for _, r := range s.Requests() {
		if r.Service == "imds" {
			continue
		}
		line := fmt.Sprintf("%s %s %s", r.Service, r.Action, r.Region)
		if r.Region != "" {
			line += " " + r.CallerName
		}
		for _, name := range []string{"RoleArn", "DurationSeconds", "RoleSessionName"} {
			if name != "RoleSessionName" || strings.HasPrefix(r.Params.Get(name), "my") {
				line += " " + r.Params.Get(name)
			}
		}
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	slices.SortStableFunc(lines, func(a, b string) int { return -strings.Compare(firstWord(a), firstWord(b)) })
	return strings.Join(lines, "\n")
}

func firstWord(text string) string { return strings.Fields(text)[0] }

// logins are the registries that Docker is logged in to, all of them with
// passwords that the simulator gave.
func (s *step) logins(t *testing.T) string {
	t.Helper()
	var config struct{ Auths map[string]any }
	content, err := os.ReadFile(filepath.Join(s.home, ".docker", "config.json"))
	if err == nil {
		err = json.Unmarshal(content, &config)
	}
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	var hosts []string
	for _, host := range []string{"111111111111.dkr.ecr.eu-west-1.amazonaws.com", "222222222222.dkr.ecr.eu-west-1.amazonaws.com", "111111111111.dkr.ecr.eu-central-1.amazonaws.com", "public.ecr.aws"} {
		if config.Auths[host] != nil {
			hosts = append(hosts, host)
		}
	}
	if len(hosts) != len(config.Auths) {
		t.Errorf("other logins than %v", hosts)
	}
	return strings.Join(hosts, " ")
}

// own is what every login asks and leaves.
const (
	ownToken = "ecr GetAuthorizationToken eu-west-1 agent"
	// byToken has no signature, and so neither a region nor a caller.
	byToken  = "sts AssumeRoleWithWebIdentity " + tokenRole
	ownLogin = "111111111111.dkr.ecr.eu-west-1.amazonaws.com"
)

// otherOption is an option of another plugin, and what becomes of it here: one of
// as it is, refused, ignored.
type otherOption struct {
	option  string
	value   any
	verdict string
	// says is in the log of what is refused or ignored.
	says string
	// asked is what AWS is asked; requested what the agent is, besides.
	asked, requested string
	// left are logins, or the credentials in the environment.
	left string
}

func otherOptions() map[string][]otherOption {
	return map[string][]otherOption{
		ecrPlugin: {
			{"login", true, "as it is", "", ownToken, "", ownLogin},
			{"login", false, "as it is", "", "", "", ""},
			{"account-ids", "222222222222", "as it is", "", ownToken, "", "222222222222.dkr.ecr.eu-west-1.amazonaws.com"},
			{"account-ids", "111111111111,222222222222", "as it is", "", ownToken, "", ownLogin + " 222222222222.dkr.ecr.eu-west-1.amazonaws.com"},
			{"account-ids", []any{"111111111111", "public.ecr.aws"}, "as it is", "", "ecr-public GetAuthorizationToken us-east-1 agent\n" + ownToken, "", ownLogin + " public.ecr.aws"},
			{"region", "eu-central-1", "as it is", "", "ecr GetAuthorizationToken eu-central-1 agent", "", "111111111111.dkr.ecr.eu-central-1.amazonaws.com"},
			{"registry-region", "eu-central-1", "as it is", "", "ecr GetAuthorizationToken eu-central-1 agent", "", "111111111111.dkr.ecr.eu-central-1.amazonaws.com"},
			{"assume-role.role-arn", map[string]any{"role-arn": readerRole}, "as it is", "", "sts AssumeRole eu-west-1 agent " + readerRole + "\necr GetAuthorizationToken eu-west-1 reader", "", ownLogin},
			{"assume-role.role-arn", map[string]any{"role_arn": readerRole}, "as it is", "", "sts AssumeRole eu-west-1 agent " + readerRole + "\necr GetAuthorizationToken eu-west-1 reader", "", ownLogin},
			{"assume-role.duration-seconds", map[string]any{"role-arn": readerRole, "duration-seconds": 900}, "as it is", "", "sts AssumeRole eu-west-1 agent " + readerRole + " 900\necr GetAuthorizationToken eu-west-1 reader", "", ownLogin},
			{"assume-role.oidc", map[string]any{"role-arn": tokenRole, "oidc": true}, "as it is", "", byToken + "\necr GetAuthorizationToken eu-west-1 buildkite", "", ownLogin},
			{"assume-role.oidc", map[string]any{"role-arn": readerRole, "oidc": false}, "as it is", "", "sts AssumeRole eu-west-1 agent " + readerRole + "\necr GetAuthorizationToken eu-west-1 reader", "", ownLogin},
			{"profile", "team", "as it is", "", "ecr GetAuthorizationToken eu-west-1 ci", "", ownLogin},
			{"retries", 3, "as it is", "", ownToken, "", ownLogin},
			{"no-include-email", true, "ignored", "no-include-email has no effect", ownToken, "", ownLogin},
			{"credential-helper", true, "refused", "the login needs no helper here", "", "", ""},
			{"credential-helper", false, "as it is", "", ownToken, "", ownLogin},
			{"credential-helper-ignore-creds-storage", true, "ignored", "credential-helper-ignore-creds-storage has no effect", ownToken, "", ownLogin},
		},
		rolePlugin: {
			{"role-arn", tokenRole, "as it is", "", byToken, "", "AWS"},
			{"role-session-name", "my-job", "as it is", "", byToken + " my-job", "", "AWS"},
			{"role-session-duration", 1800, "as it is", "", byToken + " 1800", "", "AWS"},
			{"oidc-token-lifetime", 600, "as it is", "", byToken, " --lifetime 600", "AWS"},
			{"session-tags", []any{"organization_slug", "build_branch"}, "as it is", "", byToken, " --aws-session-tag organization_slug,build_branch", "AWS"},
			{"region", "eu-central-1", "as it is", "", byToken, "", "AWS"},
			{"credential-name-prefix", "MY_", "as it is", "", byToken, "", "MY_AWS"},
			{"hook", "environment", "as it is", "", byToken, "", "AWS"},
			{"hook", "pre-command", "as it is", "", "", "", ""},
		},
	}
}

// TestOptionsOfOtherBuildkitePlugins: the same effect on what AWS is asked and
// on what later hooks and the command see, or a reason.
func TestOptionsOfOtherBuildkitePlugins(t *testing.T) {
	t.Parallel()
	for tool, options := range otherOptions() {
		for _, o := range options {
			t.Run(fmt.Sprintf("%s %s %v", tool, o.option, o.value), func(t *testing.T) {
				t.Parallel()
				given := map[string]any{"task": "login"}
				if tool == rolePlugin {
					given = map[string]any{"task": "sts", "source": "web-identity", "role-arn": tokenRole}
				}
				name, _, _ := strings.Cut(o.option, ".")
				given[name] = o.value
				s := buildkiteHook(t, "environment", given)
				if o.verdict == "refused" != (s.r.status == 2) || !strings.Contains(s.r.stderr, o.says) || o.verdict == "as it is" && strings.Contains(s.r.stderr, "ignored") {
					t.Errorf("status %d\n%s", s.r.status, s.r.stderr)
				}
				if diff := cmp.Diff(o.asked, s.asked()); diff != "" {
					t.Errorf("AWS was asked:\n%s", diff)
				}
				left := s.logins(t)
				if tool == rolePlugin {
					left = s.keys()
				} else if s.keys() != "" {
					t.Error("a login leaves credentials in the environment")
				}
				if left != o.left {
					t.Errorf("left %q, want %q", left, o.left)
				}
				if o.requested != "" && !strings.Contains(readFile(t, filepath.Join(s.stubs, "asked")), "oidc request-token --audience sts.amazonaws.com"+o.requested+"\n") {
					t.Error(readFile(t, filepath.Join(s.stubs, "asked")))
				}
				if o.option == "region" && tool == rolePlugin && (s.env["AWS_REGION"] != o.value || s.env["AWS_DEFAULT_REGION"] != o.value) {
					t.Error("the region was not handed on")
				}
			})
		}
	}
	if s := buildkiteHook(t, "pre-command", map[string]any{"task": "sts", "source": "web-identity", "role-arn": tokenRole, "hook": "pre-command"}); s.keys() != "AWS" {
		t.Errorf("nothing in the other hook\n%s", s.r.log())
	}
}

// TestTablesOfOtherBuildkitePlugins: the page says what the test above sees.
func TestTablesOfOtherBuildkitePlugins(t *testing.T) {
	t.Parallel()
	page := readFile(t, filepath.Join(root, "docs", "moving-from-buildkite-plugins.md"))
	for tool, options := range otherOptions() {
		_, section, found := strings.Cut(page, "## From "+tool+"\n")
		if !found {
			t.Fatalf("no heading for %s", tool)
		}
		section, _, _ = strings.Cut(section, "\n## ")
		told := map[string]string{}
		for _, match := range regexp.MustCompile(`(?m)^\| ([a-z.-]+)(?:: \S+)? \| (as it is|refused|ignored)\b`).FindAllStringSubmatch(section, -1) {
			told[match[1]] += match[2] + "\n"
		}
		seen := map[string]string{}
		for _, o := range options {
			if !strings.Contains(seen[o.option], o.verdict) {
				seen[o.option] += o.verdict + "\n"
			}
		}
		if diff := cmp.Diff(seen, told); diff != "" {
			t.Errorf("%s: the table is not what was seen:\n%s", tool, diff)
		}
	}
}

// TestPipelinesOfOtherBuildkitePlugins runs the snippets of the page.
func TestPipelinesOfOtherBuildkitePlugins(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]string{
		"moving-login": "sts AssumeRoleWithWebIdentity arn:aws:iam::222222222222:role/deployer\necr GetAuthorizationToken eu-west-1 deployer",
		"moving-role":  "sts AssumeRoleWithWebIdentity arn:aws:iam::222222222222:role/deployer",
	} {
		var pipeline struct {
			Steps []struct{ Plugins []map[string]map[string]any }
		}
		parse(t, blockOf(t, "moving-from-buildkite-plugins.md", word).text, &pipeline)
		s := buildkiteHook(t, "environment", pipeline.Steps[0].Plugins[0]["https://github.com/awsvars/awsvars#main"])
		if diff := cmp.Diff(want, s.asked()); diff != "" || s.r.status != 0 {
			t.Errorf("%s: status %d\n%s\n%s", word, s.r.status, diff, s.r.log())
		}
	}
}

// TestRetriesOfOtherBuildkitePlugins: as often as the option says.
func TestRetriesOfOtherBuildkitePlugins(t *testing.T) {
	t.Parallel()
	for retries, status := range map[int]int{1: 4, 2: 0} {
		s := buildkiteHook(t, "environment", map[string]any{"task": "login", "retries": retries}, func(s *step) {
			fault, err := simulator.ParseFault("ecr:GetAuthorizationToken=throttle*2")
			if err != nil {
				t.Fatal(err)
			}
			s.Inject(fault)
		})
		if s.r.status != status || strings.Count(s.asked(), "GetAuthorizationToken") != retries+1 {
			t.Errorf("%d retries: status %d\n%s\n%s", retries, s.r.status, s.asked(), s.r.log())
		}
	}
}
