package simulator

import (
	"regexp"
	"strings"
)

// place is where images are: an account's registry in a region, ECR Public,
// or, empty, the registry without a name that stands at an address of its own
// and takes everything.
type place struct {
	account string
	region  string
	public  bool
}

func (p place) named() bool { return p != place{} }

// service is what the place's permissions begin with.
func (p place) service() string {
	if p.public {
		return "ecr-public"
	}
	return "ecr"
}

// host is the name that AWS tells, also to who asked by another one.
func (p place) host() string {
	if p.public {
		return "public.ecr.aws"
	}
	return p.account + ".dkr.ecr." + p.region + "." + partitionOf(p.region).suffix
}

var registryHost = regexp.MustCompile(`^([0-9]{12})\.dkr(\.ecr|-ecr)(-fips)?\.([a-z0-9-]+)\.([a-z0-9.-]+)$`)

// placeOf reads a registry's host (AWS general reference, ECR endpoints; ECR
// user guide, "Making requests"). Anything else is not found, also what only
// looks like one.
func placeOf(host string) (place, bool) {
	host = strings.ToLower(host)
	if host == "public.ecr.aws" || host == "ecr-public.aws.com" {
		return place{public: true}, true
	}
	part := registryHost.FindStringSubmatch(host)
	if part == nil || !regionName.MatchString(part[4]) {
		return place{}, false
	}
	p := partitionOf(part[4])
	suffix := p.suffix
	if part[2] == "-ecr" {
		suffix = p.dualStack
	}
	if suffix == "" || part[5] != suffix || part[3] != "" && !p.fips {
		return place{}, false
	}
	return place{account: part[1], region: part[4]}, true
}
