package ecr

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"github.com/awsvars/awsvars/variables"
)

// Parse reads a registry as people write it:
//
//	111111111111                                          an account, in the default region
//	111111111111/eu-west-1                                an account in a region
//	111111111111.dkr.ecr.eu-west-1.amazonaws.com          a host, FIPS and dual-stack forms too
//	https://111111111111.dkr.ecr.eu-west-1.amazonaws.com  a URL
//	111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:1    a repository, with or without tag and digest
//	public, public.ecr.aws, public.ecr.aws/alias/app      ECR Public
//
// What only looks like a host of Amazon ECR is refused, since a password goes
// there. So are upper-case hosts: Docker looks logins up letter by letter.
// Errors do not repeat the text; whoever asked for it quotes it.
func Parse(text string) (Registry, error) {
	if text == "public" {
		return Registry{Public: true}, nil
	}
	rest, isURL := strings.CutPrefix(text, "https://")
	first, path, hasPath := strings.Cut(rest, "/")
	if !isURL && isNumber(first) {
		return parseAccount(first, path, hasPath)
	}
	r, err := parseHost(first)
	if err != nil {
		return Registry{}, err
	}
	path = strings.TrimSuffix(path, "/")
	if path != "" && !repositoryReference().MatchString(path) {
		return Registry{}, errors.New("what follows the host is no repository name with an optional tag and digest")
	}
	return r, nil
}

// isNumber tells an account from a host, also an account that a YAML parser
// rewrote on its way.
func isNumber(text string) bool {
	return variables.Mangled(text) || text != "" && strings.Trim(text, "0123456789") == ""
}

func parseAccount(account, region string, hasRegion bool) (Registry, error) {
	if err := checkAccount(account); err != nil {
		return Registry{}, err
	}
	if !hasRegion {
		return Registry{Account: account}, nil
	}
	if _, err := partitionOf(region); err != nil {
		return Registry{}, fmt.Errorf("%w: write account/region, or the whole host in front of a repository", err)
	}
	return Registry{Account: account, Region: region}, nil
}

func checkAccount(account string) error {
	const quote = "A YAML parser drops a leading zero: quote it"
	switch {
	case digits(account, 12, 12):
		return nil
	case variables.Mangled(account):
		return errors.New("an account ID has 12 digits, this is a rewritten number. " + quote)
	case digits(account, 1, 11):
		return fmt.Errorf("an account ID has 12 digits, this has %d. %s", len(account), quote)
	case digits(account, 13, len(account)):
		return fmt.Errorf("an account ID has 12 digits, this has %d", len(account))
	}
	return errNoRegistry()
}

func errNoRegistry() error {
	return errors.New("not a registry of Amazon ECR: write 111111111111, 111111111111/eu-west-1, " +
		"111111111111.dkr.ecr.eu-west-1.amazonaws.com or public")
}

// parseHost goes through the host from its first label to its last, so that
// nothing can stand before, between or behind the parts that are known.
func parseHost(host string) (Registry, error) {
	if host == publicHost || host == publicDualStackHost {
		return Registry{Host: host, Public: true}, nil
	}
	if lower := strings.ToLower(host); lower != host {
		if _, err := parseHost(lower); err == nil {
			return Registry{}, fmt.Errorf("upper case in a host: Docker looks logins up letter by letter, so write %s", lower)
		}
		return Registry{}, errNoRegistry()
	}
	account, rest, _ := strings.Cut(host, ".")
	service, rest, found := cutService(rest)
	if !found {
		return Registry{}, errNoRegistry()
	}
	if err := checkAccount(account); err != nil {
		return Registry{}, err
	}
	region, suffix, _ := strings.Cut(rest, ".")
	p, err := partitionOf(region)
	if err != nil {
		return Registry{}, err
	}
	if !p.has(service, suffix) {
		return Registry{}, fmt.Errorf("not a registry of Amazon ECR: in %s the host is %s", region,
			Registry{Account: account, Region: region}.Domain())
	}
	return Registry{Account: account, Region: region, Host: host}, nil
}

// cutService takes the labels of the service off, which come in two forms
// with two sets of suffixes.
func cutService(rest string) (service, behind string, found bool) {
	for _, service := range []string{"dkr.ecr", "dkr.ecr-fips", "dkr-ecr", "dkr-ecr-fips"} {
		if behind, found := strings.CutPrefix(rest, service+"."); found {
			return service, behind, true
		}
	}
	return "", "", false
}

// has tells whether hosts of the partition consist of service and suffix.
func (p partition) has(service, suffix string) bool {
	service, fips := strings.CutSuffix(service, "-fips")
	if fips && !p.fips {
		return false
	}
	if service == "dkr-ecr" {
		return p.dualStack != "" && suffix == p.dualStack
	}
	return suffix == p.suffix
}

// repositoryReference is a repository name (ECR API reference,
// CreateRepository), a tag and a digest (OCI distribution specification).
// Most runs never need it.
var repositoryReference = sync.OnceValue(func() *regexp.Regexp {
	const words = `[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*`
	return regexp.MustCompile(`^` + words + `(?:/` + words + `)*(?::[A-Za-z0-9_][A-Za-z0-9._-]{0,127})?(?:@sha256:[0-9a-f]{64})?$`)
})
