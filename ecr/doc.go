// Package ecr names the registries of Amazon ECR and gets authorization
// tokens for them.
//
// Hosts are those of the AWS general reference ("Amazon ECR endpoints and
// quotas"), of the user guides ("Making requests to Amazon ECR registries",
// for private and for public ones) and of botocore's partitions.json.
package ecr
