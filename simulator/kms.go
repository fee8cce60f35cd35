package simulator

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"strings"
)

// permitKey asks for what a repository with a key of the customer's takes:
// Amazon ECR makes a grant in the caller's name (ECR user guide, "Encryption
// at rest").
func (c *repositoryCall) permitKey() *refusal {
	if c.input.Encryption == nil || c.input.Encryption.KMSKey == "" {
		return nil
	}
	key, alias := c.keyARN(c.input.Encryption.KMSKey)
	a := ask{resource: key, context: c.context(c.who)}
	if alias != "" {
		a.context.set("kms:ResourceAliases", alias)
	}
	a.context.set("kms:ViaService", "ecr."+c.record.Region+"."+partitionOf(c.record.Region).suffix)
	for _, a.action = range []string{"kms:CreateGrant", "kms:DescribeKey"} {
		if message := c.authorize(c.who, a, nil); message != "" {
			return &refusal{http.StatusBadRequest, "KmsException", message}
		}
	}
	return nil
}

// keyARN is the key's ARN, and the alias if it is named by that. Which key an
// alias stands for is made up, and always the same.
func (c *repositoryCall) keyARN(name string) (arn, alias string) {
	prefix := "arn:" + partitionOf(c.record.Region).id + ":kms:" + c.record.Region + ":" + c.account + ":"
	if strings.HasPrefix(name, "arn:") {
		part := strings.SplitN(name, ":", 6)
		if len(part) < 6 {
			return name, ""
		}
		name = part[5]
		prefix = strings.Join(part[:5], ":") + ":"
	}
	if strings.HasPrefix(name, "alias/") {
		sum := sha256.Sum256([]byte(name))
		return prefix + fmt.Sprintf("key/%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16]), name
	}
	return prefix + "key/" + strings.TrimPrefix(name, "key/"), ""
}
