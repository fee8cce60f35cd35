package ecr

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// partition is a part of AWS with its own regions and its own domains.
type partition struct {
	// name is what ARNs of the partition have behind arn:.
	name string
	// areas are what the names of its regions begin with, all but the last
	// two words: us-gov of us-gov-west-1.
	areas []string
	// suffix ends the hosts that begin with <account>.dkr.ecr.
	suffix string
	// dualStack ends the hosts that begin with <account>.dkr-ecr; empty where
	// AWS documents none.
	dualStack string
	// fips tells whether the partition has FIPS endpoints of ECR.
	fips bool
}

// partitions of botocore's partitions.json. Which of them have FIPS endpoints
// of ECR stands in the SDK's service/ecr/internal/endpoints.
func partitions() []partition {
	return []partition{
		{name: "aws-cn", areas: []string{"cn"}, suffix: "amazonaws.com.cn", dualStack: "on.amazonwebservices.com.cn"},
		{name: "aws-us-gov", areas: []string{"us-gov"}, suffix: "amazonaws.com", dualStack: "on.aws", fips: true},
		{name: "aws-eusc", areas: []string{"eusc-de"}, suffix: "amazonaws.eu"},
		{name: "aws-iso", areas: []string{"us-iso"}, suffix: "c2s.ic.gov"},
		{name: "aws-iso-b", areas: []string{"us-isob"}, suffix: "sc2s.sgov.gov"},
		{name: "aws-iso-e", areas: []string{"eu-isoe"}, suffix: "cloud.adc-e.uk"},
		{name: "aws-iso-f", areas: []string{"us-isof"}, suffix: "csp.hci.ic.gov"},
	}
}

// standard is the partition aws. AWS opens regions in new areas of it, as mx
// was one, so every area of two letters that is no other partition's is its.
func standard() partition {
	return partition{name: "aws", suffix: "amazonaws.com", dualStack: "on.aws", fips: true}
}

var errRegion = errors.New("is not the name of an AWS region, such as eu-west-1")

// partitionOf finds the partition by the region's name, as the SDKs do
// (regionRegex in partitions.json).
func partitionOf(region string) (partition, error) {
	words := strings.Split(region, "-")
	if len(words) < 3 || !digits(words[len(words)-1], 1, 2) {
		return partition{}, fmt.Errorf("%q %w", region, errRegion)
	}
	for _, word := range words[:len(words)-1] {
		if word == "" || strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") != "" {
			return partition{}, fmt.Errorf("%q %w", region, errRegion)
		}
	}
	area := strings.Join(words[:len(words)-2], "-")
	for _, p := range partitions() {
		if slices.Contains(p.areas, area) {
			return p, nil
		}
	}
	if len(area) == 2 {
		return standard(), nil
	}
	return partition{}, fmt.Errorf("%q %w", region, errRegion)
}

// digits tells whether text is least to most ASCII digits.
func digits(text string, least, most int) bool {
	return len(text) >= least && len(text) <= most && strings.Trim(text, "0123456789") == ""
}
