// Package simulator is the AWS that tests, benchmarks and first tries talk
// to: STS, Amazon ECR and ECR Public, EC2 instance metadata, container
// credentials, GitHub's OIDC token endpoint and the registries for images of
// every account and region, in one process on loopback.
//
// It is as strict as AWS. Signatures are verified in full, session tokens are
// required, trust policies, external IDs, durations and parameter limits are
// checked, and refusals carry AWS's own codes and wording, so that a client
// which works here has made real requests. Faults can be scripted, and every
// request is recorded with the identity that signed it.
//
// Identity, session, trust and repository policies are read and evaluated as
// IAM does it: Effect, Principal, Action, NotAction, Resource, NotResource and
// Condition, with policy variables. These permissions are asked for:
//
//   - sts:AssumeRole, sts:TagSession and sts:SetSourceIdentity on the role's ARN,
//     sts:AssumeRoleWithWebIdentity of its trust policy alone
//   - sts:GetFederationToken and sts:TagSession on the federated user's ARN
//   - ecr:GetAuthorizationToken, ecr-public:GetAuthorizationToken and
//     sts:GetServiceBearerToken on *
//   - what else it serves of Amazon ECR, and pushes and pulls, on the
//     repository's ARN
//   - kms:CreateGrant and kms:DescribeKey on the ARN of a repository's key
//
// Conditions may have all of IAM's operators but BinaryEquals, with Not,
// IfExists, ForAnyValue and ForAllValues. A key that the simulator does not
// know is one that the request lacks. It knows
//
//   - aws: CurrentTime, EpochTime, MultiFactorAuthAge, MultiFactorAuthPresent,
//     PrincipalAccount, PrincipalArn, PrincipalIsAWSService, PrincipalTag/… of
//     sessions, PrincipalType, RequestTag/…, RequestedRegion, ResourceAccount,
//     ResourceTag/… of repositories, SecureTransport, SourceIp, TagKeys,
//     UserAgent, userid, username, ViaAWSService
//   - sts: ExternalId, RoleSessionName, SourceIdentity, TransitiveTagKeys
//   - ecr:ResourceTag/…, ecr-public:ResourceTag/…, kms:ResourceAliases,
//     kms:ViaService
//   - an OIDC issuer's aud, sub and amr, and GitHub's actor, actor_id,
//     enterprise_id, environment, job_workflow_ref, ref, repository,
//     repository_id and workflow, where a role takes a token
//
// Not played are an organization's service and resource control policies,
// permission boundaries, key policies, registry policies, NotPrincipal, what
// managed policies of a session say, session tags in an OIDC token, and what
// IAM demands of a trust policy beyond its form.
//
// Nothing in it is a stand-in for the product's own code: the product talks
// to it through the SDK's ordinary endpoint settings.
package simulator
