package simulator_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"
	"github.com/google/go-cmp/cmp"
)

const handedOn = `
accounts:
  "111111111111":
    users: {ci: {}}
    roles:
      reader: {trust: [{principal: "*"}]}
      admin: {trust: [{principal: "*"}]}
      plain:
        trust: [{principal: "*", without: ["sts:TagSession", "sts:SetSourceIdentity"]}]
      split:
        trust:
          - {principal: "*", without: ["sts:TagSession"]}
          - {principal: "111111111111", without: ["sts:SetSourceIdentity"]}
`

const (
	plainRole = "arn:aws:iam::111111111111:role/plain"
	splitRole = "arn:aws:iam::111111111111:role/split"
)

// hop is what a request says about the session beside its role.
type hop struct {
	tags       map[string]string
	transitive []string
	source     string
}

func (w world) hop(who aws.CredentialsProvider, role string, h hop) (aws.CredentialsProvider, error) {
	input := &sts.AssumeRoleInput{
		RoleArn: &role, RoleSessionName: aws.String("build-42"), TransitiveTagKeys: h.transitive,
	}
	for key, value := range h.tags {
		input.Tags = append(input.Tags, types.Tag{Key: &key, Value: &value})
	}
	if h.source != "" {
		input.SourceIdentity = &h.source
	}
	out, err := w.sts(who).AssumeRole(w.t.Context(), input)
	if err != nil {
		return nil, err
	}
	return static(out.Credentials), nil
}

// mustHop fails the test if the role is refused.
func (w world) mustHop(who aws.CredentialsProvider, role string, h hop) aws.CredentialsProvider {
	w.t.Helper()
	session, err := w.hop(who, role, h)
	if err != nil {
		w.t.Fatal(err)
	}
	return session
}

func TestTransitiveTagsAreHandedOn(t *testing.T) {
	t.Parallel()
	w := configured(t, handedOn)
	first := w.mustHop(w.user("ci"), readerRole, hop{
		tags: map[string]string{"repository": "octo", "run": "42"}, transitive: []string{"repository"},
	})
	second := w.mustHop(first, adminRole, hop{tags: map[string]string{"stage": "live"}, transitive: []string{"Repository", "stage"}})
	third := w.mustHop(second, readerRole, hop{})
	var got []map[string]string
	for _, who := range []aws.CredentialsProvider{first, second, third} {
		if fromSTS, _ := w.both(who); fromSTS != nil {
			t.Fatal(fromSTS)
		}
	}
	for _, request := range w.Requests() {
		if request.Action == "GetAuthorizationToken" {
			got = append(got, request.CallerTags)
		}
	}
	want := []map[string]string{
		{"repository": "octo", "run": "42"},
		{"repository": "octo", "stage": "live"},
		{"repository": "octo", "stage": "live"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	last := w.Requests()[len(w.Requests())-1]
	if diff := cmp.Diff([]string{"stage", "repository"}, last.CallerTransitiveTags); diff != "" {
		t.Error(diff)
	}
}

func TestTransitiveTagsThatAWSDoesNotTake(t *testing.T) {
	t.Parallel()
	w := configured(t, handedOn)
	session := w.mustHop(w.user("ci"), readerRole, hop{
		tags: map[string]string{"repository": "octo", "run": "42"}, transitive: []string{"repository"},
	})
	const conflict = "One of the specified transitive tag keys can't be set because it conflicts with " +
		"a transitive tag key from the calling session."
	const missing = "The specified transitive tag key must be included in the requested tags."
	for name, c := range map[string]struct {
		hop     hop
		message string
	}{
		"an inherited key again":       {hop{tags: map[string]string{"Repository": "fork"}}, conflict},
		"a key that is not passed":     {hop{transitive: []string{"team"}}, missing},
		"a key that was not handed on": {hop{transitive: []string{"run"}}, missing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.hop(session, adminRole, c.hop)
			wantCode(t, err, "InvalidParameterValue", c.message)
		})
	}
	// What is not transitive may be passed again.
	w.mustHop(session, adminRole, hop{tags: map[string]string{"run": "43"}})
}

func TestTrustWithoutTagSession(t *testing.T) {
	t.Parallel()
	w := configured(t, handedOn)
	refused := func(who aws.CredentialsProvider, caller, role, action string, h hop) {
		t.Helper()
		_, err := w.hop(who, role, h)
		wantCode(t, err, "AccessDenied", "User: "+caller+" is not authorized to perform: "+action+" on resource: "+role)
	}
	const ci = "arn:aws:iam::111111111111:user/ci"
	const reader = "arn:aws:sts::111111111111:assumed-role/reader/build-42"
	team := map[string]string{"team": "build"}
	w.mustHop(w.user("ci"), plainRole, hop{})
	refused(w.user("ci"), ci, plainRole, "sts:TagSession", hop{tags: team})
	refused(w.user("ci"), ci, plainRole, "sts:SetSourceIdentity", hop{source: "octocat"})
	// What a session inherits needs the permission too.
	tagged := w.mustHop(w.user("ci"), readerRole, hop{tags: team, transitive: []string{"team"}})
	refused(tagged, reader, plainRole, "sts:TagSession", hop{})
	sourced := w.mustHop(w.user("ci"), readerRole, hop{source: "octocat"})
	refused(sourced, reader, plainRole, "sts:SetSourceIdentity", hop{})
	// Tags that are not handed on need none.
	w.mustHop(w.mustHop(w.user("ci"), readerRole, hop{tags: team}), plainRole, hop{})
	// Each statement may allow what the other does not.
	w.mustHop(w.user("ci"), splitRole, hop{tags: team, source: "octocat"})
}

func TestSourceIdentitiesStay(t *testing.T) {
	t.Parallel()
	w := configured(t, handedOn)
	first := w.mustHop(w.user("ci"), readerRole, hop{source: "octocat"})
	second := w.mustHop(first, adminRole, hop{})
	_, err := w.hop(second, readerRole, hop{source: "hubot"})
	wantCode(t, err, "ValidationError", "The source identity is already set for this assume role session")
	w.mustHop(second, readerRole, hop{source: "octocat"})
	for i, want := range []string{"", "octocat", "octocat", "octocat"} {
		if got := w.Requests()[i].CallerSourceIdentity; got != want {
			t.Errorf("request %d: got %q, want %q", i, got, want)
		}
	}
}

func TestTagsOfFederatedUsersStandInTheRecord(t *testing.T) {
	t.Parallel()
	w := configured(t, handedOn)
	out, err := w.sts(w.user("ci")).GetFederationToken(t.Context(), &sts.GetFederationTokenInput{
		Name: aws.String("job-1"), Tags: []types.Tag{{Key: aws.String("team"), Value: aws.String("build")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if fromSTS, _ := w.both(static(out.Credentials)); fromSTS != nil {
		t.Fatal(fromSTS)
	}
	if diff := cmp.Diff(map[string]string{"team": "build"}, w.Requests()[1].CallerTags); diff != "" {
		t.Error(diff)
	}
}
