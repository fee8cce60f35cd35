package simulator

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"strings"
	"time"
)

// GitHub's tokens live for five minutes, then a job asks for a new one.
const idTokenLife = 5 * time.Minute

// issuer signs OIDC tokens, GitHub's and those of any other provider, with ES256 (RFC 7518, section 3.4).
type issuer struct {
	github GitHub
	vault  *vault
	bearer string // a job's right to ask
	key    *ecdsa.PrivateKey
	keyID  string
}

func newIssuer(github GitHub, vault *vault) (*issuer, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making the OIDC key: %w", err)
	}
	return &issuer{github: github, vault: vault, bearer: vault.keep(randomHex(40)), key: key, keyID: randomHex(10)}, nil
}

// sign makes a token of claims. Times that they lack are those of a token
// that was just made; a claim that is nil is left out.
func (i *issuer) sign(claims map[string]any, now time.Time) (string, error) {
	all := map[string]any{"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(idTokenLife).Unix()}
	maps.Copy(all, claims)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	header, err := json.Marshal(map[string]string{"alg": "ES256", "typ": "JWT", "kid": i.keyID})
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(all)
	if err != nil {
		return "", fmt.Errorf("encoding the token's claims: %w", err)
	}
	text := encode(header) + "." + encode(payload)
	digest := sha256.Sum256([]byte(text))
	r, s, err := ecdsa.Sign(rand.Reader, i.key, digest[:])
	if err != nil {
		return "", err
	}
	signature := append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	return i.vault.keep(text + "." + encode(signature)), nil
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// read checks a token's signature and returns what it claims. Times and
// conditions are the caller's to check.
func (i *issuer) read(token string) (claims, error) {
	var found claims
	part := strings.Split(token, ".")
	if len(part) != 3 {
		return found, errors.New("not three parts")
	}
	payload, err := base64.RawURLEncoding.DecodeString(part[1])
	if err != nil {
		return found, err
	}
	if err := errors.Join(json.Unmarshal(payload, &found), json.Unmarshal(payload, &found.all)); err != nil {
		return found, err
	}
	signature, err := base64.RawURLEncoding.DecodeString(part[2])
	if err != nil || len(signature) != 64 {
		return found, errors.New("not an ES256 signature")
	}
	digest := sha256.Sum256([]byte(part[0] + "." + part[1]))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(&i.key.PublicKey, digest[:], r, s) {
		return found, errors.New("signature does not fit")
	}
	return found, nil
}

// keySet is the JSON Web Key Set (RFC 7517).
func (i *issuer) keySet() map[string]any {
	point, err := i.key.PublicKey.Bytes() // 4, then x and y (SEC 1, section 2.3.3)
	if err != nil {
		return nil
	}
	return map[string]any{"keys": []map[string]string{{
		"kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": i.keyID,
		"x": encode(point[1:33]), "y": encode(point[33:]),
	}}}
}
