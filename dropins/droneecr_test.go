package dropins_test

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/dropins"
	"github.com/awsvars/awsvars/variables"
)

// step is a pipeline's step that was written for drone-ecr.
func step(inputs, environment map[string]string) *dropins.Translation {
	return dropins.Translate("drone", dropins.Given{
		Task: "push",
		Input: func(name string) (variables.Input, bool) {
			text := strings.TrimSpace(inputs[name])
			return variables.Input{Text: variables.NewSecret(text), Origin: "PLUGIN_" + strings.ToUpper(name)}, text != ""
		},
		Lookup: func(name string) (string, bool) { text, ok := environment[name]; return text, ok },
		Read:   func(string) ([]byte, error) { return nil, fs.ErrNotExist },
	})
}

// means is what a setting is given, in place of what the pipeline says.
func means(t *dropins.Translation, setting string) string {
	input, _ := t.Source(setting)
	return input.Text.Open()
}

// FuzzRegistryOfDroneECR: where a registry is given, nothing that repo says
// leads to another one, and what is pushed there is what repo says.
func FuzzRegistryOfDroneECR(f *testing.F) {
	const host = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
	for _, repo := range []string{"app", "team/app", host + "/app", host + ".evil.example/app", "https://" + host + "/app", "/app/", "evil.example:443/app", "public.ecr.aws/a/app", host} {
		f.Add(host, repo)
		f.Add(host+"/team", repo)
		f.Add("", repo)
	}
	f.Fuzz(func(t *testing.T, registry, repo string) {
		if strings.TrimSpace(repo) == "" {
			return
		}
		got := step(map[string]string{"registry": registry, "repo": repo}, nil)
		if got.Tool == nil {
			t.Fatal("the step was not recognised")
		}
		registry = strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(registry), "https://"), "/")
		place, name := means(got, "registry"), means(got, "repository")
		if registry != "" && len(got.Faults) == 0 && !strings.HasPrefix(registry+"/", place+"/") {
			t.Errorf("%q became the registry %q", registry, place)
		}
		if len(got.Faults) == 0 && registry == "" && place != "" && !strings.Contains(repo, place+"/") {
			t.Errorf("%q became the registry %q", repo, place)
		}
		if len(got.Faults) == 0 && !strings.HasSuffix(strings.TrimRight(strings.TrimSpace(repo), "/"), name) && !strings.HasSuffix(name, strings.Trim(strings.TrimPrefix(strings.TrimSpace(repo), "https://"), "/")) {
			t.Errorf("%q became the repository %q", repo, name)
		}
	})
}

// FuzzTagsOfDroneECR: every tag that is made of a Git tag is one that the
// setting takes, or it is refused.
func FuzzTagsOfDroneECR(f *testing.F) {
	for _, tag := range []string{"v1.2.3", "0.0.1", "1.2.3-rc.1+build.5", "v01.2.3", "v1.2", "x", "1.2.3-$(id)", "1.2.3-a,b", ""} {
		f.Add(tag, "arm64")
		f.Add(tag, "")
	}
	f.Fuzz(func(t *testing.T, tag, suffix string) {
		got := step(map[string]string{"repo": "app", "auto_tag": "true", "auto_tag_suffix": suffix},
			map[string]string{"DRONE_COMMIT_REF": "refs/tags/" + tag, "DRONE_REPO_BRANCH": "main"})
		tags := means(got, "tags")
		if (tags == "") != (len(got.Faults) > 0) {
			t.Fatalf("tags %q, faults %v", tags, got.Faults)
		}
		if strings.TrimSpace(suffix) == "" && strings.Trim(tags, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,-") != "" {
			t.Errorf("%q became %q", tag, tags)
		}
		if got.Skip != "" {
			t.Errorf("a Git tag is skipped: %s", got.Skip)
		}
	})
}

// TestATaskIsFoundWhereNoneIsNamed for tools whose pipelines name none only,
// and in their own systems.
func TestATaskIsFoundWhereNoneIsNamed(t *testing.T) {
	t.Parallel()
	given := func(names ...string) dropins.Given {
		return dropins.Given{
			Input: func(name string) (variables.Input, bool) {
				for _, one := range names {
					if one == name {
						return variables.Input{Text: variables.NewSecret("x"), Origin: name}, true
					}
				}
				return variables.Input{}, false
			},
			Lookup: func(name string) (string, bool) { return "", name == "AWSVARS_IMAGE" },
		}
	}
	for _, c := range []struct {
		runner string
		names  []string
		want   string
	}{
		{"drone", []string{"repo"}, "push"},
		{"woodpecker", []string{"repo", "source_image"}, "push"},
		{"harness", []string{"repo"}, "push"},
		{"github", []string{"repo"}, ""},
		{"envfile", []string{"repo"}, ""},
		{"drone", []string{"registry"}, ""},
		{"drone", []string{"repo", "image"}, ""},
		{"drone", []string{"repo", "repository"}, ""},
	} {
		if got := dropins.Task(c.runner, given(c.names...)); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.runner, c.names, got, c.want)
		}
	}
}
