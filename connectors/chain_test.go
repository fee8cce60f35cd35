package connectors_test

import (
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/simulator"
)

func TestAChainAcrossAccounts(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	session, log := job{
		aws: s, session: "awsvars-octo/repo-42",
		settings: settings{"source": "instance", "role-arn": deployer + "\n" + pusher, "external-id": "secret-handshake,second-handshake"},
	}.mustOpen(t)
	want := fromMetadata + "\nsts AssumeRole by agent\nsts AssumeRole by deployer"
	if got := asked(s); got != want {
		t.Errorf("AWS was asked:\n%s\nwant:\n%s", got, want)
	}
	identity, err := session.Identity(t.Context())
	if err != nil || identity.ARN != "arn:aws:sts::333333333333:assumed-role/pusher/awsvars-octo-repo-42" || session.KnownAccount() != "333333333333" {
		t.Errorf("the session is %+v, %v", identity, err)
	}
	if asked(s) != want {
		t.Error("AWS was asked who the caller is, although AssumeRole told it")
	}
	for _, part := range []string{"msg=source", "instance role agent", `msg="hop 1/2"`, deployer + " until ", `msg="hop 2/2"`, pusher + " until "} {
		if !strings.Contains(log, part) {
			t.Errorf("the log does not say %q:\n%s", part, log)
		}
	}
	if left := time.Until(session.Expires); left < 50*time.Minute || left > 61*time.Minute {
		t.Errorf("the session lasts %s, want an hour", left)
	}
	if len(session.Facts) != 3 {
		t.Errorf("%d facts, want the source and two hops", len(session.Facts))
	}
}

func TestTheDurationIsTheLastRolesOwn(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	session, _ := job{aws: s, settings: settings{"source": "instance", "role-arn": deployer, "external-id": "secret-handshake", "duration": "12h"}}.mustOpen(t)
	if left := time.Until(session.Expires); left < 11*time.Hour {
		t.Errorf("the session lasts %s, want 12 hours", left)
	}
	session, _ = job{aws: s, settings: settings{"source": "instance", "role-arn": deployer + "," + pusher, "external-id": "secret-handshake,second-handshake", "duration": "900"}}.mustOpen(t)
	if left := time.Until(session.Expires); left > 16*time.Minute {
		t.Errorf("the session lasts %s, want 15 minutes", left)
	}
}

