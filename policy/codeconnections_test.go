package policy

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	aConnection = "arn:aws:codeconnections:eu-west-1:222222222222:connection/aaaa-1111"
	aHost       = "arn:aws:codeconnections:eu-west-1:222222222222:host/a-host"
	aLink       = "arn:aws:codeconnections:eu-west-1:222222222222:repository-link/bbbb-2222"
)

// TestConnectionSetsPassTheCheck: each set, with every option that is for it,
// under both prefixes.
func TestConnectionSetsPassTheCheck(t *testing.T) {
	t.Parallel()
	options := map[string]ConnectionOptions{
		"manage-connections":   {Resources: []string{aConnection}, ProviderTypes: []string{"GitHub"}},
		"manage-hosts":         {Resources: []string{aHost}, ProviderTypes: []string{"GitHubEnterpriseServer"}, VPCs: []string{"vpc-0a1b"}},
		"complete-connections": {Resources: []string{aConnection}, ProviderTypes: []string{"GitHub"}},
		"set-up-hosts":         {Resources: []string{aHost}},
		"pass":                 {Resources: []string{aConnection}, Services: []string{"codepipeline.amazonaws.com"}},
		"use":                  {Resources: []string{aConnection}, Repositories: []string{"octo-org/octo-repo"}, ProviderActions: []string{"GitPull"}, Access: "read_only", Branches: []string{"release/*"}},
		"tag":                  {Resources: []string{aConnection, aHost}},
		"repository-links":     {Resources: []string{aConnection, aLink}},
		"sync-configurations":  {Resources: []string{aLink}, Branches: []string{"main"}},
		"pass-repository":      {Resources: []string{aLink}, Services: []string{"cloudformation.sync.codeconnections.amazonaws.com"}},
	}
	names, _ := ConnectionSets()
	for _, name := range names {
		for _, prefix := range []string{"codeconnections", "codestar-connections"} {
			o, ok := options[name]
			if !ok {
				t.Errorf("%s is not tried", name)
			}
			var resources []string
			for _, arn := range o.Resources {
				resources = append(resources, strings.Replace(arn, "codeconnections", prefix, 1))
			}
			o.Resources = resources
			d, err := CodeConnections([]string{name}, o)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			if said := judged(d.Check(CheckOptions{})); said != "" {
				t.Errorf("%s\n%s\n%s", name, said, d.JSON())
			}
			if strings.Contains(string(d.JSON()), "\"codeconnections:") == (prefix != "codeconnections") {
				t.Errorf("%s: the prefix is another one\n%s", name, d.JSON())
			}
		}
	}
}

// TestConditionsGoToTheActionsThatKnowThem, and to no other.
func TestConditionsGoToTheActionsThatKnowThem(t *testing.T) {
	t.Parallel()
	d, err := CodeConnections([]string{"manage-connections", "use"}, ConnectionOptions{Resources: []string{aConnection}, ProviderTypes: []string{"GitHub"}, Repositories: []string{"octo-org/*"}})
	if err != nil {
		t.Fatal(err)
	}
	const every = "arn:aws:codeconnections:eu-west-1:222222222222:connection/*"
	condition := func(operator, key, value string) []Condition {
		return []Condition{{operator, "codeconnections:" + key, []string{value}}}
	}
	manage, use := "views, creates and deletes connections", "reaches repositories through a connection"
	want := []Statement{
		{Sid: "ManageConnections", Reason: manage, Actions: []string{"codeconnections:CreateConnection"}, Resources: []string{every}, Conditions: condition("StringEquals", "ProviderType", "GitHub")},
		{Sid: "ManageConnections2", Reason: manage, Actions: []string{"codeconnections:DeleteConnection", "codeconnections:GetConnection"}, Resources: []string{aConnection}},
		{Sid: "ManageConnections3", Reason: manage, Actions: []string{"codeconnections:ListConnections"}, Resources: []string{every}, Conditions: condition("StringEquals", "ProviderTypeFilter", "GitHub")},
		{Sid: "Use", Reason: use, Actions: []string{"codeconnections:UseConnection"}, Resources: []string{aConnection}, Conditions: condition("StringLike", "FullRepositoryId", "octo-org/*")},
	}
	if diff := cmp.Diff(want, d.Statements); diff != "" {
		t.Error(diff)
	}
}

func TestCodeConnectionsRefusesWhatAWSDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		sets    string
		options ConnectionOptions
		want    string
	}{
		{"uses", ConnectionOptions{Resources: []string{aConnection}}, "did you mean use?"},
		{"use", ConnectionOptions{}, "name the resources"},
		{"use", ConnectionOptions{Resources: []string{aHost}}, "name the ARN of a connection, too"},
		{"use", ConnectionOptions{Resources: []string{aConnection, aHost}}, "acts on it"},
		{"use", ConnectionOptions{Resources: []string{"arn:aws:codeconnections:*:222222222222:connection/a"}}, "not in region and account"},
		{"use", ConnectionOptions{Resources: []string{"arn:aws:codeconnections:eu-west-1:*:connection/a"}}, "not in region and account"},
		{"use", ConnectionOptions{Resources: []string{"arn:aws:codeconnections:eu-west-1:2222:connection/a"}}, "12 digits"},
		{"use", ConnectionOptions{Resources: []string{"arn:aws:codecommit:eu-west-1:222222222222:a"}}, "its service is"},
		{"use", ConnectionOptions{Resources: []string{"arn:aws:codeconnections:eu-west-1:222222222222:pipeline/a"}}, "none of connection/ID"},
		{"use", ConnectionOptions{Resources: []string{"arn:aws:codeconnections:eu-west-1:222222222222:connection/a\nb"}}, "no such ID"},
		{"use", ConnectionOptions{Resources: []string{"*"}}, "write arn:"},
		{"use", ConnectionOptions{Resources: []string{aConnection}, ProviderActions: []string{"GitPul"}}, "did you mean GitPull?"},
		{"use", ConnectionOptions{Resources: []string{aConnection}, Access: "read-only"}, "did you mean read_only?"},
		{"use", ConnectionOptions{Resources: []string{aConnection}, Repositories: []string{"octo-repo"}}, "cannot be one"},
		{"use", ConnectionOptions{Resources: []string{aConnection}, Repositories: []string{"octo-org/${aws:username}"}}, "cannot be one"},
		{"pass", ConnectionOptions{Resources: []string{aConnection}, Branches: []string{"main"}}, "branch: no action of pass has the condition key BranchName or Branch"},
	} {
		_, err := CodeConnections([]string{c.sets}, c.options)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s %+v: %v, want %s", c.sets, c.options, err, c.want)
		}
	}
}

// TestConnectionSetsOfThePage: the table has them all, and no other.
func TestConnectionSetsOfThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "docs", "policies.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "## CodeConnections")
	type row struct{ Name, Reason string }
	var got, want []row
	for _, cells := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\| ([^|;]*[^|; ])").FindAllStringSubmatch(section, -1) {
		got = append(got, row{cells[1], cells[2]})
	}
	names, reasons := ConnectionSets()
	for i := range names {
		want = append(want, row{names[i], reasons[i]})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
