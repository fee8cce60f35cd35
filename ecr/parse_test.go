package ecr

import (
	"regexp"
	"strings"
	"testing"
)

func TestParseReadsEveryFormOfEveryPartition(t *testing.T) {
	t.Parallel()
	const id = "111111111111"
	digest := "@sha256:" + strings.Repeat("0a", 32)
	host := func(host string) Registry {
		region := strings.Split(strings.TrimPrefix(strings.TrimPrefix(host, id+".dkr-"), id+".dkr."), ".")[1]
		return Registry{Account: id, Region: region, Host: host}
	}
	ireland := host(id + ".dkr.ecr.eu-west-1.amazonaws.com")
	cases := map[string]Registry{
		id:                                        {Account: id},
		"000000000000":                            {Account: "000000000000"},
		id + "/eu-west-1":                         {Account: id, Region: "eu-west-1"},
		id + "/us-gov-west-1":                     {Account: id, Region: "us-gov-west-1"},
		id + "/eusc-de-east-1":                    {Account: id, Region: "eusc-de-east-1"},
		"public":                                  {Public: true},
		"public.ecr.aws":                          {Public: true, Host: "public.ecr.aws"},
		"https://public.ecr.aws/":                 {Public: true, Host: "public.ecr.aws"},
		"public.ecr.aws/alias/app:1.0":            {Public: true, Host: "public.ecr.aws"},
		"ecr-public.aws.com/alias/app":            {Public: true, Host: "ecr-public.aws.com"},
		ireland.Host:                              ireland,
		ireland.Host + "/":                        ireland,
		"https://" + ireland.Host:                 ireland,
		"https://" + ireland.Host + "/":           ireland,
		ireland.Host + "/app":                     ireland,
		ireland.Host + "/team/my-app_x":           ireland,
		ireland.Host + "/app:v1.2-RC":             ireland,
		ireland.Host + "/app" + digest:            ireland,
		ireland.Host + "/app:1" + digest:          ireland,
		"https://" + ireland.Host + "/team/app:1": ireland,
	}
	for _, h := range []string{
		id + ".dkr.ecr-fips.us-east-1.amazonaws.com",
		id + ".dkr-ecr.eu-west-1.on.aws",
		id + ".dkr-ecr-fips.us-east-2.on.aws",
		id + ".dkr.ecr.us-gov-east-1.amazonaws.com",
		id + ".dkr.ecr-fips.us-gov-west-1.amazonaws.com",
		id + ".dkr-ecr-fips.us-gov-west-1.on.aws",
		id + ".dkr.ecr.cn-north-1.amazonaws.com.cn",
		id + ".dkr-ecr.cn-northwest-1.on.amazonwebservices.com.cn",
		id + ".dkr.ecr.eusc-de-east-1.amazonaws.eu",
		id + ".dkr.ecr.us-iso-east-1.c2s.ic.gov",
		id + ".dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
		id + ".dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
		id + ".dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
		id + ".dkr.ecr.ap-southeast-7.amazonaws.com",
		id + ".dkr.ecr.mx-central-1.amazonaws.com",
	} {
		cases[h] = host(h)
	}
	for text, want := range cases {
		got, err := Parse(text)
		if err != nil || got != want {
			t.Errorf("Parse(%q) = %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestParseRefusesWhatIsNoRegistry(t *testing.T) {
	t.Parallel()
	const id = "111111111111"
	const good = id + ".dkr.ecr.eu-west-1.amazonaws.com"
	for _, text := range []string{
		"", " ", "/", "https://", "latest", "docker.io", "docker.io/library/app", "eu-west-1",
		// Other hosts that carry a good one in them.
		good + ".evil.com", id + ".dkr.ecr.us-east-1.evil.com.amazonaws.com", "evil.com/" + good,
		"evil." + good, id + ".dkr.ecr.eu-west-1.amazonaws.com.cn", id + ".dkr.ecr.cn-north-1.amazonaws.com",
		id + ".dkr.ecr.eu-west-1.amazonaws.eu", id + ".dkr.ecr.us-iso-east-1.amazonaws.com",
		id + ".dkr.ecr.eu-west-1.amazonaws.com.", "." + good, id + "..dkr.ecr.eu-west-1.amazonaws.com",
		id + ".dkr.ecr.eu-west-1.xamazonaws.com", id + ".dkrxecr.eu-west-1.amazonaws.com",
		"public.ecr.aws.evil.com", "evil.public.ecr.aws", "public.ecr.awsx", "ecr-public.aws.com.evil.com",
		// The two forms with each other's suffix; FIPS where there is none.
		id + ".dkr-ecr.eu-west-1.amazonaws.com", id + ".dkr.ecr.eu-west-1.on.aws",
		id + ".dkr-ecr.cn-north-1.on.aws", id + ".dkr-ecr.eusc-de-east-1.", id + ".dkr-ecr.us-iso-east-1.c2s.ic.gov",
		id + ".dkr.ecr-fips.cn-north-1.amazonaws.com.cn", id + ".dkr.ecr-fips.eusc-de-east-1.amazonaws.eu",
		// URL tricks.
		"http://" + good, "HTTPS://" + good, "ftp://" + good, "//" + good, "https://https://" + good,
		"user@" + good, "https://user:pass@" + good, good + "@evil.com", good + ":443", good + ":443/app",
		good + "?x=1", good + "#x", good + "/app?x=1", good + "/../app", good + "//app", good + "/app//",
		good + "\\@evil.com", good + "/app\nx", good + "\n", "\t" + good, good + "%2f", good + "/App",
		good + "/app:", good + "/app@sha256:00", good + "/app:1:2", good + "/:1", good + "/-app",
		// Digits of other scripts, upper case.
		"١١١١١١١١١١١١", "１１１１１１１１１１１１", strings.ToUpper(good), "PUBLIC", "Public.ecr.aws",
		// Regions.
		id + "/", id + "/eu", id + "/eu-west", id + "/eu-west-", id + "/eu-west-123", id + "/EU-WEST-1",
		id + "/fips-us-east-1", id + "/us-east-1-fips", id + "/eu-west-1/", id + "/my-repository",
		id + ".dkr.ecr..amazonaws.com", id + ".dkr.ecr.eu-west-.amazonaws.com",
		// Account IDs.
		"11111111111", "1111111111111", "1.1111111111e+11", "11111111111/eu-west-1",
		"11111111111.dkr.ecr.eu-west-1.amazonaws.com", "aaaaaaaaaaaa.dkr.ecr.eu-west-1.amazonaws.com", "https://" + id,
	} {
		if got, err := Parse(text); err == nil {
			t.Errorf("Parse(%q) = %+v, want a refusal", text, got)
		}
	}
}

func TestParseSaysWhatToWriteInstead(t *testing.T) {
	t.Parallel()
	const id = "111111111111"
	for text, want := range map[string]string{
		"12345678901":           "an account ID has 12 digits, this has 11. A YAML parser drops a leading zero: quote it",
		"2739128":               "an account ID has 12 digits, this has 7. A YAML parser drops a leading zero: quote it",
		"1.2345678901e+10":      "an account ID has 12 digits, this is a rewritten number. A YAML parser drops a leading zero: quote it",
		"12345678901/eu-west-1": "an account ID has 12 digits, this has 11. A YAML parser drops a leading zero: quote it",
		"1234567890123":         "an account ID has 12 digits, this has 13",
		"12345678901.dkr.ecr.eu-west-1.amazonaws.com": "an account ID has 12 digits, this has 11. A YAML parser drops a leading zero: quote it",
		"docker.io":                                 "not a registry of Amazon ECR: write 111111111111, 111111111111/eu-west-1, 111111111111.dkr.ecr.eu-west-1.amazonaws.com or public",
		id + "/app":                                 `"app" is not the name of an AWS region, such as eu-west-1: write account/region, or the whole host in front of a repository`,
		id + ".dkr-ecr.eu-west-1.amazonaws.com":     "not a registry of Amazon ECR: in eu-west-1 the host is " + id + ".dkr.ecr.eu-west-1.amazonaws.com",
		id + ".dkr.ecr.cn-north-1.amazonaws.com":    "not a registry of Amazon ECR: in cn-north-1 the host is " + id + ".dkr.ecr.cn-north-1.amazonaws.com.cn",
		id + ".DKR.ecr.eu-west-1.amazonaws.com":     "upper case in a host: Docker looks logins up letter by letter, so write " + id + ".dkr.ecr.eu-west-1.amazonaws.com",
		id + ".dkr.ecr.eu-west-1.amazonaws.com/App": "what follows the host is no repository name with an optional tag and digest",
	} {
		_, err := Parse(text)
		if err == nil || err.Error() != want {
			t.Errorf("Parse(%q): %v\nwant %s", text, err, want)
		}
	}
}

func TestRegistryNamesItsVariablesAndItsLogin(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]string{
		"111111111111/eu-west-1":                       {"111111111111.eu-west-1", "111111111111.dkr.ecr.eu-west-1.amazonaws.com"},
		"111111111111/cn-north-1":                      {"111111111111.cn-north-1", "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn"},
		"111111111111.dkr-ecr-fips.us-east-1.on.aws/a": {"111111111111.us-east-1", "111111111111.dkr-ecr-fips.us-east-1.on.aws"},
		"public":             {"public", "public.ecr.aws"},
		"ecr-public.aws.com": {"public", "ecr-public.aws.com"},
	} {
		r, err := Parse(text)
		if err != nil || r.Key() != want[0] || r.Domain() != want[1] {
			t.Errorf("%q: key %q, domain %q, %v; want %q", text, r.Key(), r.Domain(), err, want)
		}
	}
	if domain := (Registry{Region: "eu-west-1"}).Domain(); domain != "" {
		t.Errorf("a registry whose account is not known has the domain %q", domain)
	}
}

// FuzzParse holds what matters to whoever hands a password to the host:
// whatever is accepted leads to a host of Amazon, written in one way only.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"111111111111", "111111111111/eu-west-1", "public", "public.ecr.aws/a/b:1", "1.2345678901e+10",
		"111111111111.dkr.ecr.us-east-1.evil.com.amazonaws.com", "https://user@111111111111.dkr.ecr.us-east-1.amazonaws.com:443/x",
		"111111111111.dkr-ecr-fips.us-gov-west-1.on.aws/app@sha256:00", "111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn",
	} {
		f.Add(seed)
	}
	private := regexp.MustCompile(`^[0-9]{12}\.(dkr\.ecr(-fips)?\.[a-z]+(-[a-z]+)+-[0-9]{1,2}\.(amazonaws\.(com|com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)|dkr-ecr(-fips)?\.[a-z]+(-[a-z]+)+-[0-9]{1,2}\.on\.(aws|amazonwebservices\.com\.cn))$`)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := Parse(text)
		if err != nil {
			if r != (Registry{}) {
				t.Fatalf("Parse(%q) = %+v beside an error", text, r)
			}
			return
		}
		if r.Account == "" != r.Public {
			t.Fatalf("Parse(%q) = %+v", text, r)
		}
		if r.Region == "" && !r.Public {
			r.Region = "eu-west-1"
		}
		domain := r.Domain()
		if r.Public && domain != publicHost && domain != publicDualStackHost || !r.Public && !private.MatchString(domain) {
			t.Fatalf("Parse(%q) leads to %q", text, domain)
		}
		again, err := Parse(domain)
		if err != nil || again.Account != r.Account || again.Region != r.Region || again.Public != r.Public || again.Host != domain {
			t.Fatalf("Parse(%q) = %+v, but Parse(%q) = %+v, %v", text, r, domain, again, err)
		}
		if r.Host != "" && !strings.Contains(text, r.Host) {
			t.Fatalf("Parse(%q) has the host %q, which nobody wrote", text, r.Host)
		}
	})
}
