package ecr

import "fmt"

// Hosts of ECR Public: the one that everybody knows, and the dual-stack one
// (ECR Public user guide, "Making requests").
const (
	publicHost          = "public.ecr.aws"
	publicDualStackHost = "ecr-public.aws.com"
)

// publicRegion is the only region in which ECR Public answers
// GetAuthorizationToken, and where IPv4 and dual-stack endpoints exist.
const publicRegion = "us-east-1"

// Registry is one registry of Amazon ECR: an account in a region, or ECR
// Public. The zero Registry is the caller's own in the default region.
type Registry struct {
	// Account has 12 digits; empty means the caller's own.
	Account string
	// Region is empty for the default region, and for ECR Public.
	Region string
	// Host is the host as the user wrote it, dual-stack and FIPS forms
	// included; empty if only an account or a region was given.
	Host string
	// Public marks ECR Public, which has neither account nor region.
	Public bool
}

// Key is the registry's part in the names of variables:
// 111111111111.eu-west-1, or public. Account and region must be known.
func (r Registry) Key() string {
	if r.Public {
		return "public"
	}
	return r.Account + "." + r.Region
}

// Domain is the host that a docker login must be stored under: the host that
// the user wrote, for Docker looks a login up by exactly the host that stands
// in the image's name, else the standard one of the region's partition. It is
// empty as long as the account or the region is not known.
func (r Registry) Domain() string {
	switch {
	case r.Host != "":
		return r.Host
	case r.Public:
		return publicHost
	case r.Account == "":
		return ""
	}
	p, err := partitionOf(r.Region)
	if err != nil {
		return ""
	}
	return r.Account + ".dkr.ecr." + r.Region + "." + p.suffix
}

// String names the registry for people.
func (r Registry) String() string {
	domain := r.Domain()
	switch {
	case domain != "":
		return fmt.Sprintf("%q", domain)
	case r.Account == "" && r.Region == "":
		return "of the caller's own account in the default region"
	case r.Account == "":
		return fmt.Sprintf("of the caller's own account in %q", r.Region)
	}
	return fmt.Sprintf("%q", r.Account)
}
