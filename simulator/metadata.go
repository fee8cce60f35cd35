package simulator

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// roleLife is how long credentials of an instance or a container live; new
// ones are handed out well before the old ones end ("at least five minutes",
// EC2 user guide, "Retrieve security credentials from instance metadata").
const (
	roleLife  = 6 * time.Hour
	roleRenew = time.Hour
)

// metadataSession is what the instance's metadata service remembers.
type metadataSession struct {
	mu     sync.Mutex
	tokens map[string]time.Time // IMDSv2 token: when it ends
	issued roleKeys
}

// roleKeys are a service's current credentials for its role.
type roleKeys struct {
	current *credential
	since   time.Time
}

// renew returns credentials that last for a while yet.
func (k *roleKeys) renew(s *Simulator, role role, session string, now time.Time) *credential {
	if k.current == nil || k.current.expires.Sub(now) < roleRenew {
		who := role.session(session)
		who.chained = s.config.InstanceRoleChained
		k.current, k.since = s.keys.issue(who, now.Add(roleLife)), now
	}
	return k.current
}

const (
	tokenPath = "/latest/api/token"
	rolesPath = "/latest/meta-data/iam/security-credentials/"
)

// serveMetadata plays the instance metadata service, version 2 and, where the
// configuration allows it, 1 (EC2 user guide, "Use the Instance Metadata
// Service to access instance metadata").
func (s *Simulator) serveMetadata(w http.ResponseWriter, r *http.Request) {
	c := &call{http: r, body: readBody(r)}
	s.answer(w, c, service{name: "imds", handle: s.handleMetadata, refuse: refusePlain}, metadataAction(r.URL.Path))
}

func metadataAction(path string) string {
	switch path {
	case tokenPath:
		return "token"
	case rolesPath, strings.TrimSuffix(rolesPath, "/"):
		return "role"
	case "/latest/meta-data/iam/info":
		return "info"
	case "/latest/meta-data/placement/region":
		return "region"
	case "/latest/meta-data/placement/availability-zone":
		return "zone"
	case "/latest/meta-data/instance-id":
		return "instance-id"
	case "/latest/dynamic/instance-identity/document":
		return "document"
	}
	if strings.HasPrefix(path, rolesPath) {
		return "credentials"
	}
	return "other"
}

// refusePlain is how services refuse that have no error codes.
func refusePlain(c *call, refused *refusal) {
	c.reply.set(refused.status, "text/plain", []byte(or(refused.message, http.StatusText(refused.status))+"\n"))
}

func plain(status int) *refusal { return &refusal{status: status} }

func (s *Simulator) handleMetadata(c *call) *refusal {
	s.session.mu.Lock()
	defer s.session.mu.Unlock()
	if c.record.Action == "token" {
		return s.metadataToken(c)
	}
	if c.http.Method != http.MethodGet {
		return plain(http.StatusMethodNotAllowed)
	}
	token := c.http.Header.Get("X-Aws-Ec2-Metadata-Token")
	ends, known := s.session.tokens[token]
	if (token != "" || !s.config.IMDSv1) && (!known || !c.now.Before(ends)) {
		return plain(http.StatusUnauthorized)
	}
	role, hasRole := s.config.role(s.config.InstanceRole)
	switch c.record.Action {
	case "role":
		if !hasRole {
			return plain(http.StatusNotFound)
		}
		c.reply.set(http.StatusOK, "text/plain", []byte(role.name))
	case "credentials":
		if !hasRole || c.http.URL.Path != rolesPath+role.name {
			return plain(http.StatusNotFound)
		}
		s.instanceCredentials(c, role)
	case "info":
		if !hasRole {
			return plain(http.StatusNotFound)
		}
		s.profileInfo(c, role)
	default:
		return s.placement(c)
	}
	return nil
}

// metadataToken serves PUT /latest/api/token. A request that came through a
// proxy is refused, so that an open proxy does not hand out credentials.
func (s *Simulator) metadataToken(c *call) *refusal {
	const header = "X-Aws-Ec2-Metadata-Token-Ttl-Seconds"
	if c.http.Method != http.MethodPut {
		return plain(http.StatusMethodNotAllowed)
	}
	if c.http.Header.Get("X-Forwarded-For") != "" {
		return plain(http.StatusForbidden)
	}
	ttl, err := strconv.Atoi(c.http.Header.Get(header))
	if err != nil || ttl < 1 || ttl > 21600 {
		return plain(http.StatusBadRequest)
	}
	token := s.vault.keep(randomText(39) + "==")
	s.session.tokens[token] = c.now.Add(time.Duration(ttl) * time.Second)
	c.reply.header.Set(header, strconv.Itoa(ttl))
	c.reply.set(http.StatusOK, "text/plain", []byte(token))
	return nil
}
