package doctor

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/ecr"
)

// asked is a repository and what somebody wants to do with it.
type asked struct {
	name       string
	pull, push bool
}

// repositories are those that were asked about, and that of the task push.
func (v *visit) repositories() []asked {
	var all []asked
	at := func(name string) *asked {
		i := slices.IndexFunc(all, func(a asked) bool { return a.name == name })
		if i < 0 {
			all = append(all, asked{name: name})
			i = len(all) - 1
		}
		return &all[i]
	}
	for _, name := range v.Use.Pull {
		at(name).pull = true
	}
	for _, name := range v.Use.Push {
		at(name).push = true
	}
	if v.Values.Has("repository") && v.Values.Text("repository") != "" {
		at(v.Values.Text("repository")).push = true
	}
	return all
}

// question is a request that changes nothing, and the permission that it needs
// (service authorization reference, Amazon ECR).
type question struct {
	action, method, path string
}

// The tag and the digest are of nothing that there is.
const (
	noTag    = "awsvars-doctor-asks-for-what-is-not-there"
	noDigest = "sha256:0000000000000000000000000000000000000000000000000000000000000000"
)

func (a asked) questions() []question {
	all := []question{{"ecr:BatchGetImage", http.MethodGet, a.name + "/manifests/" + noTag}}
	if a.pull {
		all = append(all, question{"ecr:GetDownloadUrlForLayer", http.MethodGet, a.name + "/blobs/" + noDigest})
	}
	if a.push {
		all = append(all, question{"ecr:BatchCheckLayerAvailability", http.MethodHead, a.name + "/blobs/" + noDigest})
	}
	return all
}

// judgeRepository asks the registry. What an upload needs can be told only by
// beginning one, which is not done.
func (v *visit) judgeRepository(ctx context.Context, r ecr.Registry, login docker.Login, a asked, who connectors.Identity) []Verdict {
	name := login.Host + "/" + a.name
	if r.Public {
		return judgePublic(name, a, who)
	}
	var allowed []string
	for _, q := range a.questions() {
		answer, err := docker.Ask(ctx, v.Network.Registry, login, q.method, q.path)
		switch {
		case err != nil:
			return []Verdict{failed(Unreachable, Repository, name, words(err), []Cause{networkOrLate(err)}, remedyOf(err))}
		case strings.HasPrefix(answer.Says, "NAME_UNKNOWN"):
			return []Verdict{v.missing(name, r, a)}
		case answer.Status == http.StatusForbidden || answer.Status == http.StatusUnauthorized || strings.HasPrefix(answer.Says, "DENIED"):
			return []Verdict{denied(name, r, a, q, answer, who)}
		case answer.Status != http.StatusNotFound && answer.Status >= 400:
			return []Verdict{{Station: Repository, Subject: name, State: Unknown, Text: "the registry says " + answer.String() + " to a question for " + q.action, Remedies: []string{"try again: the answer tells of no permission"}}}
		}
		allowed = append(allowed, q.action)
	}
	if !a.push {
		return []Verdict{ok(Repository, name, "it may be pulled from")}
	}
	verdicts := []Verdict{ok(Repository, name, "allowed: "+strings.Join(allowed, ", "))}
	return append(verdicts, Verdict{
		Station: Repository, Subject: name, State: Unknown,
		Text:     "whether ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage are allowed cannot be told without an upload",
		Remedies: given([]string{repositoryPolicy(r, a, who)}),
	})
}

// judgePublic: everybody may pull, and nothing tells of a push beforehand.
func judgePublic(name string, a asked, who connectors.Identity) []Verdict {
	if !a.push {
		return []Verdict{ok(Repository, name, "everybody may pull from ECR Public")}
	}
	return []Verdict{{Station: Repository, Subject: name, State: Unknown, Text: "whether it may be pushed to cannot be told without an upload", Remedies: []string{
		"what it needs: awsvars policy permissions ecr --registry public --push " + a.name + " --source-arn " + who.Principal(),
	}}}
}

func (v *visit) missing(name string, r ecr.Registry, a asked) Verdict {
	if v.Values.Has("create-repository") && v.Values.Bool("create-repository") && a.name == v.Values.Text("repository") {
		return ok(Repository, name, "it is not there yet, and create-repository makes it")
	}
	return failed(Refused, Repository, name, "there is no such repository", []Cause{RepositoryMissing},
		"aws ecr create-repository --registry-id "+r.Account+" --region "+r.Region+" --repository-name "+a.name)
}

// denied says which side refused.
func denied(name string, r ecr.Registry, a asked, q question, answer docker.Answer, who connectors.Identity) Verdict {
	cause := causeInWords(answer.Says)
	causes := []Cause{cause}
	if cause == "" {
		causes = []Cause{Permission}
		if who.Account != r.Account {
			causes = append(causes, RepositoryPolicy)
		}
	}
	text := q.action + " is denied"
	if answer.Says != "" {
		text += ": " + answer.Says
	}
	var remedies []string
	if slices.Contains(causes, RepositoryPolicy) {
		remedies = append(remedies, sharingPolicy(a, who))
	}
	if !slices.Equal(causes, []Cause{RepositoryPolicy}) {
		remedies = append(remedies, repositoryPolicy(r, a, who))
	}
	return failed(Refused, Repository, name, text, causes, remedies...)
}
