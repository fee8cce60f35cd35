package simulator

import "strings"

// partition is one of AWS's closed worlds: keys of one mean nothing in
// another.
type partition struct {
	id     string
	prefix string // of its regions
	suffix string // of its hosts
}

// partitionOf is the partition of a region, from botocore's partitions.json.
func partitionOf(region string) partition {
	for _, p := range []partition{
		{"aws-cn", "cn-", "amazonaws.com.cn"},
		{"aws-us-gov", "us-gov-", "amazonaws.com"},
		{"aws-iso", "us-iso-", "c2s.ic.gov"},
		{"aws-iso-b", "us-isob-", "sc2s.sgov.gov"},
		{"aws-iso-e", "eu-isoe-", "cloud.adc-e.uk"},
		{"aws-iso-f", "us-isof-", "csp.hci.ic.gov"},
		{"aws-eusc", "eusc-", "amazonaws.eu"},
	} {
		if strings.HasPrefix(region, p.prefix) {
			return p
		}
	}
	return partition{"aws", "", "amazonaws.com"}
}
