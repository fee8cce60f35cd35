package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// ConnectionOptions narrow permission sets of CodeConnections.
type ConnectionOptions struct {
	// Resources are ARNs of connections, hosts and repository links. Their ID
	// may have wildcards, their region and account may not.
	Resources []string
	// Repositories are OWNER/NAME at the provider.
	Repositories []string
	// ProviderActions are what a service may do there, such as GitPull.
	ProviderActions []string
	// Access is read_only, read_write, or empty.
	Access   string
	Branches []string
	// Services are those that a connection or a repository link is passed to.
	Services []string
	// ProviderTypes are GitHub, Bitbucket and so on.
	ProviderTypes []string
	// VPCs are those that a host may be in.
	VPCs []string
}

// connectionSet is a piece of work of the developer tools guide, "AWS
// CodeConnections permissions reference".
type connectionSet struct{ name, reason, actions string }

func connectionSets() []connectionSet {
	return []connectionSet{
		{"manage-connections", "views, creates and deletes connections", "CreateConnection DeleteConnection GetConnection ListConnections"},
		{"manage-hosts", "views, creates and deletes hosts", "CreateHost DeleteHost GetHost ListHosts"},
		{"complete-connections", "shakes hands with the provider in the console", "GetIndividualAccessToken GetInstallationUrl ListInstallationTargets StartOAuthHandshake UpdateConnectionInstallation"},
		{"set-up-hosts", "registers the app of a host in the console", "RegisterAppCode StartAppRegistrationHandshake"},
		{"pass", "hands a connection to a service", "PassConnection"},
		{"use", "reaches repositories through a connection", "UseConnection"},
		{"tag", "views and changes tags", "ListTagsForResource TagResource UntagResource"},
		{"repository-links", "views, creates and deletes repository links", "CreateRepositoryLink DeleteRepositoryLink GetRepositoryLink ListRepositoryLinks UpdateRepositoryLink"},
		{"sync-configurations", "views, creates and deletes what is synchronized from a repository", "CreateSyncConfiguration DeleteSyncConfiguration GetRepositorySyncStatus GetResourceSyncStatus GetSyncBlockerSummary GetSyncConfiguration ListRepositorySyncDefinitions ListSyncConfigurations UpdateSyncBlocker UpdateSyncConfiguration"},
		{"pass-repository", "hands a repository link to a sync configuration", "PassRepository"},
	}
}

// ConnectionSets are the names of the permission sets, with what each is for.
func ConnectionSets() (names, reasons []string) {
	for _, set := range connectionSets() {
		names, reasons = append(names, set.name), append(reasons, set.reason)
	}
	return names, reasons
}

// CodeConnections writes the policy of permission sets. A condition goes to
// those actions only whose requests have its key.
func CodeConnections(sets []string, o ConnectionOptions) (Document, error) {
	var d Document
	given, err := o.given()
	if err != nil {
		return d, err
	}
	conditions, err := o.conditions()
	if err != nil {
		return d, err
	}
	used := map[string]bool{}
	for _, name := range sets {
		i := slices.IndexFunc(connectionSets(), func(s connectionSet) bool { return s.name == name })
		if i < 0 {
			names, _ := ConnectionSets()
			return d, fmt.Errorf("permission set %q: choose one of %s%s", name, strings.Join(names, ", "), meant(name, names))
		}
		statements, err := connectionSets()[i].statements(given, conditions, used)
		if err != nil {
			return d, err
		}
		d.Statements = append(d.Statements, statements...)
	}
	if err := unused(conditions, given, used, sets); err != nil {
		return d, err
	}
	number(d.Statements)
	return d, nil
}

// unused tells of what was given and narrows nothing.
func unused(conditions []connectionCondition, given []connectionARN, used map[string]bool, sets []string) error {
	for _, c := range conditions {
		if !slices.ContainsFunc(c.keys, func(key string) bool { return used[key] }) {
			return fmt.Errorf("%s: no action of %s has the condition key %s", c.option, strings.Join(sets, ", "), strings.Join(c.keys, " or "))
		}
	}
	for _, arn := range given {
		if !used[arn.text] {
			return fmt.Errorf("resource %q: no action of %s acts on it", arn.text, strings.Join(sets, ", "))
		}
	}
	return nil
}

// connectionARN is a resource in its parts.
type connectionARN struct{ text, prefix, kind, place string }

// given reads the resources.
func (o ConnectionOptions) given() ([]connectionARN, error) {
	var all []connectionARN
	for _, text := range o.Resources {
		parts := strings.SplitN(text, ":", 6)
		if len(parts) != 6 || parts[0] != "arn" {
			return nil, fmt.Errorf("resource %q: write arn:aws:codeconnections:REGION:ACCOUNT:connection/ID", text)
		}
		kind, id, _ := strings.Cut(parts[5], "/")
		switch {
		case parts[2] != "codeconnections" && parts[2] != "codestar-connections":
			return nil, fmt.Errorf("resource %q: its service is codeconnections, or codestar-connections where it was made under the older name", text)
		case wildcarded(parts[3]) || wildcarded(parts[4]):
			return nil, fmt.Errorf("resource %q: AWS takes wildcards in the ID only, not in region and account", text)
		case !regexp.MustCompile(`^aws[a-z-]*$`).MatchString(parts[1]) || !regexp.MustCompile(`^[a-z]+(-[a-z]+)+-\d+$`).MatchString(parts[3]) || !regexp.MustCompile(`^\d{12}$`).MatchString(parts[4]):
			return nil, fmt.Errorf("resource %q: write a partition such as aws, a region such as eu-west-1 and an account ID of 12 digits", text)
		case kind != "connection" && kind != "host" && kind != "repository-link":
			return nil, fmt.Errorf("resource %q: it is none of connection/ID, host/ID, repository-link/ID", text)
		case !regexp.MustCompile(`^[A-Za-z0-9*?/-]+$`).MatchString(id):
			return nil, fmt.Errorf("resource %q: there is no such ID", text)
		}
		all = append(all, connectionARN{text, parts[2], kind, strings.Join(parts[:5], ":") + ":"})
	}
	return all, nil
}
