package simulator_test

import (
	"strings"
	"testing"
)

func TestGitHubsSubjectsSayWhereAJobRuns(t *testing.T) {
	t.Parallel()
	for settings, want := range map[string]map[string]any{
		"environment: live":                     {"sub": "repo:octo-org/octo-repo:environment:live", "environment": "live", "event_name": "push"},
		"event: pull_request":                   {"sub": "repo:octo-org/octo-repo:pull_request", "event_name": "pull_request"},
		"event: pull_request, environment: dev": {"sub": "repo:octo-org/octo-repo:environment:dev", "event_name": "pull_request"},
		"ref: refs/tags/v1, event: release":     {"sub": "repo:octo-org/octo-repo:ref:refs/tags/v1", "event_name": "release"},
		"owner-id: 123456, repository-id: 789":  {"sub": "repo:octo-org/octo-repo:ref:refs/heads/main", "repository_id": "789"},
		"immutable: true, owner-id: 123456, repository-id: 456789": {
			"sub":        "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main",
			"repository": "octo-org/octo-repo", "repository_owner": "octo-org", "repository_owner_id": "123456",
		},
		"immutable: true, owner-id: 12, repository-id: 34, environment: live": {"sub": "repo:octo-org@12/octo-repo@34:environment:live"},
	} {
		t.Run(settings, func(t *testing.T) {
			t.Parallel()
			w := configured(t, "github: {"+settings+"}")
			_, bearer, _ := strings.Cut(w.OIDCEnv()[1], "=")
			_, token := w.idToken("sts.amazonaws.com", bearer)
			got := claims(t, token)
			for name, value := range want {
				if got[name] != value {
					t.Errorf("%s: got %v, want %v", name, got[name], value)
				}
			}
		})
	}
}
