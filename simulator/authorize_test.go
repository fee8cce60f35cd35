package simulator

import (
	"net/http"
	"strings"
	"testing"
)

const (
	ours   = "111111111111"
	appARN = "arn:aws:ecr:eu-west-1:111111111111:repository/app"
)

func policies(t *testing.T, kind documentKind, statements ...string) policySet {
	t.Helper()
	var read policySet
	for _, one := range statements {
		d, err := readDocument(`{"Version":"2012-10-17","Statement":`+one+`}`, kind)
		if err != nil {
			t.Fatalf("%s: %s", one, err)
		}
		read = append(read, d)
	}
	return read
}

// The cases are those of the IAM user guide, "Policy evaluation logic", and of
// its pages "Policy evaluation for requests within a single account" and
// "Cross-account policy evaluation logic".
func TestPoliciesAreWeighedAsIAMDoes(t *testing.T) {
	t.Parallel()
	const (
		allow   = `{"Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:*:*:repository/a*"}`
		deny    = `{"Effect":"Deny","Action":"ecr:Put*","Resource":"*"}`
		other   = `{"Effect":"Allow","Action":"ecr:*","Resource":"arn:aws:ecr:*:*:repository/b*"}`
		but     = `{"Effect":"Allow","NotAction":"ecr:Get*","NotResource":"arn:aws:ecr:*:*:repository/b*"}`
		byRole  = `"AWS":"arn:aws:iam::111111111111:role/reader"`
		session = `"AWS":"arn:aws:sts::111111111111:assumed-role/reader/job"`
		account = `"AWS":"111111111111"`

		notByIdentity = "because no identity-based policy allows"
		notBySession  = "because no session policy allows"
		notByResource = "because no resource-based policy allows"
	)
	to := func(effect, principal string) string {
		return `{"Effect":"` + effect + `","Action":"ecr:*","Principal":{` + principal + `}}`
	}
	for name, c := range map[string]struct {
		owner    string // of the repository
		identity []string
		session  []string // nil is no session policy
		resource string
		want     string // "" is allowed
	}{
		"nothing":                           {ours, nil, nil, "", notByIdentity},
		"identity":                          {ours, []string{allow}, nil, "", ""},
		"one of two":                        {ours, []string{other, allow}, nil, "", ""},
		"another resource":                  {ours, []string{other}, nil, "", notByIdentity},
		"NotAction and NotResource":         {ours, []string{but}, nil, "", ""},
		"explicit deny":                     {ours, []string{allow, deny}, nil, "", "with an explicit deny in an identity-based policy"},
		"session":                           {ours, []string{allow}, []string{allow}, "", ""},
		"session narrows":                   {ours, []string{allow}, []string{other}, "", notBySession},
		"session gives nothing":             {ours, []string{other}, []string{allow}, "", notByIdentity},
		"session denies":                    {ours, []string{allow}, []string{allow, deny}, "", "with an explicit deny in a session policy"},
		"resource alone, by role":           {ours, nil, nil, to("Allow", byRole), ""},
		"resource alone, by account":        {ours, nil, nil, to("Allow", account), notByIdentity},
		"resource, by everybody":            {ours, nil, nil, to("Allow", `"AWS":"*"`), ""},
		"by role, session narrows":          {ours, nil, []string{other}, to("Allow", byRole), notBySession},
		"by session, nothing narrows":       {ours, nil, []string{other}, to("Allow", session), ""},
		"by session, session denies":        {ours, nil, []string{deny}, to("Allow", session), "with an explicit deny in a session policy"},
		"resource denies":                   {ours, []string{allow}, nil, to("Deny", account), "with an explicit deny in a resource-based policy"},
		"resource denies somebody else":     {ours, []string{allow}, nil, to("Deny", `"AWS":"222222222222"`), ""},
		"another account's, identity alone": {"222222222222", []string{allow}, nil, "", notByResource},
		"another account's, resource alone": {"222222222222", nil, nil, to("Allow", byRole), notByIdentity},
		"another account's, by session":     {"222222222222", nil, nil, to("Allow", session), notByIdentity},
		"another account's, both":           {"222222222222", []string{allow}, nil, to("Allow", account), ""},
		"another account's, session":        {"222222222222", []string{allow}, []string{other}, to("Allow", account), notBySession},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			who := (role{arn: "arn:aws:iam::" + ours + ":role/reader", account: ours, partition: "aws", name: "reader"}).session("job")
			who.policies = policies(t, identityPolicy, c.identity...)
			if c.session != nil {
				who.sessions = []policySet{policies(t, identityPolicy, c.session...)}
			}
			g := &guard{account: c.owner}
			if c.resource != "" {
				g.policy = policies(t, repositoryPolicy, c.resource)[0]
			}
			call := &call{http: &http.Request{}}
			got := call.authorize(who, ask{"ecr:PutImage", strings.Replace(appARN, ours, c.owner, 1), call.context(who)}, g)
			want := "User: arn:aws:sts::111111111111:assumed-role/reader/job is not authorized to perform: ecr:PutImage on resource: "
			if c.want == "" && got != "" || c.want != "" && (!strings.HasPrefix(got, want) || !strings.Contains(got, c.want)) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
