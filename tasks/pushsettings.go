package tasks

import (
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// What the setting tag-exists takes.
const (
	tagReplace = "replace"
	tagCompare = "compare"
	tagSkip    = "skip"
	tagFail    = "fail"
)

func pushSettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "image", Type: variables.Text,
			Help: "The image to push: one of the Docker engine by name, tag, ID or digest; or without any engine an OCI layout (oci:DIR) or an archive of docker save (docker-archive:FILE). An index of several architectures is pushed whole.",
		},
		{
			Name: "repository", Type: variables.Text, Aliases: []string{"repo"}, Check: ecr.CheckRepository,
			Help: "The repository that the image is pushed to, without the registry: team/app.",
		},
		{
			Name: "tags", Type: variables.List, Aliases: []string{"tag"}, Check: checkImageTag,
			Help: "Tags that the image gets. Without tags and auto-tag it is latest.",
		},
		{
			Name: "auto-tag", Type: variables.Bool, Default: "false",
			Help: "Tags from the CI job: for a tag v1.4.2 it is 1.4.2, 1.4 and 1; for a branch its name and the short commit; for a pull request pr-7 and the short commit.",
		},
		{
			Name: "tag-exists", Type: variables.Choice, Default: tagReplace, Choices: []string{tagReplace, tagCompare, tagSkip, tagFail},
			Help: "What to do where a tag is there already: replace moves it; compare goes on if it is this very image and else fails; skip leaves it and pushes the others; fail fails. All tags are judged before anything is pushed.",
		},
		{
			Name: "dry-run", Type: variables.Bool, Default: "false",
			Help: "Look for the image and log in to the registries, then stop: nothing is made, pushed or delivered.",
		},
	}
}

func repositorySettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "create-repository", Type: variables.Bool, Default: "false",
			Help: "Create the repository where there is none, in the account of the registry.",
		},
		{
			Name: "tag-mutability", Type: variables.Choice, Default: "mutable", Choices: []string{"mutable", "immutable"},
			Help: "Whether the tags of a new repository can move.",
		},
		{
			Name: "scan-on-push", Type: variables.Bool, Default: "false",
			Help: "Scan each image that is pushed, with create-repository: a new repository scans, and scanning is switched on at one that is there without it. It is never switched off.",
		},
		{
			Name: "kms-key", Type: variables.Text,
			Help: "ARN, ID or alias of the KMS key that encrypts a new repository.",
		},
		{
			Name: "repository-tags", Type: variables.Map,
			Help: "Tags of a new repository: Team=payments.",
		},
		{
			Name: "lifecycle-policy", Type: variables.JSON,
			Help: "Lifecycle policy that the repository gets: a JSON document, or a file that holds one.",
		},
		{
			Name: "repository-policy", Type: variables.JSON,
			Help: "Policy that the repository gets: a JSON document, or a file that holds one.",
		},
	}
}

// wish is what the settings want of a repository.
type wish struct{ ecr.Repository }

func wishOf(v variables.Values) wish {
	return wish{ecr.Repository{
		Name: v.Text("repository"), Create: v.Bool("create-repository"), Immutable: v.Text("tag-mutability") == "immutable",
		ScanOnPush: v.Bool("scan-on-push"), KMSKey: v.Text("kms-key"), Tags: v.Pairs("repository-tags"),
		Lifecycle: v.JSON("lifecycle-policy"), Policy: v.JSON("repository-policy"),
	}}
}

func (w wish) any() bool { return w.Create || w.Lifecycle != nil || w.Policy != nil }

// imageTag is the grammar of a tag (OCI distribution specification, "Pulling
// manifests").
const imageTag = `^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$`

func checkImageTag(text string) error {
	if !regexp.MustCompile(imageTag).MatchString(text) {
		return errors.New("a tag has 1 to 128 letters, digits, _ . and -, and begins with none of the last two")
	}
	return nil
}

// tagsOf are the tags given, then those of the job.
func tagsOf(w Work) ([]string, error) {
	tags := w.Values.List("tags")
	if w.Values.Bool("auto-tag") {
		auto := autoTags(w.Machine.Job)
		if len(auto) == 0 {
			return nil, variables.Faults{{Setting: "auto-tag", Problem: "neither tag, branch nor commit of this job is known; give tags"}}
		}
		tags = append(tags, auto...)
	}
	if len(tags) == 0 {
		tags = []string{"latest"}
	}
	seen := map[string]bool{}
	var distinct []string
	for _, tag := range tags {
		if !seen[tag] {
			distinct = append(distinct, tag)
		}
		seen[tag] = true
	}
	return distinct, nil
}

// autoTags are the tags that people expect of a job. A pre-release moves no
// tag of the releases.
func autoTags(job variables.Job) []string {
	version := regexp.MustCompile(`^v?(\d+)\.(\d+)\.(\d+)([-+].*)?$`).FindStringSubmatch(job.Tag)
	var tags []string
	switch {
	case version != nil && version[4] != "":
		tags = append(tags, slug(strings.TrimPrefix(job.Tag, "v")))
	case version != nil:
		tags = append(tags, fmt.Sprintf("%s.%s.%s", version[1], version[2], version[3]), version[1]+"."+version[2], version[1])
	case job.Tag != "":
		tags = append(tags, slug(job.Tag))
	case job.PullRequest != "":
		tags = append(tags, slug("pr-"+job.PullRequest))
	case job.Branch != "":
		tags = append(tags, slug(job.Branch))
	}
	if job.Tag == "" && len(job.Commit) >= 12 {
		tags = append(tags, job.Commit[:12])
	}
	return tags
}

// slug makes a text a tag: what does not fit becomes -.
func slug(text string) string {
	text = regexp.MustCompile(`[^A-Za-z0-9._-]+`).ReplaceAllString(text, "-")
	text = strings.TrimLeft(text, ".-")
	if text == "" {
		return "untitled"
	}
	return text[:min(len(text), 128)]
}
