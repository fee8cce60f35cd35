package policy

// codeConnectionsNamespace follows "Actions, resources, and condition keys for
// AWS CodeConnections" of the service authorization reference, and
// "Permissions reference" of the developer tools guide. Both prefixes have the
// same actions; that of a statement and that of its ARNs must be one.
func codeConnectionsNamespace(prefix string) namespace {
	const (
		ofConnection = "DeleteConnection GetConnection GetConnectionToken PassConnection UpdateConnectionInstallation UseConnection GetIndividualAccessToken GetInstallationUrl ListInstallationTargets StartOAuthHandshake"
		ofHost       = "CreateHost DeleteHost GetHost UpdateHost RegisterAppCode StartAppRegistrationHandshake"
		ofLink       = "DeleteRepositoryLink GetRepositoryLink UpdateRepositoryLink PassRepository GetRepositorySyncStatus ListRepositorySyncDefinitions"
		ofAll        = "ListTagsForResource TagResource UntagResource"
	)
	own := func(key string) string { return prefix + ":" + key }
	at := "arn:${Partition}:" + prefix + ":${Region}:${Account}:"
	return namespace{
		prefix: prefix,
		arns: map[string]string{
			"connection":      at + "connection/${ConnectionId}",
			"host":            at + "host/${HostId}",
			"repository-link": at + "repository-link/${RepositoryLinkId}",
		},
		actions: map[string]string{
			"connection":                      ofConnection,
			"connection host":                 "CreateConnection ListConnections",
			"host":                            ofHost + " ListHosts",
			"repository-link":                 ofLink,
			"connection repository-link":      "CreateRepositoryLink",
			"repository-link connection":      "CreateSyncConfiguration UpdateSyncConfiguration",
			"connection host repository-link": ofAll,
			"":                                "DeleteSyncConfiguration GetResourceSyncStatus GetSyncBlockerSummary GetSyncConfiguration ListRepositoryLinks ListSyncConfigurations UpdateSyncBlocker",
		},
		keys: map[string]string{
			"aws:RequestTag/":                  "CreateConnection CreateHost CreateRepositoryLink TagResource",
			"aws:TagKeys":                      "CreateConnection CreateHost CreateRepositoryLink TagResource UntagResource",
			"aws:ResourceTag/":                 ofConnection + " " + ofHost + " " + ofLink + " " + ofAll + " CreateRepositoryLink CreateSyncConfiguration ListConnections",
			own("Branch"):                      "CreateSyncConfiguration UpdateSyncConfiguration GetRepositorySyncStatus",
			own("BranchName"):                  "UseConnection",
			own("FullRepositoryId"):            "UseConnection",
			own("HostArn"):                     "RegisterAppCode StartAppRegistrationHandshake",
			own("InstallationId"):              "UpdateConnectionInstallation",
			own("OwnerId"):                     "UseConnection",
			own("PassedToService"):             "PassConnection PassRepository",
			own("ProviderAction"):              "UseConnection",
			own("ProviderPermissionsRequired"): "UseConnection",
			own("ProviderType"):                "CreateConnection CreateHost GetIndividualAccessToken GetInstallationUrl StartOAuthHandshake",
			own("ProviderTypeFilter"):          "ListConnections ListHosts",
			own("RepositoryName"):              "UseConnection",
			own("VpcId"):                       "CreateHost UpdateHost",
		},
	}
}
