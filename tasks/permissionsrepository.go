package tasks

import (
	"strings"

	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/policy"
)

// statements are what the wishes for a repository need, on the repository
// where no resource is given.
func (w wish) statements(at home, r ecr.Registry) []policy.Statement {
	var all []policy.Statement
	add := func(sid, reason string, actions ...string) {
		all = append(all, policy.Statement{Sid: sid, Reason: reason, Actions: actions})
	}
	if w.Create {
		add("Create", "looks for the repository, and makes it where there is none (create-repository)", "ecr:DescribeRepositories", "ecr:CreateRepository")
	}
	if w.Create && len(w.Tags) > 0 {
		add("Tag", "a new repository gets tags (repository-tags)", "ecr:TagResource")
	}
	if w.Create && w.ScanOnPush {
		add("Scan", "switches scanning on where a repository is there without it (scan-on-push)", "ecr:PutImageScanningConfiguration")
	}
	if w.Create && w.KMSKey != "" {
		all = append(all, w.key(at, r))
	}
	if w.Lifecycle != nil {
		add("Lifecycle", "sets the lifecycle policy (lifecycle-policy)", "ecr:PutLifecyclePolicy")
	}
	if w.Policy != nil {
		add("RepositoryPolicy", "sets the repository's policy (repository-policy)", "ecr:SetRepositoryPolicy")
	}
	return all
}

// key: ECR makes itself a grant on the key as whoever makes the repository
// (ECR user guide, "Encryption at rest", "Required IAM permissions"). An alias
// is no resource: the key is told by its alias in a condition then (KMS
// developer guide, "Use aliases to control access to KMS keys").
func (w wish) key(at home, r ecr.Registry) policy.Statement {
	s := policy.Statement{Sid: "Encrypt", Reason: "ECR makes a grant on the key for the repository (kms-key)", Actions: []string{"kms:CreateGrant", "kms:DescribeKey"}}
	account, region := r.Account, r.Region
	if account == "" {
		account = at.account()
	}
	if region == "" {
		region = at.region
	}
	partition, err := ecr.Partition(region)
	if err != nil {
		partition = "aws"
	}
	place := "arn:" + partition + ":kms:" + region + ":" + account + ":"
	_, alias, named := strings.Cut(w.KMSKey, "alias/")
	switch {
	case named:
		if full, _, isARN := strings.Cut(w.KMSKey, ":alias/"); isARN {
			place = full + ":"
		}
		s.Resources = []string{place + "key/*"}
		s.Conditions = []policy.Condition{{Operator: "ForAnyValue:StringEquals", Key: "kms:ResourceAliases", Values: []string{"alias/" + alias}}}
	case strings.HasPrefix(w.KMSKey, "arn:"):
		s.Resources = []string{w.KMSKey}
	default:
		s.Resources = []string{place + "key/" + w.KMSKey}
	}
	return s
}
