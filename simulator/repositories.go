package simulator

import (
	"encoding/json"
	"net/http"
	"strings"
)

// repositoryInput is what the calls about repositories take, all in one: no
// name means two things (ECR API reference, "Actions").
type repositoryInput struct {
	RegistryID      string            `json:"registryId"`
	RepositoryName  string            `json:"repositoryName"`
	RepositoryNames []string          `json:"repositoryNames"`
	ImageIDs        []imageID         `json:"imageIds"`
	Mutability      string            `json:"imageTagMutability"`
	Exclusions      []exclusion       `json:"imageTagMutabilityExclusionFilters"`
	Scanning        scanning          `json:"imageScanningConfiguration"`
	Encryption      *encryption       `json:"encryptionConfiguration"`
	Tags            []resourceTag     `json:"tags"`
	ResourceARN     string            `json:"resourceArn"`
	PolicyText      string            `json:"policyText"`
	LifecyclePolicy string            `json:"lifecyclePolicyText"`
	Filter          map[string]string `json:"filter"`
	MaxResults      int               `json:"maxResults"`
	NextToken       string            `json:"nextToken"`
}

type exclusion struct {
	Type   string `json:"filterType"`
	Filter string `json:"filter"`
}

type scanning struct {
	ScanOnPush bool `json:"scanOnPush"`
}

type encryption struct {
	Type   string `json:"encryptionType"`
	KMSKey string `json:"kmsKey,omitempty"`
}

type resourceTag struct {
	Key   string `json:"Key"`
	Value string `json:"Value"`
}

// repositoryCall is one call about repositories.
type repositoryCall struct {
	*call
	input   repositoryInput
	account string // of the registry
	images  *images
}

// repositoryAction answers one call with what becomes its JSON.
type repositoryAction func(c *repositoryCall) (any, *refusal)

func (s *Simulator) repositoryActions() map[string]repositoryAction {
	return map[string]repositoryAction{
		"CreateRepository":              s.createRepository,
		"DescribeRepositories":          describeRepositories,
		"DescribeImages":                describeImages,
		"BatchGetImage":                 batchGetImage,
		"PutImageScanningConfiguration": putScanning,
		"PutImageTagMutability":         putMutability,
		"PutLifecyclePolicy":            putLifecycle,
		"GetLifecyclePolicy":            getLifecycle,
		"SetRepositoryPolicy":           setPolicy,
		"GetRepositoryPolicy":           getPolicy,
		"ListTagsForResource":           listResourceTags,
	}
}

func (s *Simulator) handleRepositories(c *call) *refusal {
	action, known := s.repositoryActions()[c.record.Action]
	if !known {
		return unknownOperation()
	}
	r := &repositoryCall{call: c}
	if err := json.Unmarshal(c.body, &r.input); err != nil {
		return &refusal{http.StatusBadRequest, "SerializationException", ""}
	}
	r.note()
	r.account = or(r.input.RegistryID, c.who.account)
	if !accountID.MatchString(r.account) {
		return unfit("registryId", "must satisfy regular expression '[0-9]{12}'")
	}
	r.images = s.registries.at(place{account: r.account, region: c.record.Region})
	if refused := r.checkNames(); refused != nil {
		return refused
	}
	output, refused := action(r)
	if refused == nil {
		c.reply.json(http.StatusOK, "application/x-amz-json-1.1", output)
	}
	return refused
}

// note keeps the parameters that say what the call is about.
func (c *repositoryCall) note() {
	c.record.Params = map[string][]string{}
	for name, value := range map[string]string{
		"registryId": c.input.RegistryID, "repositoryName": c.input.RepositoryName,
		"imageTagMutability": c.input.Mutability, "resourceArn": c.input.ResourceARN,
	} {
		if value != "" {
			c.record.Params.Set(name, value)
		}
	}
	if len(c.input.RepositoryNames) > 0 {
		c.record.Params["repositoryNames"] = c.input.RepositoryNames
	}
}

func (c *repositoryCall) checkNames() *refusal {
	names := c.input.RepositoryNames
	parameter := "repositoryNames"
	lists := c.record.Action == "DescribeRepositories" || c.record.Action == "ListTagsForResource"
	if !lists {
		names, parameter = []string{c.input.RepositoryName}, "repositoryName"
	}
	for _, name := range names {
		if !goodRepositoryName(name) {
			return unfit(parameter, "must satisfy regular expression '"+repositoryPattern+"'")
		}
	}
	return nil
}

// unfit is ECR's answer to a parameter that it does not take.
func unfit(parameter, constraint string) *refusal {
	return &refusal{
		http.StatusBadRequest, "InvalidParameterException",
		"Invalid parameter at '" + parameter + "' failed to satisfy constraint: '" + constraint + "'",
	}
}

// permit asks for the action, which is the call's unless it is named.
func (c *repositoryCall) permit(action, name string, repository *repository) *refusal {
	if message := c.images.refusal(c.who, action, c.account, name, repository); message != "" {
		return &refusal{http.StatusBadRequest, "AccessDeniedException", message}
	}
	return nil
}

// repository is the one that the call is about, if the caller may.
func (c *repositoryCall) repository() (*repository, *refusal) {
	name := c.input.RepositoryName
	found := c.images.find(name)
	if refused := c.permit(c.record.Action, name, found); refused != nil {
		return nil, refused
	}
	if found == nil {
		return nil, &refusal{http.StatusBadRequest, "RepositoryNotFoundException", noRepository(name, c.account)}
	}
	return found, nil
}

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

// describe is the Repository of the API; the registry must be locked.
func (r *repository) describe() map[string]any {
	encrypted := encryption{Type: "AES256"}
	if r.KMSKey != "" {
		encrypted = encryption{"KMS", r.KMSKey}
	}
	p := r.place()
	described := map[string]any{
		"repositoryArn":              p.arn(r.account, r.name),
		"registryId":                 r.account,
		"repositoryName":             r.name,
		"repositoryUri":              p.host() + "/" + r.name,
		"createdAt":                  seconds1970(r.created),
		"imageTagMutability":         r.TagMutability,
		"imageScanningConfiguration": scanning{r.ScanOnPush},
		"encryptionConfiguration":    encrypted,
	}
	if len(r.TagExclusions) > 0 {
		described["imageTagMutabilityExclusionFilters"] = exclusionsOf(r.TagExclusions)
	}
	return described
}

func exclusionsOf(patterns []string) []exclusion {
	var filters []exclusion
	for _, pattern := range patterns {
		filters = append(filters, exclusion{"WILDCARD", pattern})
	}
	return filters
}

func describeRepositories(c *repositoryCall) (any, *refusal) {
	names := c.input.RepositoryNames
	if len(names) == 0 {
		if refused := c.permit("DescribeRepositories", "*", nil); refused != nil {
			return nil, refused
		}
		names = c.images.names()
	} else if c.input.MaxResults != 0 || c.input.NextToken != "" {
		return nil, unfit("maxResults", "cannot be used with repositoryNames")
	}
	names, next, refused := c.page(names)
	if refused != nil {
		return nil, refused
	}
	described := []map[string]any{}
	for _, name := range names {
		c.input.RepositoryName = name
		repository, refused := c.repository()
		if refused != nil {
			return nil, refused
		}
		c.images.mu.Lock()
		described = append(described, repository.describe())
		c.images.mu.Unlock()
	}
	output := map[string]any{"repositories": described}
	if next != "" {
		output["nextToken"] = next
	}
	return output, nil
}
