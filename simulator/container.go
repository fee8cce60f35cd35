package simulator

import (
	"crypto/subtle"
	"net/http"
	"sync"
	"time"
)

// containerSession is what the container's credentials endpoint remembers.
type containerSession struct {
	path  string
	token string
	task  string // the task's ID, and so its role's session name

	mu     sync.Mutex
	issued roleKeys
}

// serveContainer plays the credentials endpoint of ECS and of EKS Pod
// Identity: one path, and a token in Authorization as it is, without a scheme
// (SDKs and Tools reference guide, "Container credential provider").
func (s *Simulator) serveContainer(w http.ResponseWriter, r *http.Request) {
	c := &call{http: r, body: readBody(r)}
	action := "other"
	if r.URL.Path == s.container.path {
		action = "credentials"
	}
	s.answer(w, c, service{name: "container", handle: s.handleContainer, refuse: refuseContainer}, action)
}

// refuseContainer writes the errors as the ECS agent does.
func refuseContainer(c *call, refused *refusal) {
	c.reply.json(refused.status, "application/json", map[string]string{
		"code": refused.code, "message": or(refused.message, http.StatusText(refused.status)),
	})
}

func (s *Simulator) handleContainer(c *call) *refusal {
	if c.http.Method != http.MethodGet || c.record.Action != "credentials" {
		return &refusal{http.StatusNotFound, "NotFound", ""}
	}
	given := c.http.Header.Get("Authorization")
	if subtle.ConstantTimeCompare([]byte(given), []byte(s.container.token)) != 1 {
		return &refusal{http.StatusUnauthorized, "Unauthorized", "the authorization token is missing or wrong"}
	}
	role, ok := s.config.role(s.config.ContainerRole)
	if !ok {
		return &refusal{http.StatusNotFound, "NoIdInRequest", "the task has no role"}
	}
	s.container.mu.Lock()
	defer s.container.mu.Unlock()
	key := s.container.issued.renew(s, role, s.container.task, c.now)
	c.reply.json(http.StatusOK, "application/json", map[string]string{
		"RoleArn":         role.arn,
		"AccessKeyId":     key.id,
		"SecretAccessKey": key.secret,
		"Token":           key.token,
		"Expiration":      key.expires.Format(time.RFC3339),
	})
	return nil
}
