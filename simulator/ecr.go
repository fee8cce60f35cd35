package simulator

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"
)

// Authorization tokens live for 12 hours; no parameter shortens that (ECR API
// reference, GetAuthorizationToken).
const loginLife = 12 * time.Hour

// login is an ECR password that was handed out.
type login struct {
	expires time.Time
	who     *principal
	region  string
	public  bool
}

// logins are all of them, by password.
type logins struct {
	mu         sync.Mutex
	byPassword map[string]login
}

func (l *logins) add(password string, entry login) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.byPassword == nil {
		l.byPassword = map[string]login{}
	}
	l.byPassword[password] = entry
}

func (l *logins) find(password string) (login, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	found, ok := l.byPassword[password]
	return found, ok
}

type authorizationData struct {
	AuthorizationToken string  `json:"authorizationToken"`
	ExpiresAt          float64 `json:"expiresAt"`
	ProxyEndpoint      string  `json:"proxyEndpoint,omitempty"`
}

func (s *Simulator) handleECR(c *call) *refusal {
	if c.record.Action == "GetAuthorizationToken" {
		return s.authorizationToken(c)
	}
	return s.handleRepositories(c)
}

func (s *Simulator) authorizationToken(c *call) *refusal {
	var input struct {
		RegistryIDs []string `json:"registryIds"`
	}
	if err := json.Unmarshal(c.body, &input); err != nil {
		return &refusal{http.StatusBadRequest, "SerializationException", ""}
	}
	c.record.Params = map[string][]string{"registryIds": input.RegistryIDs}
	if refused := checkRegistries(input.RegistryIDs); refused != nil {
		return refused
	}
	if refused := c.permitted("ecr:GetAuthorizationToken"); refused != nil {
		return refused
	}
	registries := input.RegistryIDs
	if len(registries) == 0 {
		registries = []string{c.who.account}
	}
	var data []authorizationData
	for _, registry := range registries {
		one := s.authorize(c)
		one.ProxyEndpoint = fmt.Sprintf("https://%s.dkr.ecr.%s.%s", registry, c.record.Region, partitionOf(c.record.Region).suffix)
		data = append(data, one)
	}
	c.reply.json(http.StatusOK, "application/x-amz-json-1.1", map[string]any{"authorizationData": data})
	return nil
}

// checkRegistries: 1 to 10 account IDs, if the deprecated list is given.
func checkRegistries(registries []string) *refusal {
	invalid := func(constraint string) *refusal {
		return &refusal{
			http.StatusBadRequest, "InvalidParameterException",
			"Invalid parameter at 'registryIds' failed to satisfy constraint: '" + constraint + "'",
		}
	}
	if registries != nil && len(registries) == 0 {
		return invalid("Member must have length greater than or equal to 1")
	}
	if len(registries) > 10 {
		return invalid("Member must have length less than or equal to 10")
	}
	for _, registry := range registries {
		if !accountID.MatchString(registry) {
			return invalid("Member must satisfy constraint: [Member must satisfy regular expression pattern: [0-9]{12}]")
		}
	}
	return nil
}

func (s *Simulator) handlePublic(c *call) *refusal {
	if c.record.Action != "GetAuthorizationToken" {
		return unknownOperation()
	}
	for _, action := range []string{"ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"} {
		if refused := c.permitted(action); refused != nil {
			return refused
		}
	}
	c.reply.json(http.StatusOK, "application/x-amz-json-1.1", map[string]any{"authorizationData": s.authorize(c)})
	return nil
}

func (c *call) permitted(action string) *refusal {
	if message := c.authorize(c.who, ask{action, "*", c.context(c.who)}, nil); message != "" {
		return &refusal{http.StatusBadRequest, "AccessDeniedException", message}
	}
	return nil
}

// authorize makes a password as ECR's are: base64 of a JSON object whose
// payload is sealed, well over a kilobyte.
func (s *Simulator) authorize(c *call) authorizationData {
	expires := c.now.Add(loginLife)
	sealed, _ := json.Marshal(map[string]any{
		"payload":    randomText(900),
		"datakey":    randomText(180),
		"version":    "2",
		"type":       "DATA_KEY",
		"expiration": expires.Unix(),
	})
	password := s.vault.keep(base64.StdEncoding.EncodeToString(sealed))
	token := s.vault.keep(base64.StdEncoding.EncodeToString([]byte("AWS:" + password)))
	s.logins.add(password, login{expires, c.who, c.record.Region, c.record.Service == "ecr-public"})
	return authorizationData{AuthorizationToken: token, ExpiresAt: float64(expires.UnixMilli()) / 1000}
}
