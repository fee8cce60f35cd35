package simulator

import (
	"errors"
	"net/http"
	"os"
	"sync"
	"time"
)

// Options say how a simulator differs from the usual one.
type Options struct {
	// Config is who exists and who trusts whom; nil means the built-in one.
	Config *Config
	// TLS makes the AWS, OIDC and registry listeners speak HTTPS, by an
	// authority made at start. Metadata and container credentials stay plain
	// http, as they are on a link-local address in reality. Registries under
	// their real names speak HTTPS always.
	TLS bool
	// RTT is the round trip to AWS and to the registry. It is counted for TCP
	// and TLS handshakes too, and never for metadata or container credentials.
	RTT time.Duration
	// Faults are what goes wrong, in the order in which they are looked at.
	Faults []Fault
	// Now is the clock that AWS goes by; nil means time.Now.
	Now func() time.Time
	// SecretKey makes secret access keys, 40 characters each; nil means random
	// ones that always have special characters.
	SecretKey func() string
	// SecretsFile gets every secret that is handed out, one JSON string a
	// line, so that a test can search the logs of other processes for them.
	SecretsFile string
}

// Simulator is a running AWS. All of its methods may be called from several
// goroutines at once.
type Simulator struct {
	config  *Config
	clock   *clock
	keys    *keys
	devices *devices
	faults  *faults
	record  *record
	vault   *vault
	idp     *issuer
	logins  logins

	registries *registries
	tunnels    *tunnels

	tls       bool
	authority *authority
	dir       string
	session   metadataSession
	container containerSession
	endpoints endpoints
	servers   []*http.Server
	serving   sync.WaitGroup
}

// Start serves on ports of 127.0.0.1 that the system chooses.
func Start(o Options) (*Simulator, error) {
	s, err := prepare(o)
	if err != nil {
		return nil, err
	}
	if err := s.openRegistries(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.listen(o); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.writeFiles(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func prepare(o Options) (*Simulator, error) {
	config, err := o.config()
	if err != nil {
		return nil, err
	}
	vault, err := openVault(o.SecretsFile)
	if err != nil {
		return nil, err
	}
	s := &Simulator{
		config: config,
		clock:  &clock{now: o.Now},
		faults: &faults{list: append([]Fault(nil), o.Faults...)},
		record: &record{},
		vault:  vault,
	}
	s.keys = &keys{vault: vault, secretKey: o.SecretKey, byID: map[string]*credential{}}
	if o.SecretKey == nil {
		s.keys.secretKey = randomSecretKey
	}
	users := config.users()
	for _, user := range users {
		s.keys.addUser(user)
	}
	s.devices = newDevices(users)
	if s.idp, err = newIssuer(config.GitHub, vault); err != nil {
		return nil, err
	}
	s.session.tokens = map[string]time.Time{}
	s.container.token = vault.keep(randomText(96))
	s.container.path = "/v2/credentials/" + randomUUID()
	s.container.task = randomHex(16)
	s.tls = o.TLS
	s.tunnels = newTunnels(o.RTT)
	if s.authority, err = newAuthority(); err != nil {
		return nil, err
	}
	return s, nil
}

// config is a copy: several simulators may be started with one Config.
func (o Options) config() (*Config, error) {
	if o.Config == nil {
		return ParseConfig([]byte(BuiltIn()))
	}
	config := *o.Config
	return &config, config.check()
}

// Close ends all connections, and removes the files that Env names.
func (s *Simulator) Close() error {
	var faults []error
	for _, server := range s.servers {
		faults = append(faults, server.Close())
	}
	s.serving.Wait()
	s.registries.close()
	if s.dir != "" {
		faults = append(faults, os.RemoveAll(s.dir))
	}
	faults = append(faults, s.vault.close())
	return errors.Join(faults...)
}

// Requests returns what was asked so far, in the order of the answers' start.
func (s *Simulator) Requests() []Request { return s.record.all() }

// Inject adds a fault to those that are already scripted.
func (s *Simulator) Inject(f Fault) { s.faults.add(f) }

// Advance moves the simulator's clock, so that credentials and tokens expire.
func (s *Simulator) Advance(d time.Duration) { s.clock.advance(d) }

// Secrets returns every secret that was configured or handed out so far:
// secret keys, session tokens, ECR tokens and their passwords, metadata,
// container and OIDC tokens. External IDs are no secrets, AWS says, and are
// not among them.
func (s *Simulator) Secrets() []string { return s.vault.all() }
