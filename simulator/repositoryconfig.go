package simulator

import (
	"regexp"
	"strings"
)

// Repository is a repository for images, as it is configured or created.
type Repository struct {
	// TagMutability is MUTABLE (the default), IMMUTABLE,
	// MUTABLE_WITH_EXCLUSION or IMMUTABLE_WITH_EXCLUSION.
	TagMutability string `yaml:"tag-mutability"`
	// TagExclusions are 1 to 5 wildcards for the tags that the two forms with
	// an exclusion treat the other way.
	TagExclusions []string `yaml:"tag-exclusions"`
	ScanOnPush    bool     `yaml:"scan-on-push"`
	// KMSKey encrypts it by KMS; "" is AES256.
	KMSKey string `yaml:"kms-key"`
	// SharedWith are accounts that the repository's policy lets do everything.
	SharedWith []string `yaml:"shared-with"`
	// Tags of the repository itself.
	Tags map[string]string `yaml:"tags"`
}

// The pattern of a repository's name (ECR API reference, CreateRepository).
const repositoryPattern = `[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*`

var repositoryName = regexp.MustCompile(`^` + repositoryPattern + `$`)

func goodRepositoryName(name string) bool {
	return len(name) >= 2 && len(name) <= 256 && repositoryName.MatchString(name)
}

func (r Repository) check(where string, faults *ConfigError) {
	if message := r.mutabilityFault(); message != "" {
		faults.add("%s: %s", where, message)
	}
	for _, account := range r.SharedWith {
		if !accountID.MatchString(account) {
			faults.add("%s: shared-with %q: not 12 digits in quotes", where, account)
		}
	}
}

// mutabilityFault says what does not fit together, "" if all does.
func (r Repository) mutabilityFault() string {
	switch r.TagMutability {
	case "", "MUTABLE", "IMMUTABLE":
		if len(r.TagExclusions) > 0 {
			return "tag exclusions go with MUTABLE_WITH_EXCLUSION and IMMUTABLE_WITH_EXCLUSION only"
		}
	case "MUTABLE_WITH_EXCLUSION", "IMMUTABLE_WITH_EXCLUSION":
		if len(r.TagExclusions) < 1 || len(r.TagExclusions) > 5 {
			return r.TagMutability + " needs 1 to 5 tag exclusions"
		}
	default:
		return "tag mutability must be MUTABLE, IMMUTABLE, MUTABLE_WITH_EXCLUSION or IMMUTABLE_WITH_EXCLUSION"
	}
	return ""
}

// immutable says whether a tag that exists stays with its image (ECR user
// guide, "Preventing image tags from being overwritten").
func (r Repository) immutable(tag string) bool {
	excluded := false
	for _, pattern := range r.TagExclusions {
		excluded = excluded || wildcard(pattern, tag)
	}
	return strings.HasPrefix(r.TagMutability, "IMMUTABLE") != excluded
}