func TestAHopThatIsRefused(t *testing.T) {
	t.Parallel()
	const denied = "access denied: User: " + agentARN + " is not authorized to perform: sts:AssumeRole on resource: "
	const session = "arn:aws:sts::222222222222:assumed-role/deployer/awsvars"
	for _, c := range []struct {
		name     string
		replace  []string
		settings settings
		want     string
		asked    string
	}{
		{
			"no external ID", nil,
			settings{"role-arn": deployer},
			`assuming role 1 of 1, ` + deployer + `, as ` + agentARN + `: ` + denied + deployer + `
hint: the role's trust policy must allow arn:aws:iam::111111111111:role/agent to do sts:AssumeRole, and so must a policy of the caller itself; if it requires an external ID, give one for hop 1: --external-id ID-OF-HOP-1
what the trust policy needs: awsvars policy trust --principal arn:aws:iam::111111111111:role/agent`,
			"sts AssumeRole by agent: AccessDenied\nsts GetCallerIdentity by agent",
		},
		{
			"a wrong external ID", nil,
			settings{"role-arn": deployer, "external-id": "Secret-Handshake"},
			`assuming role 1 of 1, ` + deployer + `, as ` + agentARN + `: ` + denied + deployer + `
hint: the role's trust policy must allow arn:aws:iam::111111111111:role/agent to do sts:AssumeRole, and so must a policy of the caller itself; the external ID must be the one that the trust policy names, in the same letter case
what the trust policy needs: awsvars policy trust --principal arn:aws:iam::111111111111:role/agent --external-id ID-OF-HOP-1`,
			"sts AssumeRole by agent: AccessDenied\nsts GetCallerIdentity by agent",
		},
		{
			"the second hop lacks one", nil,
			settings{"role-arn": deployer + "," + pusher, "external-id": "secret-handshake,-"},
			`assuming role 2 of 2, ` + pusher + `, as ` + session + `: access denied: User: ` + session + ` is not authorized to perform: sts:AssumeRole on resource: ` + pusher + `
hint: the role's trust policy must allow arn:aws:iam::222222222222:role/deployer to do sts:AssumeRole, and so must a policy of the caller itself; if it requires an external ID, give one for hop 2: --external-id ID-OF-HOP-1,ID-OF-HOP-2
what the trust policy needs: awsvars policy trust --principal arn:aws:iam::222222222222:role/deployer`,
			"sts AssumeRole by agent\nsts AssumeRole by deployer: AccessDenied",
		},
		{
			"a role that trusts somebody else", nil,
			settings{"role-arn": pusher, "external-id": "second-handshake"},
			`assuming role 1 of 1, ` + pusher + `, as ` + agentARN + `: ` + denied + pusher + `
hint: the role's trust policy must allow arn:aws:iam::111111111111:role/agent to do sts:AssumeRole, and so must a policy of the caller itself; the external ID must be the one that the trust policy names, in the same letter case
what the trust policy needs: awsvars policy trust --principal arn:aws:iam::111111111111:role/agent --external-id ID-OF-HOP-1`,
			"sts AssumeRole by agent: AccessDenied\nsts GetCallerIdentity by agent",
		},
		{
			"a role that does not exist", nil,
			settings{"role-arn": "arn:aws:iam::111111111111:role/nobody"},
			`assuming role 1 of 1, arn:aws:iam::111111111111:role/nobody, as ` + agentARN + `: ` + denied + `arn:aws:iam::111111111111:role/nobody
hint: the role's trust policy must allow arn:aws:iam::111111111111:role/agent to do sts:AssumeRole; if it requires an external ID, give one for hop 1: --external-id ID-OF-HOP-1
what the trust policy needs: awsvars policy trust --principal arn:aws:iam::111111111111:role/agent`,
			"sts AssumeRole by agent: AccessDenied\nsts GetCallerIdentity by agent",
		},
		{
			"longer than the role allows", nil,
			settings{"role-arn": reader, "duration": "2h"},
			`assuming role 1 of 1, ` + reader + `, as ` + agentARN + `: ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.
hint: give --duration 1h, or raise the role's MaxSessionDuration; AWS allows 1h at most when the caller is itself a session of a role. Asked for: 7200 seconds`,
			"sts AssumeRole by agent: ValidationError\nsts GetCallerIdentity by agent",
		},
		{
			"an instance role that counts as a chain",
			[]string{"instance-role-chained: false", "instance-role-chained: true"},
			settings{"role-arn": deployer, "external-id": "secret-handshake", "duration": "12h"},
			`assuming role 1 of 1, ` + deployer + `, as ` + agentARN + `: ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.
hint: give --duration 1h, or raise the role's MaxSessionDuration; AWS allows 1h at most when the caller is itself a session of a role. Asked for: 43200 seconds`,
			"sts AssumeRole by agent: ValidationError\nsts GetCallerIdentity by agent",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := world(t, c.replace...)
			c.settings["source"] = "instance"
			_, _, err := job{aws: s, settings: c.settings, retries: 5}.open(t)
			compare(t, c.name, c.want, message(s, err))
			compare(t, c.name+", what was asked", fromMetadata+"\n"+c.asked, asked(s))
		})
	}
}

