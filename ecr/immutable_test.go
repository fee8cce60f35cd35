package ecr_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/simulator"
)

const mutabilities = `
accounts:
  "111111111111":
    users:
      ci: {}
      pusher: {allow: ["ecr:PutImage"]}
    repositories:
      eu-west-1:
        mutable: {}
        frozen: {tag-mutability: IMMUTABLE}
        thawing: {tag-mutability: IMMUTABLE_WITH_EXCLUSION, tag-exclusions: ["dev-*", "latest"]}
        freezing: {tag-mutability: MUTABLE_WITH_EXCLUSION, tag-exclusions: ["1.*"]}
`

// TestImmutableTellsWhichTagsMove, with the wildcards that turn a repository's
// setting.
func TestImmutableTellsWhichTagsMove(t *testing.T) {
	t.Parallel()
	config, err := simulator.ParseConfig([]byte(mutabilities))
	if err != nil {
		t.Fatal(err)
	}
	s, ci := start(t, simulator.Options{Config: config})
	pusher := ci.Copy()
	id, secret := s.StaticKeys("pusher")
	pusher.Credentials = credentials.NewStaticCredentialsProvider(id, secret, "")
	registry := ecr.Registry{Account: "111111111111", Region: "eu-west-1"}
	for repository, want := range map[string][]string{
		"mutable": nil, "frozen": {"1.0", "dev-1", "latest"}, "thawing": {"1.0"}, "freezing": {"1.0"},
	} {
		got, err := ecr.Immutable(t.Context(), ci, registry, repository, []string{"1.0", "dev-1", "latest"})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %s, %v", repository, diff, err)
		}
	}
	if _, err := ecr.Immutable(t.Context(), pusher, registry, "frozen", []string{"1"}); err == nil {
		t.Error("who may not ask got an answer")
	}
}
