package simulator_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/awsvars/awsvars/simulator"
)

func TestTrustPoliciesDecide(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	const agent = "User: arn:aws:sts::111111111111:assumed-role/agent/i-0a1b2c3d4e5f67890"
	const ci = "User: arn:aws:iam::111111111111:user/ci"
	for name, c := range map[string]struct {
		who        aws.CredentialsProvider
		role       string
		externalID string
		whose      string
	}{
		"no external ID":    {w.instance(), deployerRole, "", agent},
		"wrong external ID": {w.instance(), deployerRole, "open-sesame", agent},
		"wrong caller":      {w.user("ci"), deployerRole, "secret-handshake", ci},
		"no such role":      {w.user("ci"), "arn:aws:iam::222222222222:role/deploy", "", ci},
		"no such account":   {w.user("ci"), "arn:aws:iam::999999999999:role/deployer", "", ci},
		"a service's role":  {w.user("ci"), agentRole, "", ci},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			input := &sts.AssumeRoleInput{RoleArn: &c.role, RoleSessionName: aws.String("build-42")}
			if c.externalID != "" {
				input.ExternalId = &c.externalID
			}
			_, err := w.sts(c.who).AssumeRole(context.Background(), input)
			wantCode(t, err, "AccessDenied", c.whose+" is not authorized to perform: sts:AssumeRole on resource: "+c.role)
		})
	}
}

func TestDurationsAreNotShortened(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	assume := func(who aws.CredentialsProvider, role, externalID string, seconds int32) error {
		input := &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("build-42"), DurationSeconds: &seconds}
		if externalID != "" {
			input.ExternalId = &externalID
		}
		_, err := w.sts(who).AssumeRole(context.Background(), input)
		return err
	}
	if err := assume(w.instance(), deployerRole, "secret-handshake", 43200); err != nil {
		t.Errorf("12 hours from an instance role: %v", err)
	}
	wantCode(t, assume(w.user("ci"), readerRole, "", 3601), "ValidationError",
		"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	deployer := w.assume(w.instance(), deployerRole, "secret-handshake")
	if err := assume(deployer, pusherRole, "second-handshake", 3600); err != nil {
		t.Errorf("1 hour in a chain: %v", err)
	}
	const chained = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
	wantCode(t, assume(deployer, pusherRole, "second-handshake", 3601), "ValidationError", chained)
	text := strings.Replace(simulator.BuiltIn(), "instance-role-chained: false", "instance-role-chained: true", 1)
	w = configured(t, text)
	wantCode(t, assume(w.instance(), deployerRole, "secret-handshake", 3601), "ValidationError", chained)
}

func TestParametersKeepToTheirLimits(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	long := func(n int) *string { return aws.String(strings.Repeat("a", n)) }
	var tags []types.Tag
	for i := range 51 {
		tags = append(tags, types.Tag{Key: aws.String(fmt.Sprint("key", i)), Value: aws.String("v")})
	}
	for want, input := range map[string]sts.AssumeRoleInput{
		"Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2":             {RoleSessionName: long(1)},
		"Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*": {RoleSessionName: aws.String("a b")},
		"at 'roleSessionName' failed to satisfy constraint: Member must have length less than or equal to 64":                         {RoleSessionName: long(65)},
		"Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900":          {DurationSeconds: aws.Int32(899)},
		"Value '43201' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 43200":         {DurationSeconds: aws.Int32(43201)},
		"at 'externalId' failed to satisfy constraint: Member must have length less than or equal to 1224":                            {ExternalId: long(1225)},
		"Member must satisfy regular expression pattern: [\\w+=,.@:\\/-]*":                                                            {ExternalId: aws.String("a b")},
		"at 'policy' failed to satisfy constraint: Member must have length less than or equal to 2048":                                {Policy: long(2049)},
		"Member must satisfy regular expression pattern: [\\u0009\\u000A\\u000D\\u0020-\\u00FF]+":                                     {Policy: aws.String("→")},
		"at 'sourceIdentity' failed to satisfy constraint: Member must have length less than or equal to 64":                          {SourceIdentity: long(65)},
		"at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20":                              {RoleArn: aws.String("arn:aws:iam::1")},
		"arn:aws:iam::222222222222:user/deployer is invalid":                                                                          {RoleArn: aws.String("arn:aws:iam::222222222222:user/deployer")},
		"at 'policyArns' failed to satisfy constraint: Member must have length less than or equal to 10":                              {PolicyArns: make([]types.PolicyDescriptorType, 11)},
		"at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50":                                    {Tags: tags},
		"at 'transitiveTagKeys' failed to satisfy constraint: Member must have length less than or equal to 50":                       {TransitiveTagKeys: make([]string, 51)},
		"Value 'a|b' at 'transitiveTagKeys.1.member' failed to satisfy constraint: Member must satisfy regular expression pattern:":   {TransitiveTagKeys: []string{"a|b"}},
		"at 'tags.1.member.key' failed to satisfy constraint: Member must have length between 1 and 128":                              {Tags: []types.Tag{{Key: long(129), Value: long(1)}}},
	} {
		if input.RoleArn == nil {
			input.RoleArn = aws.String(readerRole)
		}
		if input.RoleSessionName == nil {
			input.RoleSessionName = aws.String("build-42")
		}
		for i := range input.PolicyArns {
			input.PolicyArns[i].Arn = aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")
		}
		_, err := w.sts(w.user("ci")).AssumeRole(context.Background(), &input)
		wantCode(t, err, "ValidationError", "")
		if err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
	}
}

func TestAllViolationsAreToldAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	_, err := w.sts(w.user("ci")).AssumeRole(context.Background(), &sts.AssumeRoleInput{
		RoleArn: aws.String(readerRole), RoleSessionName: aws.String("a"), DurationSeconds: aws.Int32(1),
	})
	wantCode(t, err, "ValidationError", "2 validation errors detected: "+
		"Value 'a' at 'roleSessionName' failed to satisfy constraint: Member must have length greater than or equal to 2; "+
		"Value '1' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900")
}
