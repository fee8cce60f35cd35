package simulator

import "strings"

// partition is one of AWS's closed worlds: keys of one mean nothing in
// another.
type partition struct {
	id        string
	prefix    string // of its regions
	suffix    string // of its hosts
	dualStack string // the suffix of its dual-stack hosts; "" without any
	fips      bool   // whether its ECR has FIPS hosts
}

// partitionOf is the partition of a region, from botocore's partitions.json;
// dual-stack from the ECR user guide, "Making requests".
func partitionOf(region string) partition {
	for _, p := range []partition{
		{"aws-cn", "cn-", "amazonaws.com.cn", "on.amazonwebservices.com.cn", false},
		{"aws-us-gov", "us-gov-", "amazonaws.com", "on.aws", true},
		{"aws-iso", "us-iso-", "c2s.ic.gov", "", false},
		{"aws-iso-b", "us-isob-", "sc2s.sgov.gov", "", false},
		{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk", "", false},
		{"aws-iso-f", "us-isof-", "csp.hci.ic.gov", "", false},
		{"aws-eusc", "eusc-", "amazonaws.eu", "", false},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p
		}
	}
	return partition{"aws", "", "amazonaws.com", "on.aws", true}
}