func TestSettingsThatContradictEachOther(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		settings settings
		want     string
	}{
		{settings{"role-arn": deployer + "," + pusher, "external-id": "one-for-two"}, "external-id: 1 given for 2 roles; give one for each, - for none"},
		{settings{"external-id": "one-for-none"}, "external-id: 1 given for 0 roles; give one for each, - for none"},
		{settings{"role-arn": deployer, "duration": "13h"}, `duration "13h": 15m to 12h for an assumed role, and 1h at most for a role behind another one`},
		{settings{"role-arn": deployer, "duration": "60"}, `duration "60": 15m to 12h for an assumed role, and 1h at most for a role behind another one`},
		{settings{"role-arn": deployer + "," + pusher, "duration": "2h"}, `duration "2h": 15m to 12h for an assumed role, and 1h at most for hop 2 of a chain: AWS limits role chaining to 1h; write 1h, or assume the last role directly`},
		{settings{"duration": "1h"}, `duration "1h": there is no role-arn: credentials that are handed on as they are last as long as their source says; leave the duration out, or give a role`},
		{settings{"source": "instance", "access-key-id": "AKIAIOSFODNN7EXAMPLE", "secret-access-key": "x"}, "access-key-id: keys are given, and the source is instance, which would ignore them; leave out one of both"},
		{settings{"source": "instance", "profile": "p"}, `profile "p": the source is instance, which would ignore it; leave out one of both`},
		{settings{"access-key-id": "AKIAIOSFODNN7EXAMPLE"}, "secret-access-key: missing: static keys need access-key-id and secret-access-key"},
		{settings{"secret-access-key": "x"}, "access-key-id: missing: static keys need access-key-id and secret-access-key"},
		{settings{"source": "metadata"}, `source "metadata": choose one of auto, environment, static, profile, instance, container, web-identity`},
		{settings{"region": "us-east-1.evil.example.com"}, `region "us-east-1.evil.example.com": write a region code, as in eu-west-1`},
		{settings{"role-arn": "arn:aws:sts::222222222222:assumed-role/deployer/x"}, `role-arn "arn:aws:sts::222222222222:assumed-role/deployer/x": this is a session of a role; write the role itself: arn:aws:iam::ACCOUNT:role/NAME`},
		{settings{"role-arn": "222222222222:deployer"}, `role-arn "222222222222:deployer": write the whole ARN, arn:aws:iam::ACCOUNT:role/NAME, with an account of 12 digits`},
		{settings{"role-arn": "arn:aws:iam::222222222222:user/ci"}, `role-arn "arn:aws:iam::222222222222:user/ci": this is not the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME`},
		{settings{"role-arn": deployer, "external-id": "a b"}, `external-id "a b": an external ID has 2 to 1224 letters, digits and _+=,.@:/-; - stands for none`},
		{settings{"role-arn": deployer, "role-session-name": "a/b"}, `role-session-name "a/b": a session name has 2 to 64 letters, digits and _+=,.@-`},
	} {
		s := start(t, simulator.Options{})
		_, _, err := job{aws: s, settings: c.settings}.open(t)
		compare(t, c.want, "1 setting is wrong\n  "+c.want, message(s, err))
		if got := asked(s); got != "" {
			t.Errorf("AWS was asked all the same:\n%s", got)
		}
	}
}

func TestSessionNamesAreMadeValid(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                            "awsvars",
		"x":                           "awsvars",
		"/":                           "awsvars",
		"octo org/repo  #7":           "octo-org-repo-7",
		"a_b+c=d,e.f@g-h":             "a_b+c=d,e.f@g-h",
		"größe":                       "gr-e",
		strings.Repeat("a", 70) + "z": strings.Repeat("a", 63) + "z",
	} {
		if text == "größe" {
			want = "gr-e"
		}
		if got := connectors.ValidSessionName(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

func FuzzValidSessionName(f *testing.F) {
	f.Add("octo-org/octo-repo 12")
	f.Fuzz(func(t *testing.T, text string) {
		got := connectors.ValidSessionName(text)
		if len(got) < 2 || len(got) > 64 || strings.Trim(got, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+=,.@-") != "" {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}
