package simulator

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"sync"
)

// vault remembers every secret, so that tests can look for them where they
// must not be.
type vault struct {
	mu      sync.Mutex
	secrets []string
	known   map[string]bool
	file    *os.File
	fault   error
}

func openVault(path string) (*vault, error) {
	v := &vault{known: map[string]bool{}}
	if path == "" {
		return v, nil
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the file for secrets: %w", err)
	}
	v.file = file
	return v, nil
}

// keep remembers a secret and returns it.
func (v *vault) keep(secret string) string {
	v.mu.Lock()
	defer v.mu.Unlock()
	if secret == "" || v.known[secret] {
		return secret
	}
	v.known[secret] = true
	v.secrets = append(v.secrets, secret)
	if v.file != nil {
		v.append(secret)
	}
	return secret
}

// append writes one line by one write: with O_APPEND the lines of several
// processes do not mix.
func (v *vault) append(secret string) {
	line, err := json.Marshal(secret)
	if err == nil {
		_, err = v.file.Write(append(line, '\n'))
	}
	if err != nil && v.fault == nil {
		v.fault = fmt.Errorf("writing the file for secrets: %w", err)
	}
}

func (v *vault) all() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return slices.Clone(v.secrets)
}

func (v *vault) close() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.file == nil {
		return v.fault
	}
	if err := v.file.Close(); err != nil && v.fault == nil {
		v.fault = fmt.Errorf("closing the file for secrets: %w", err)
	}
	v.file = nil
	return v.fault
}
