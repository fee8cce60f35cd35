// Package policy holds IAM policies as values: what they say and why, their
// JSON, Terraform and CloudFormation forms, the trust policies of each way
// into a role, and what is missing in a policy or too wide.
//
// A [Document] is what a statement of AWS's policy grammar can say (IAM user
// guide, "Grammar of the IAM JSON policy language"), without Deny, NotAction
// and NotResource: awsvars grants, and grants only what it names.
package policy
