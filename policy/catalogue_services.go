package policy

// The tables follow the service authorization reference, a page a service:
// "Actions, resources, and condition keys for AWS Security Token Service",
// "… Amazon Elastic Container Registry", "… Amazon Elastic Container Registry
// Public", "… AWS Key Management Service", as of autumn 2026.

// assuming are the actions that make a session of a role.
const assuming = "AssumeRole AssumeRoleWithSAML AssumeRoleWithWebIdentity"

func stsNamespace() namespace {
	return namespace{
		prefix: "sts",
		arns: map[string]string{
			"role":            "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}",
			"federated-user":  "arn:${Partition}:sts::${Account}:federated-user/${FederatedUserName}",
			"root":            "arn:${Partition}:iam::${Account}:root",
			"contextProvider": "arn:${Partition}:iam::aws:contextProvider/${ContextProviderName}",
			"self":            "arn:${Partition}:sts::${Account}:self",
		},
		actions: map[string]string{
			"role":                     assuming,
			"role contextProvider":     "SetContext",
			"role federated-user":      "TagSession",
			"role federated-user self": "SetSourceIdentity",
			"root":                     "AssumeRoot",
			"federated-user":           "GetFederationToken",
			"self":                     "GetWebIdentityToken TagGetWebIdentityToken",
			"":                         "DecodeAuthorizationMessage GetAccessKeyInfo GetCallerIdentity GetDelegatedAccessToken GetSessionToken GetServiceBearerToken",
		},
		keys: map[string]string{
			"aws:RequestTag/":             assuming + " GetFederationToken GetWebIdentityToken TagGetWebIdentityToken TagSession",
			"aws:TagKeys":                 assuming + " GetFederationToken GetWebIdentityToken TagGetWebIdentityToken TagSession",
			"aws:ResourceTag/":            assuming + " SetContext SetSourceIdentity TagSession",
			"iam:ResourceTag/":            assuming + " SetContext SetSourceIdentity TagSession",
			"sts:AWSServiceName":          "GetServiceBearerToken",
			"sts:DurationSeconds":         "GetServiceBearerToken GetWebIdentityToken",
			"sts:ExternalId":              "AssumeRole",
			"sts:IdentityTokenAudience":   "GetWebIdentityToken",
			"sts:RequestContext/":         "SetContext",
			"sts:RequestContextProviders": "SetContext",
			"sts:RoleAuthorizedByIdp":     "AssumeRoleWithWebIdentity",
			"sts:RoleSessionName":         assuming,
			"sts:SigningAlgorithm":        "GetWebIdentityToken",
			"sts:SourceIdentity":          assuming + " SetSourceIdentity",
			"sts:TaskPolicyArn":           "AssumeRoot",
			"sts:TransitiveTagKeys":       assuming + " TagSession",
			"saml:":                       "AssumeRoleWithSAML TagSession",
		},
		// They are decided on in the request that assumes the role.
		together: "TagSession SetSourceIdentity SetContext",
	}
}

// ofRepository are the actions of ECR that act on repositories.
const ofRepository = `BatchCheckLayerAvailability BatchDeleteImage BatchGetImage BatchGetRepositoryScanningConfiguration
	BatchImportUpstreamImage CompleteLayerUpload CreateRepository DeleteLifecyclePolicy DeleteRepository DeleteRepositoryPolicy
	DescribeImageReplicationStatus DescribeImageScanFindings DescribeImageSigningStatus DescribeImages DescribeRepositories
	GetDownloadUrlForLayer GetImageCopyStatus GetLifecyclePolicy GetLifecyclePolicyPreview GetRepositoryPolicy InitiateLayerUpload
	ListImages ListTagsForResource PutImage PutImageScanningConfiguration PutImageTagMutability PutLifecyclePolicy ReplicateImage
	SetRepositoryPolicy StartImageScan StartLifecyclePolicyPreview TagResource UntagResource UpdateImageStorageClass UploadLayerPart`

