package tasks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/images"
	"github.com/awsvars/awsvars/variables"
)

// pushTask pushes an image to one repository in one or several registries,
// from a Docker engine or without one.
//
// It needs what ecr needs, and on the repository ecr:BatchCheckLayerAvailability,
// ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload,
// ecr:PutImage and ecr:BatchGetImage; with ecr:DescribeRepositories it knows
// before the push which tags cannot move. What else it needs stands with the
// settings of a repository in package ecr.
type pushTask struct{ ecrTask }

func (pushTask) Name() string { return "push" }

func (pushTask) Summary() string { return "Pushes an image to Amazon ECR" }

func (pushTask) Examples() []string {
	return []string{
		"awsvars push --image app:latest --repository team/app --tags 1.4.2,latest --registry 222222222222/eu-west-1",
		"awsvars push --image oci:build/image --repository team/app --auto-tag --registry deploy@222222222222/eu-west-1,deploy@222222222222/us-east-1",
	}
}

func (t pushTask) Settings() []variables.Setting {
	shared := t.ecrTask.Settings()
	return slices.Concat(pushSettings(), shared[:1], repositorySettings(), shared[1:])
}

func (t pushTask) Check(v variables.Values) variables.Faults {
	faults := t.ecrTask.Check(v)
	fault := func(name, problem string) {
		faults = append(faults, variables.Fault{Setting: name, Problem: problem})
	}
	for _, name := range []string{"image", "repository"} {
		if v.Text(name) == "" {
			fault(name, "missing: push needs the image and the repository that it is pushed to")
		}
	}
	if !v.Bool("create-repository") {
		for _, name := range []string{"tag-mutability", "scan-on-push", "kms-key", "repository-tags"} {
			if v.Given(name) {
				fault(name, "it is for a new repository; set create-repository, or leave it out")
			}
		}
	}
	for _, target := range targets(v) {
		if target.registry.Public && wishOf(v).any() {
			fault("registry", "a repository of ECR Public is not created or changed here; leave create-repository and its policies out")
		}
	}
	return faults
}

func (pushTask) Delivers(variables.Values) Delivery { return Asked }

func (pushTask) CheckLogins(variables.Values) error { return noLogins("push") }

func (t pushTask) Run(ctx context.Context, w Work) (*variables.Set, error) {
	tags, err := tagsOf(w)
	if err != nil {
		return nil, err
	}
	show, done := w.Progress()
	defer done()
	o := images.Options{
		Lookup: w.Machine.Lookup, Home: w.Machine.Home, Temporary: Temporary(w.Machine.Lookup, ""),
		Transport: w.Network.Registries(), Proxy: w.Network.Proxy, Progress: show,
		Attempts: w.Network.Retries() + 1, Again: w.Network.Again,
	}
	image, err := images.Open(ctx, w.Values.Text("image"), o)
	if err != nil {
		return nil, docked(err)
	}
	defer func() { _ = image.Close() }()
	w.Log.Info("image", "text", described(image), "source", image.Source, "digest", image.Digest)
	tokens, err := t.tokens(ctx, w)
	if err != nil {
		return nil, err
	}
	var all []images.Target
	for _, token := range tokens {
		all = append(all, images.Target{Host: token.Registry.Domain(), Repository: w.Values.Text("repository"), Tags: tags, Username: token.Username, Password: token.Password})
	}
	if w.Values.Bool("dry-run") {
		for _, target := range all {
			w.Log.Info("dry run", "text", fmt.Sprintf("%s:%s would be pushed", target.Name(), strings.Join(tags, ", :")), "repository", target.Name(), "tags", tags)
		}
		return nil, nil
	}
	if err := t.prepare(ctx, w, tokens); err != nil {
		return nil, err
	}
	o.Judge = judge{w, tokens}.tags
	pushed, err := images.Push(ctx, image, all, o)
	done()
	for _, p := range pushed {
		w.Log.Info("pushed", "text", p.String(), "repository", p.Name(), "digest", p.Digest, "tags", p.Tags)
	}
	if err != nil {
		return nil, explainPush(err)
	}
	return t.set(w, tokens, pushed)
}

// prepare makes the repositories as the settings wish them, one registry after
// the other.
func (t pushTask) prepare(ctx context.Context, w Work, tokens []ecr.Token) error {
	wish := wishOf(w.Values)
	if !wish.any() {
		return nil
	}
	for i, token := range tokens {
		session := w.Sessions[targets(w.Values)[i].connector]
		created, err := ecr.Prepare(ctx, session.Config, token.Registry, wish.Repository)
		if err != nil {
			return err
		}
		if created {
			w.Log.Info("created", "text", token.Registry.Domain()+"/"+wish.Name, "repository", wish.Name, "registry", token.Registry.Domain())
		}
	}
	return nil
}

// set holds what later steps deploy by.
func (t pushTask) set(w Work, tokens []ecr.Token, pushed []images.Pushed) (*variables.Set, error) {
	set := variables.NewSet(w.Values.Text("namespace"))
	set.Facts = w.Sessions.Facts(t.Connectors(w.Values))
	for i, p := range pushed {
		if p.Digest == "" {
			// Every tag was there with another image, and stays.
			continue
		}
		prefixes := []string{tokens[i].Registry.Key() + "."}
		if i == 0 {
			prefixes = append([]string{""}, prefixes...)
		}
		if len(pushed) == 1 {
			prefixes = prefixes[:1]
		}
		uri := p.Name()
		if len(p.Tags) > 0 {
			uri += ":" + p.Tags[0]
		}
		set.Facts = append(set.Facts, variables.Fact{Kind: "image", Name: p.Name() + ":" + strings.Join(p.Tags, ", ") + " " + p.Digest})
		for _, prefix := range prefixes {
			for _, v := range []struct{ name, text string }{{"digest", p.Digest}, {"imageUri", uri}, {"imageUriWithDigest", p.Name() + "@" + p.Digest}} {
				if err := set.Add(prefix+v.name, variables.NewSecret(v.text)); err != nil {
					return nil, err
				}
			}
		}
	}
	return set, nil
}

const immutableHint = "the repository's tags do not move: push another tag"

func explainPush(err error) error {
	var refused *images.Refusal
	switch {
	case !errors.As(err, &refused):
		return err
	case refused.Missing():
		return variables.WithHint(&connectors.Refused{Err: err}, "create the repository first, or set create-repository")
	case refused.Immutable():
		return variables.WithHint(&connectors.Refused{Err: err}, immutableHint)
	case refused.Denied():
		return variables.WithHint(&connectors.Refused{Err: err}, "the caller's policies must allow pushing to this repository: awsvars' page on permissions has one to copy")
	}
	return err
}

func described(i *images.Image) string {
	text := i.Source
	if i.Digest != "" {
		text += ", " + i.Digest
	}
	return text
}
