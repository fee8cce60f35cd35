package simulator

import (
	"fmt"
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
	path, action := r.URL.Path, "other"
	for pattern, name := range map[string]string{
		tokenPath:                                       "token",
		strings.TrimSuffix(rolesPath, "/"):              "role",
		rolesPath:                                       "role",
		"/latest/meta-data/iam/info":                    "info",
		"/latest/meta-data/placement/region":            "region",
		"/latest/meta-data/placement/availability-zone": "zone",
		"/latest/meta-data/instance-id":                 "instance-id",
		"/latest/dynamic/instance-identity/document":    "document",
	} {
		if path == pattern {
			action = name
		}
	}
	if strings.HasPrefix(path, rolesPath) && path != rolesPath {
		action = "credentials"
	}
	s.answer(w, c, service{name: "imds", handle: s.handleMetadata, refuse: refusePlain}, action)
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

func (s *Simulator) instanceCredentials(c *call, role role) {
	key := s.session.issued.renew(s, role, s.config.InstanceID, c.now)
	c.record.TargetName = ""
	c.reply.json(http.StatusOK, "text/plain", map[string]string{
		"Code":            "Success",
		"LastUpdated":     s.session.issued.since.UTC().Format(time.RFC3339),
		"Type":            "AWS-HMAC",
		"AccessKeyId":     key.id,
		"SecretAccessKey": key.secret,
		"Token":           key.token,
		"Expiration":      key.expires.Format(time.RFC3339),
	})
}

func (s *Simulator) profileInfo(c *call, role role) {
	c.reply.json(http.StatusOK, "text/plain", map[string]string{
		"Code":               "Success",
		"LastUpdated":        c.now.UTC().Format(time.RFC3339),
		"InstanceProfileArn": fmt.Sprintf("arn:%s:iam::%s:instance-profile/%s", role.partition, role.account, role.name),
		"InstanceProfileId":  "AIPA" + roleID(role.arn)[4:],
	})
}

func (s *Simulator) placement(c *call) *refusal {
	zone := s.config.Region + "a"
	account := ""
	if role, ok := s.config.role(s.config.InstanceRole); ok {
		account = role.account
	}
	switch c.record.Action {
	case "region":
		c.reply.set(http.StatusOK, "text/plain", []byte(s.config.Region))
	case "zone":
		c.reply.set(http.StatusOK, "text/plain", []byte(zone))
	case "instance-id":
		c.reply.set(http.StatusOK, "text/plain", []byte(s.config.InstanceID))
	case "document":
		c.reply.json(http.StatusOK, "text/plain", map[string]string{
			"accountId":        account,
			"architecture":     "x86_64",
			"availabilityZone": zone,
			"instanceId":       s.config.InstanceID,
			"instanceType":     "m7i.large",
			"privateIp":        "10.0.0.10",
			"region":           s.config.Region,
			"version":          "2017-09-30",
		})
	default:
		return plain(http.StatusNotFound)
	}
	return nil
}
