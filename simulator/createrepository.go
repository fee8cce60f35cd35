package simulator

import (
	"net/http"
	"strings"
)

// createRepository needs ecr:TagResource besides if it gives tags (ECR user
// guide, "Using tag-based access control").
func (s *Simulator) createRepository(c *repositoryCall) (any, *refusal) {
	name := c.input.RepositoryName
	actions := []string{"CreateRepository"}
	if len(c.input.Tags) > 0 {
		actions = append(actions, "TagResource")
	}
	for _, action := range actions {
		if refused := c.permit(action, name, nil); refused != nil {
			return nil, refused
		}
	}
	settings, refused := c.input.settings(c.images.place)
	if refused == nil && c.images.find(name) == nil {
		refused = c.permitKey()
	}
	if refused != nil {
		return nil, refused
	}
	c.images.mu.Lock()
	defer c.images.mu.Unlock()
	if c.images.repositories[name] != nil {
		return nil, &refusal{
			http.StatusBadRequest, "RepositoryAlreadyExistsException",
			"The repository with name '" + name + "' already exists in the registry with id '" + c.account + "'",
		}
	}
	made := newRepository(settings, c.account, c.record.Region, name, c.now)
	c.images.repositories[name] = made
	return map[string]any{"repository": made.describe()}, nil
}

// settings reads what a repository shall be.
func (in repositoryInput) settings(p place) (Repository, *refusal) {
	settings := Repository{
		TagMutability: in.Mutability, TagExclusions: in.exclusions(),
		ScanOnPush: in.Scanning.ScanOnPush, Tags: map[string]string{},
	}
	if refused := in.checkMutability(settings); refused != nil {
		return settings, refused
	}
	for _, tag := range in.Tags {
		if tag.Key == "" || len(tag.Key) > 128 || len(tag.Value) > 256 || strings.HasPrefix(strings.ToLower(tag.Key), "aws:") {
			return settings, &refusal{http.StatusBadRequest, "InvalidTagParameterException", "Invalid tag parameter: " + tag.Key}
		}
		settings.Tags[tag.Key] = tag.Value
	}
	if len(settings.Tags) > 50 {
		return settings, &refusal{http.StatusBadRequest, "TooManyTagsException", "A repository can have 50 tags at most"}
	}
	var refused *refusal
	if in.Encryption != nil {
		settings.KMSKey, refused = in.Encryption.key(p)
	}
	return settings, refused
}

func (in repositoryInput) exclusions() []string {
	var patterns []string
	for _, one := range in.Exclusions {
		patterns = append(patterns, one.Filter)
	}
	return patterns
}

func (in repositoryInput) checkMutability(settings Repository) *refusal {
	if message := settings.mutabilityFault(); message != "" {
		return unfit("imageTagMutability", message)
	}
	for _, one := range in.Exclusions {
		if one.Type != "WILDCARD" || one.Filter == "" {
			return unfit("imageTagMutabilityExclusionFilters", "a filter of type WILDCARD")
		}
	}
	return nil
}

// key is the KMS key; ECR's own of the account and region if none is named.
func (e encryption) key(p place) (string, *refusal) {
	switch {
	case e.Type == "AES256" && e.KMSKey == "":
		return "", nil
	case e.Type == "KMS" && e.KMSKey == "":
		return "arn:" + partitionOf(p.region).id + ":kms:" + p.region + ":" + p.account + ":key/" + randomUUID(), nil
	case e.Type == "KMS":
		return e.KMSKey, nil
	}
	return "", unfit("encryptionConfiguration", "encryptionType must be AES256, or KMS with or without a kmsKey")
}

// tags are those that the request gives.
func (in repositoryInput) tags() []tag {
	var tags []tag
	for _, one := range in.Tags {
		tags = append(tags, tag{key: one.Key, value: one.Value})
	}
	return tags
}