func ecrNamespace() namespace {
	return namespace{
		prefix: "ecr",
		arns:   map[string]string{"repository": "arn:${Partition}:ecr:${Region}:${Account}:repository/${RepositoryName}"},
		actions: map[string]string{
			"repository": ofRepository,
			"": `CreatePullThroughCacheRule CreateRepositoryCreationTemplate DeletePullThroughCacheRule DeleteRegistryPolicy
				DeleteRepositoryCreationTemplate DeleteSigningConfiguration DeregisterPullTimeUpdateExclusion DescribePullThroughCacheRules
				DescribeRegistry DescribeRepositoryCreationTemplates GetAccountSetting GetAuthorizationToken GetRegistryPolicy
				GetRegistryScanningConfiguration GetSigningConfiguration ListPullTimeUpdateExclusions PutAccountSetting PutRegistryPolicy
				PutRegistryScanningConfiguration PutReplicationConfiguration PutSigningConfiguration RegisterPullTimeUpdateExclusion
				UpdatePullThroughCacheRule UpdateRepositoryCreationTemplate ValidatePullThroughCacheRule`,
		},
		keys: map[string]string{
			"aws:RequestTag/":    "CreateRepository ListTagsForResource TagResource",
			"aws:TagKeys":        "CreateRepository ListTagsForResource TagResource UntagResource",
			"aws:ResourceTag/":   ofRepository,
			"ecr:ResourceTag/":   ofRepository,
			"ecr:AccountSetting": "GetAccountSetting PutAccountSetting",
		},
	}
}

// ofPublicRepository are the actions of ECR Public that act on repositories.
const ofPublicRepository = `BatchCheckLayerAvailability BatchDeleteImage CompleteLayerUpload CreateRepository DeleteRepository
	DeleteRepositoryPolicy DescribeImageTags DescribeImages DescribeRepositories GetRepositoryCatalogData GetRepositoryPolicy
	InitiateLayerUpload ListTagsForResource PutImage PutRepositoryCatalogData SetRepositoryPolicy TagResource UntagResource
	UploadLayerPart`

func ecrPublicNamespace() namespace {
	return namespace{
		prefix: "ecr-public",
		arns: map[string]string{
			"repository": "arn:${Partition}:ecr-public::${Account}:repository/${RepositoryName}",
			"registry":   "arn:${Partition}:ecr-public::${Account}:registry/${RegistryId}",
		},
		actions: map[string]string{
			"repository": ofPublicRepository,
			"registry":   "PutRegistryCatalogData",
			"":           "DescribeRegistries GetAuthorizationToken GetRegistryCatalogData",
		},
		keys: map[string]string{
			"aws:RequestTag/":         "CreateRepository TagResource",
			"aws:TagKeys":             "CreateRepository TagResource UntagResource",
			"aws:ResourceTag/":        ofPublicRepository,
			"ecr-public:ResourceTag/": ofPublicRepository,
		},
	}
}

// kmsNamespace has what repositories with a key of KMS need (ECR user guide,
// "Encryption at rest"), and the names of all the rest, so that none is called
// unknown. Its keys are not judged.
func kmsNamespace() namespace {
	const ofKey = `CancelKeyDeletion CreateGrant Decrypt DeleteImportedKeyMaterial DeriveSharedSecret DescribeKey DisableKey DisableKeyRotation
		EnableKey EnableKeyRotation Encrypt GenerateDataKey GenerateDataKeyPair GenerateDataKeyPairWithoutPlaintext
		GenerateDataKeyWithoutPlaintext GenerateMac GetKeyPolicy GetKeyRotationStatus GetParametersForImport GetPublicKey ImportKeyMaterial
		ListGrants ListKeyPolicies ListKeyRotations ListResourceTags PutKeyPolicy ReEncryptFrom ReEncryptTo ReplicateKey RetireGrant RevokeGrant
		RotateKeyOnDemand ScheduleKeyDeletion Sign SynchronizeMultiRegionKey TagResource UntagResource UpdateKeyDescription
		UpdatePrimaryRegion Verify VerifyMac`
	return namespace{
		prefix: "kms",
		arns: map[string]string{
			"key":   "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}",
			"alias": "arn:${Partition}:kms:${Region}:${Account}:alias/${Alias}",
		},
		actions: map[string]string{
			"key":       ofKey,
			"key alias": "CreateAlias DeleteAlias UpdateAlias",
			"": `ConnectCustomKeyStore CreateCustomKeyStore CreateKey DeleteCustomKeyStore DescribeCustomKeyStores
				DisconnectCustomKeyStore GenerateRandom ListAliases ListKeys ListRetirableGrants UpdateCustomKeyStore`,
		},
		keys: map[string]string{"kms:": "*"},
	}
}
