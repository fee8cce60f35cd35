package simulator

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// change is what the calls that set something have in common: the repository,
// its lock, and the names in the answer.
func (c *repositoryCall) change(set func(r *repository) map[string]any) (any, *refusal) {
	repository, refused := c.repository()
	if refused != nil {
		return nil, refused
	}
	c.images.mu.Lock()
	defer c.images.mu.Unlock()
	output := set(repository)
	output["registryId"], output["repositoryName"] = repository.account, repository.name
	return output, nil
}

func putScanning(c *repositoryCall) (any, *refusal) {
	return c.change(func(r *repository) map[string]any {
		r.ScanOnPush = c.input.Scanning.ScanOnPush
		return map[string]any{"imageScanningConfiguration": c.input.Scanning}
	})
}

func putMutability(c *repositoryCall) (any, *refusal) {
	settings := Repository{TagMutability: c.input.Mutability, TagExclusions: c.input.exclusions()}
	if settings.TagMutability == "" {
		return nil, unfit("imageTagMutability", "Member must not be null")
	}
	if refused := c.input.checkMutability(settings); refused != nil {
		return nil, refused
	}
	return c.change(func(r *repository) map[string]any {
		r.TagMutability, r.TagExclusions = settings.TagMutability, settings.TagExclusions
		output := map[string]any{"imageTagMutability": r.TagMutability}
		if len(r.TagExclusions) > 0 {
			output["imageTagMutabilityExclusionFilters"] = exclusionsOf(r.TagExclusions)
		}
		return output
	})
}

func setPolicy(c *repositoryCall) (any, *refusal) {
	read, err := readDocument(c.input.PolicyText, repositoryPolicy)
	if err != nil || len(c.input.PolicyText) > 10240 {
		return nil, unfit("PolicyText", "Invalid repository policy provided")
	}
	return c.change(func(r *repository) map[string]any {
		r.policy, r.guarding = c.input.PolicyText, read
		return map[string]any{"policyText": r.policy}
	})
}

func getPolicy(c *repositoryCall) (any, *refusal) {
	return c.read("policyText", "RepositoryPolicyNotFoundException", "Repository policy",
		func(r *repository) string { return r.policy })
}

func getLifecycle(c *repositoryCall) (any, *refusal) {
	return c.read("lifecyclePolicyText", "LifecyclePolicyNotFoundException", "Lifecycle policy",
		func(r *repository) string { return r.lifecycle })
}

func (c *repositoryCall) read(key, code, what string, get func(r *repository) string) (any, *refusal) {
	var text string
	output, refused := c.change(func(r *repository) map[string]any {
		text = get(r)
		return map[string]any{key: text}
	})
	if refused == nil && text == "" {
		return nil, &refusal{http.StatusBadRequest, code, fmt.Sprintf("%s does not exist for the repository with name '%s' "+
			"in the registry with id '%s'", what, c.input.RepositoryName, c.account)}
	}
	return output, refused
}

func putLifecycle(c *repositoryCall) (any, *refusal) {
	text := c.input.LifecyclePolicy
	switch {
	case len(text) < 100:
		return nil, unfit("lifecyclePolicyText", "Member must have length greater than or equal to 100")
	case len(text) > 30720:
		return nil, unfit("lifecyclePolicyText", "Member must have length less than or equal to 30720")
	case !isLifecyclePolicy(text):
		return nil, unfit("LifecyclePolicyText", "Lifecycle policy validation failure: Could not map policyString into LifecyclePolicy.")
	}
	return c.change(func(r *repository) map[string]any {
		r.lifecycle = text
		return map[string]any{"lifecyclePolicyText": text}
	})
}

// isLifecyclePolicy looks at what every rule has (ECR user guide, "Lifecycle
// policy properties").
func isLifecyclePolicy(text string) bool {
	var policy struct {
		Rules []struct {
			Priority  int `json:"rulePriority"`
			Selection struct {
				TagStatus   string `json:"tagStatus"`
				CountType   string `json:"countType"`
				CountNumber int    `json:"countNumber"`
			} `json:"selection"`
			Action struct {
				Type string `json:"type"`
			} `json:"action"`
		} `json:"rules"`
	}
	if json.Unmarshal([]byte(text), &policy) != nil || len(policy.Rules) == 0 {
		return false
	}
	for _, rule := range policy.Rules {
		known := slices.Contains([]string{"tagged", "untagged", "any"}, rule.Selection.TagStatus)
		if rule.Priority < 1 || !known || rule.Selection.CountType == "" || rule.Selection.CountNumber < 1 || rule.Action.Type == "" {
			return false
		}
	}
	return true
}

func listResourceTags(c *repositoryCall) (any, *refusal) {
	_, name, ok := strings.Cut(c.input.ResourceARN, ":repository/")
	if !ok || c.images.place.arn(c.account, name) != c.input.ResourceARN {
		return nil, unfit("resourceArn", "must be the ARN of a repository of the registry")
	}
	c.input.RepositoryName = name
	repository, refused := c.repository()
	if refused != nil {
		return nil, refused
	}
	c.images.mu.Lock()
	defer c.images.mu.Unlock()
	tags := []resourceTag{}
	for _, key := range slices.Sorted(maps.Keys(repository.Tags)) {
		tags = append(tags, resourceTag{key, repository.Tags[key]})
	}
	return map[string]any{"tags": tags}, nil
}
