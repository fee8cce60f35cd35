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
// Nothing in it is a stand-in for the product's own code: the product talks
// to it through the SDK's ordinary endpoint settings.
package simulator
