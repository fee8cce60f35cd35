package simulator_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

// An alias in Resource means the alias and not its key; kms:ResourceAliases
// means the key (KMS developer guide, "Use aliases to control access to KMS
// keys").
func TestKeysAreAllowedByTheirAliases(t *testing.T) {
	t.Parallel()
	const keys = `"Action": ["kms:CreateGrant", "kms:DescribeKey"], "Resource": "arn:aws:kms:eu-west-1:111111111111:key/*"`
	const through = `"StringEquals": {"kms:ViaService": "ecr.eu-west-1.amazonaws.com"}`
	for name, c := range map[string]struct {
		statement, key string
		allowed        bool
	}{
		"by alias":       {keys + `, "Condition": {` + through + `, "ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/images"}}`, "alias/images", true},
		"another alias":  {keys + `, "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/images"}}`, "alias/other", false},
		"no alias":       {keys + `, "Condition": {"ForAnyValue:StringEquals": {"kms:ResourceAliases": "alias/images"}}`, "1234abcd", false},
		"alias as ARN":   {keys + `, "Condition": {"ForAnyValue:StringLike": {"kms:ResourceAliases": "alias/im*"}}`, "arn:aws:kms:eu-west-1:111111111111:alias/images", true},
		"alias resource": {`"Action": "kms:*", "Resource": "arn:aws:kms:eu-west-1:111111111111:alias/images"`, "alias/images", false},
		"by key":         {`"Action": "kms:*", "Resource": "arn:aws:kms:eu-west-1:111111111111:key/1234abcd"`, "1234abcd", true},
		"another key":    {`"Action": "kms:*", "Resource": "arn:aws:kms:eu-west-1:111111111111:key/1234abcd"`, "1234abce", false},
		"no grant":       {`"Action": "kms:DescribeKey", "Resource": "*"`, "1234abcd", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := configured(t, `accounts: {"111111111111": {users: {ci: {allow: ["ecr:*"], policies: ['{"Version": "2012-10-17", "Statement": {"Effect": "Allow", `+c.statement+`}}']}}}}`)
			_, err := w.ecr(w.user("ci"), "eu-west-1").CreateRepository(t.Context(), &ecr.CreateRepositoryInput{
				RepositoryName:          aws.String("team/app"),
				EncryptionConfiguration: &types.EncryptionConfiguration{EncryptionType: "KMS", KmsKey: aws.String(c.key)},
			})
			if c.allowed {
				if err != nil {
					t.Error(err)
				}
				return
			}
			wantCode(t, err, "KmsException", "")
			if !strings.Contains(err.Error(), "is not authorized to perform: kms:CreateGrant on resource: arn:aws:kms:eu-west-1:111111111111:key/") {
				t.Errorf("got %v", err)
			}
		})
	}
}
