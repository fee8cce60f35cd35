package runners

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/awsvars/awsvars/variables"
)

const secretFormat = "kubernetes-secret"

// mostSecret is the most that the data of a Secret hold, in bytes
// (kubernetes/kubernetes, pkg/apis/core/types.go, MaxSecretSize).
const mostSecret = 1 << 20

// secret is a Secret of Kubernetes' core/v1.
type secret struct {
	APIVersion string            `json:"apiVersion"`
	Kind       string            `json:"kind"`
	Metadata   metadata          `json:"metadata"`
	Type       string            `json:"type"`
	Data       map[string]string `json:"data"`
}

type metadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace,omitempty"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// kubernetesSecret writes an image pull secret as JSON: it is YAML too, kubectl
// takes both, and nothing in it can be quoted wrongly.
func kubernetesSecret(logins []variables.Login, v variables.Values, to reader) ([]byte, error) {
	config, err := dockerConfig(logins, v, to)
	if err != nil {
		return nil, err
	}
	if len(config) > mostSecret {
		return nil, fmt.Errorf("writing the Secret: its data would have %d bytes, and Kubernetes takes %d; ask for fewer registries", len(config), mostSecret)
	}
	data := variables.Masked
	if to == program {
		data = base64.StdEncoding.EncodeToString(config)
	}
	m := metadata{
		Name: v.Text("secret-name"), Namespace: v.Text("secret-namespace"),
		Labels: map[string]string{"app.kubernetes.io/managed-by": "awsvars"},
	}
	if expires := firstExpiry(logins); !expires.IsZero() {
		m.Annotations = map[string]string{"awsvars/expires": expires.UTC().Format(time.RFC3339)}
	}
	return indented(secret{
		APIVersion: "v1", Kind: "Secret", Metadata: m,
		Type: "kubernetes.io/dockerconfigjson", Data: map[string]string{".dockerconfigjson": data},
	})
}

// firstExpiry is when the first of logins ends: from then on the Secret is
// incomplete.
func firstExpiry(logins []variables.Login) time.Time {
	var first time.Time
	for _, l := range logins {
		if first.IsZero() || !l.Expires.IsZero() && l.Expires.Before(first) {
			first = l.Expires
		}
	}
	return first
}

// checkSubdomain keeps to what Kubernetes takes as the name of a Secret: a DNS
// subdomain of RFC 1123 (kubernetes.io/docs, "Object Names and IDs").
func checkSubdomain(text string) error {
	const most = 253
	if len(text) > most {
		return fmt.Errorf("it has %d characters, and Kubernetes takes %d", len(text), most)
	}
	for label := range strings.SplitSeq(text, ".") {
		if !isLabel(label) {
			return errors.New("write lower-case letters, digits, - and ., with a letter or a digit at both ends and on both sides of each dot")
		}
	}
	return nil
}

// checkLabel keeps to what Kubernetes takes as the name of a namespace: a DNS
// label of RFC 1123 (on the same page).
func checkLabel(text string) error {
	const most = 63
	switch {
	case len(text) > most:
		return fmt.Errorf("it has %d characters, and Kubernetes takes %d", len(text), most)
	case !isLabel(text):
		return errors.New("write lower-case letters, digits and -, with a letter or a digit at both ends")
	}
	return nil
}

func isLabel(text string) bool {
	odd := func(r rune) bool { return r != '-' && (r < 'a' || r > 'z') && (r < '0' || r > '9') }
	return text != "" && !strings.ContainsFunc(text, odd) && !strings.HasPrefix(text, "-") && !strings.HasSuffix(text, "-")
}
