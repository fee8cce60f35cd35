package ecr

// Partition names the part of AWS that a region is in, as ARNs do: aws,
// aws-cn, aws-us-gov (botocore's partitions.json).
func Partition(region string) (string, error) {
	p, err := partitionOf(region)
	return p.name, err
}

// RepositoryARN is the ARN of a repository in r (service authorization
// reference, Amazon ECR and ECR Public, "Resource types"). Account and region
// must be known; for ECR Public, whose registry is one for all, account is
// that of the repository's owner.
func (r Registry) RepositoryARN(account, name string) (string, error) {
	if r.Public {
		return "arn:aws:ecr-public::" + account + ":repository/" + name, nil
	}
	partition, err := Partition(r.Region)
	if err != nil {
		return "", err
	}
	return "arn:" + partition + ":ecr:" + r.Region + ":" + account + ":repository/" + name, nil
}
