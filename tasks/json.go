package tasks

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// jsonOf writes a document that holds secrets. Nothing is escaped for HTML:
// fewer backslashes are left for other formats to trip over.
func jsonOf(document any) (variables.Secret, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document); err != nil {
		return variables.Secret{}, fmt.Errorf("encoding JSON: %w", err)
	}
	return variables.NewSecret(strings.TrimSpace(b.String())), nil
}
