package simulator_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const owned = `
accounts:
  "111111111111":
    users: {owner: {root: true}}
    roles: {reader: {trust: [{principal: "*"}]}}
`

func TestRootUsersAreTheirAccount(t *testing.T) {
	t.Parallel()
	w := configured(t, owned)
	got, err := w.sts(w.user("owner")).GetCallerIdentity(t.Context(), &sts.GetCallerIdentityInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *got.Arn != "arn:aws:iam::111111111111:root" || *got.UserId != "111111111111" || *got.Account != "111111111111" {
		t.Errorf("got %s, %s, %s", *got.Arn, *got.UserId, *got.Account)
	}
}

func TestRootUsersAssumeNoRoles(t *testing.T) {
	t.Parallel()
	w := configured(t, owned)
	session, err := w.session("owner", "", "")
	if err != nil {
		t.Fatal(err)
	}
	for name, who := range map[string]aws.CredentialsProvider{"keys": w.user("owner"), "session": session} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.prove(who, readerRole, "", "")
			wantCode(t, err, "AccessDenied", "Roles may not be assumed by root accounts.")
		})
	}
}

func TestRootUsersSessionsEndAfterAnHour(t *testing.T) {
	t.Parallel()
	at := time.Now()
	w := configured(t, owned)
	for seconds, want := range map[int32]time.Duration{0: time.Hour, 900: 15 * time.Minute, 129600: time.Hour} {
		session, federation := &sts.GetSessionTokenInput{}, &sts.GetFederationTokenInput{Name: aws.String("job-1")}
		if seconds != 0 {
			session.DurationSeconds, federation.DurationSeconds = &seconds, &seconds
		}
		fromSession, err := w.sts(w.user("owner")).GetSessionToken(t.Context(), session)
		if err != nil {
			t.Fatal(err)
		}
		fromFederation, err := w.sts(w.user("owner")).GetFederationToken(t.Context(), federation)
		if err != nil {
			t.Fatal(err)
		}
		for _, end := range []*time.Time{fromSession.Credentials.Expiration, fromFederation.Credentials.Expiration} {
			if got := end.Sub(at).Round(time.Minute); got != want {
				t.Errorf("%d seconds: got %s, want %s", seconds, got, want)
			}
		}
	}
	_, err := w.sts(w.user("owner")).GetSessionToken(t.Context(), &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(899)})
	wantCode(t, err, "ValidationError", "")
}
