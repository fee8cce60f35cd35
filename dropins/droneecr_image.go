package dropins

import (
	"errors"
	"io/fs"
	"regexp"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// place parts registry and repo into a registry and a repository. It returns
// the registry as it is named, empty where it is the caller's own.
func (r *droneRules) place() string {
	registry := strings.TrimSuffix(strings.TrimPrefix(r.Given.text("registry"), "https://"), "/")
	repository := strings.Trim(strings.TrimPrefix(r.Given.text("repo"), "https://"), "/")
	host, path := registry, ""
	if before, behind, found := strings.Cut(registry, "/"); found && strings.Contains(before, ".") && !strings.ContainsAny(registry, ", \n[") {
		host, path = before, behind
	}
	first, rest, found := strings.Cut(repository, "/")
	named := found && (first == host || isRegistry(first))
	if named {
		repository = rest
	}
	inside := path == "" || strings.HasPrefix(repository, path+"/")
	switch {
	case named && (host != "" && first != host || !inside):
		r.fault("repo", "it names another registry than registry does; give one of them")
	case named:
		host = first
	case !inside:
		repository = path + "/" + repository
	}
	if host != "" {
		r.set("registry", host, "registry")
	}
	r.set("repository", repository, "repo")
	return host
}

// isRegistry tells a host from the first part of a repository's name, which
// may have dots too. Whether it is a registry's, the setting judges.
func isRegistry(text string) bool {
	return strings.Contains(text, ".dkr.ecr") || strings.Contains(text, ".dkr-ecr") || strings.Contains(text, ":") || text == "public.ecr.aws"
}

// image is the one that source_image names, or what push_only pushes without
// it: the repository's with the first tag.
func (r *droneRules) image(host string) {
	only := r.on("push_only")
	if only && r.meansTrue("dry-run") {
		r.fault("push_only", "it cannot be together with dry_run or no_push; give one")
	}
	if image := strings.TrimSuffix(r.setting("image"), ":"); image != "" {
		r.set("image", image, "source_image")
		return
	}
	image := r.setting("repository")
	if strings.Contains(host, ".") && !strings.Contains(host, "@") {
		image = host + "/" + image
	}
	tags := []string{"latest"}
	if values, _ := variables.Fill([]variables.Setting{{Name: "tags", Type: variables.List}}, nil, r.Source); len(values.List("tags")) > 0 {
		tags = values.List("tags")
	}
	r.set("image", image+":"+tags[0], "repo")
	if !only && r.Skip == "" {
		r.Warnings = append(r.Warnings, "awsvars builds nothing: it pushes the image "+image+":"+tags[0]+" of an earlier step; source_image names another one, and push_only says that this one is meant")
	}
}

// tags are those of the job, those given, or those of the file .tags, in this
// order, as there.
func (r *droneRules) tags() {
	if r.on("default_tags") || r.Given.text("default_tags") == "" && r.on("auto_tag") {
		r.ignore("tags", "tags", "auto_tag makes the tags")
		r.autoTags()
		return
	}
	for _, name := range []string{"auto_tag_suffix", "default_suffix"} {
		if r.Given.text(name) != "" {
			r.Warnings = append(r.Warnings, name+" of drone-ecr is ignored: it is for auto_tag")
		}
	}
	if r.has("tags") {
		return
	}
	content, err := r.Read(".tags")
	switch {
	case err == nil:
		r.set("tags", string(content), ".tags")
	case !errors.Is(err, fs.ErrNotExist):
		r.fault("tags", "reading .tags: "+err.Error())
	}
}

// autoTags makes tags from the reference that was built, or says that there is
// nothing to push of it.
func (r *droneRules) autoTags() {
	ref, main := r.variable("DRONE_COMMIT_REF"), r.variable("DRONE_REPO_BRANCH")
	if ref == "" {
		ref, main = r.variable("CI_COMMIT_REF"), r.variable("CI_REPO_DEFAULT_BRANCH")
	}
	tag, isTag := strings.CutPrefix(ref, "refs/tags/")
	switch {
	case isTag:
		tags := versionTags(tag)
		if len(tags) == 0 {
			r.Faults = append(r.Faults, variables.Fault{Setting: "auto_tag", Given: tag, Problem: "this Git tag is no version such as v1.2.3; give tags"})
			return
		}
		r.setTags(tags)
	case ref == "" || main == "":
		r.fault("auto_tag", "neither DRONE_COMMIT_REF and DRONE_REPO_BRANCH nor CI_COMMIT_REF and CI_REPO_DEFAULT_BRANCH tell what was built; give tags")
	case strings.TrimPrefix(ref, "refs/heads/") == main:
		r.setTags([]string{"latest"})
	default:
		r.Skip = "auto_tag pushes Git tags and the branch " + main + ", and this is " + ref
	}
}

func (r *droneRules) setTags(tags []string) {
	suffix := r.Given.text("default_suffix")
	if suffix == "" {
		suffix = r.Given.text("auto_tag_suffix")
	}
	for i, tag := range tags {
		switch {
		case suffix != "" && tag == "latest":
			tags[i] = suffix
		case suffix != "":
			tags[i] = tag + "-" + suffix
		}
	}
	r.Translation.set("tags", strings.Join(tags, ","), "auto_tag")
}

// versionTags are those of a version, from the shortest to the longest. A
// version 0 says nothing about the next one, and a pre-release nothing about
// releases. A tag of an image takes no +.
func versionTags(tag string) []string {
	version := regexp.MustCompile(`^(\d+)\.(\d+)\.(\d+)([-+][0-9A-Za-z.+-]+)?$`).FindStringSubmatch(strings.TrimPrefix(tag, "v"))
	if version == nil {
		return nil
	}
	minor := version[1] + "." + version[2]
	patch := minor + "." + version[3]
	switch {
	case version[4] != "":
		return []string{strings.ReplaceAll(patch+version[4], "+", "-")}
	case strings.Trim(version[1], "0") == "":
		return []string{minor, patch}
	}
	return []string{version[1], minor, patch}
}
