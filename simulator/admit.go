package simulator

import (
	"fmt"
	"net/http"
)

// admit checks the login, then what the caller may do, then whether the
// repository exists: who may not look learns nothing.
func (s *Simulator) admit(c *imageCall) *refusal {
	if refused := s.checkLogin(c); refused != nil {
		return refused
	}
	if c.name == "" || !c.images.place.named() {
		return nil
	}
	if !goodRepositoryName(c.name) {
		return &refusal{http.StatusBadRequest, "NAME_INVALID", "Invalid repository name"}
	}
	repository := c.images.find(c.name)
	account := c.images.owner(c.name)
	for _, action := range c.needs() {
		if message := c.refusal(c.images, action, account, c.name, repository, nil); message != "" {
			return &refusal{http.StatusForbidden, "DENIED", message}
		}
	}
	if repository == nil {
		return &refusal{http.StatusNotFound, "NAME_UNKNOWN", noRepository(c.name, account)}
	}
	return nil
}

func noRepository(name, account string) string {
	return fmt.Sprintf("The repository with name '%s' does not exist in the registry with id '%s'", name, account)
}

// checkLogin wants a password that ECR handed out for this region and that has
// not expired (ECR user guide, "Private registry authentication"). ECR Public
// gives a token to anybody.
func (s *Simulator) checkLogin(c *imageCall) *refusal {
	password, given, good := c.password()
	p := c.images.place
	if !given {
		if p.public && c.part == "token" {
			return nil
		}
		return &refusal{http.StatusUnauthorized, "UNAUTHORIZED", "Not Authorized"}
	}
	login, known := s.logins.find(password)
	switch {
	case !p.named() && (!good || !known):
		return &refusal{http.StatusUnauthorized, "UNAUTHORIZED", "Not Authorized"}
	case !good || !known || p.named() && !login.opens(p):
		// docker login calls this "failed with status: 400 Bad Request"
		// (github.com/aws/aws-cli issue 5317).
		return &refusal{http.StatusBadRequest, "DENIED", "Your Authorization Token is invalid."}
	case !c.now.Before(login.expires):
		return &refusal{http.StatusForbidden, "DENIED", "Your authorization token has expired. Reauthenticate and try again."}
	}
	if c.who = login.who; c.who != nil {
		c.record.signedBy(c.who)
	}
	return nil
}

// opens: a token is for the registries of one region, or for ECR Public.
func (l login) opens(p place) bool {
	return l.public == p.public && (p.public || l.region == p.region)
}

func (c *imageCall) pulls() bool {
	read := c.http.Method == http.MethodGet || c.http.Method == http.MethodHead
	return read && (c.part == "ping" || c.part == "manifests" || c.part == "blobs" || c.part == "tags")
}

// needs are the permissions of a request, without the service (ECR user guide,
// "Required IAM permissions for pushing an image"; service authorization
// reference, Amazon ECR).
func (c *imageCall) needs() []string {
	if c.images.place.public && c.pulls() {
		return nil
	}
	switch c.http.Method + " " + c.part {
	case "POST uploads":
		return []string{"InitiateLayerUpload"}
	case "PATCH uploads", "GET uploads", "DELETE uploads":
		return []string{"UploadLayerPart"}
	case "PUT uploads":
		return []string{"CompleteLayerUpload"}
	case "HEAD blobs":
		return []string{"BatchCheckLayerAvailability"}
	case "GET blobs":
		return []string{"GetDownloadUrlForLayer"}
	case "GET manifests", "HEAD manifests":
		return []string{"BatchGetImage"}
	case "PUT manifests":
		return []string{"PutImage"}
	case "DELETE manifests":
		return []string{"BatchDeleteImage"}
	case "GET tags":
		return []string{"ListImages"}
	}
	return nil
}

// refusal says in AWS's words why the caller may not do something with a
// repository, which is nil if it does not exist; "" if they may. Tags are what
// the request gives it.
func (c *call) refusal(m *images, action, account, name string, repository *repository, tags []tag) string {
	if c.who == nil {
		return "Not Authorized"
	}
	service := m.place.service()
	a := ask{service + ":" + action, m.place.arn(account, name), c.context(c.who)}
	a.context.setTags(tags)
	g := &guard{account: account}
	if repository != nil {
		m.mu.Lock()
		g.policy = repository.guarding
		for key, value := range repository.Tags {
			a.context.set("aws:ResourceTag/"+key, value)
			a.context.set(service+":ResourceTag/"+key, value)
		}
		m.mu.Unlock()
	}
	return c.authorize(c.who, a, g)
}
