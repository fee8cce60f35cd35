package simulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"sync"
	"time"
)

// authority signs the certificates of the simulator's own listeners. It lives
// as long as the process; its keys are never written.
type authority struct {
	pem []byte

	root    *x509.Certificate
	rootKey *ecdsa.PrivateKey
	leafKey *ecdsa.PrivateKey

	mu     sync.Mutex
	byName map[string]*tls.Certificate
}

// newAuthority is valid around the real time, not the simulator's: a client
// checks certificates by its own clock.
func newAuthority() (*authority, error) {
	now := time.Now()
	a := &authority{byName: map[string]*tls.Certificate{}, root: &x509.Certificate{
		SerialNumber:          new(big.Int).SetBytes(randomBytes(16)),
		Subject:               pkix.Name{CommonName: "awsvars simulator"},
		NotBefore:             now.Add(-time.Hour),
		NotAfter:              now.AddDate(0, 0, 30),
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign,
	}}
	if err := a.selfSign(); err != nil {
		return nil, fmt.Errorf("making the simulator's certificates: %w", err)
	}
	return a, nil
}

func (a *authority) selfSign() error {
	var err error
	if a.rootKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return err
	}
	if a.leafKey, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return err
	}
	if a.root.Raw, err = x509.CreateCertificate(rand.Reader, a.root, a.root, a.rootKey.Public(), a.rootKey); err != nil {
		return err
	}
	a.pem = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.root.Raw})
	return nil
}

// certificate makes the one for a name, and makes it once.
func (a *authority) certificate(name string) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if made, ok := a.byName[name]; ok {
		return made, nil
	}
	leaf := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(randomBytes(16)),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    a.root.NotBefore,
		NotAfter:     a.root.NotAfter,
		KeyUsage:     x509.KeyUsageDigitalSignature,
		ExtKeyUsage:  []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames:     []string{name},
	}
	if name == "localhost" {
		leaf.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1)}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.root, a.leafKey.Public(), a.rootKey)
	if err != nil {
		return nil, fmt.Errorf("making the certificate of %s: %w", name, err)
	}
	made := &tls.Certificate{Certificate: [][]byte{der, a.root.Raw}, PrivateKey: a.leafKey}
	a.byName[name] = made
	return made, nil
}

// local is for the listeners on loopback.
func (a *authority) local() *tls.Config {
	return serverConfig(func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return a.certificate("localhost") })
}

// registries is for ECR's hosts, each under its own name, and for no other.
func (a *authority) registries() *tls.Config {
	return serverConfig(func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
		if _, ok := placeOf(hello.ServerName); !ok {
			return nil, fmt.Errorf("%q is no registry of Amazon ECR", hello.ServerName)
		}
		return a.certificate(hello.ServerName)
	})
}

func serverConfig(certificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: certificate, NextProtos: []string{"http/1.1"}}
}
