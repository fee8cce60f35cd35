package simulator

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
