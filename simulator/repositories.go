package simulator

import (
	"encoding/json"
	"net/http"
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
	if message := c.refusal(c.images, action, c.account, name, repository, c.input.tags()); message != "" {
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
