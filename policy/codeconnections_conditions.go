package policy

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// connectionCondition is an option with the keys that it may become, without
// their prefix.
type connectionCondition struct {
	option string
	keys   []string
	values []string
}

// providerActions are what the key ProviderAction may say (developer tools
// guide, "Supported access types for ProviderAction").
func providerActions() []string {
	return strings.Fields(`GetBranch ListRepositories ListOwners ListBranches StartUploadArchiveToS3 GitPush GitPull GetUploadArchiveToS3Status
		CreatePullRequestDiffComment GetPullRequest ListBranchCommits ListCommitFiles ListPullRequestComments ListPullRequestCommits`)
}

// passedTo are the services that connections and repository links go to (same
// guide, "Passing a connection to a service").
func passedTo() []string {
	return []string{"codeguru-reviewer", "codepipeline.amazonaws.com", "proton.amazonaws.com", "cloudformation.sync.codeconnections.amazonaws.com"}
}

// providerTypes are the values of ProviderType (CodeConnections API reference,
// "CreateConnection").
func providerTypes() []string {
	return []string{"Bitbucket", "GitHub", "GitHubEnterpriseServer", "GitLab", "GitLabSelfManaged", "AzureDevOps"}
}

func (o ConnectionOptions) conditions() ([]connectionCondition, error) {
	var access []string
	if o.Access != "" {
		access = []string{o.Access}
	}
	var all []connectionCondition
	var faults []error
	for _, c := range []struct {
		connectionCondition
		known []string
		form  string
	}{
		{connectionCondition{"repository", []string{"FullRepositoryId"}, o.Repositories}, nil, `^[^/\s]+(/[^/\s]+)+$`},
		{connectionCondition{"provider-action", []string{"ProviderAction"}, o.ProviderActions}, providerActions(), ""},
		{connectionCondition{"access", []string{"ProviderPermissionsRequired"}, access}, []string{"read_only", "read_write"}, ""},
		{connectionCondition{"branch", []string{"BranchName", "Branch"}, o.Branches}, nil, `^\S+$`},
		{connectionCondition{"service", []string{"PassedToService"}, o.Services}, passedTo(), ""},
		{connectionCondition{"provider-type", []string{"ProviderType", "ProviderTypeFilter"}, o.ProviderTypes}, providerTypes(), ""},
		{connectionCondition{"vpc", []string{"VpcId"}, o.VPCs}, nil, `^vpc-[0-9a-f]+$`},
	} {
		for _, value := range c.values {
			switch {
			case c.known != nil && !slices.Contains(c.known, value):
				faults = append(faults, fmt.Errorf("%s %q: choose one of %s%s", c.option, value, strings.Join(c.known, ", "), meant(value, c.known)))
			case c.form != "" && !regexp.MustCompile(c.form).MatchString(value), strings.Contains(value, "${"):
				faults = append(faults, fmt.Errorf("%s %q: that cannot be one", c.option, value))
			}
		}
		if len(c.values) > 0 {
			all = append(all, c.connectionCondition)
		}
	}
	return all, errors.Join(faults...)
}

// of is the condition of an action, where one of the keys is for it.
func (c connectionCondition) of(n namespace, action string, used map[string]bool) []Condition {
	for _, key := range c.keys {
		if !n.supports(action, n.prefix+":"+key) {
			continue
		}
		used[key] = true
		operator := "StringEquals"
		if slices.ContainsFunc(c.values, wildcarded) {
			operator = "StringLike"
		}
		return []Condition{{operator, n.prefix + ":" + key, c.values}}
	}
	return nil
}
