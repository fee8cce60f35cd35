package simulator_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

const guarded = `
accounts:
  "111111111111":
    users:
      ci: {mfa: {serial: "arn:aws:iam::111111111111:mfa/ci", code: "271828"}}
      twin: {mfa: {serial: GAHT12345678, code: "314159"}}
    roles:
      reader: {trust: [{principal: "111111111111"}]}
      admin: {trust: [{principal: "111111111111", mfa: true}]}
`

const (
	adminRole  = "arn:aws:iam::111111111111:role/admin"
	device     = "arn:aws:iam::111111111111:mfa/ci"
	deviceCode = "271828"
	unproven   = "MultiFactorAuthentication failed, unable to validate MFA code.  " +
		"Please verify your MFA serial number is valid and associated with this user."
)

// prove assumes a role with MFA; what is empty is left out.
func (w world) prove(who aws.CredentialsProvider, role, serial, code string) (*sts.AssumeRoleOutput, error) {
	input := &sts.AssumeRoleInput{RoleArn: &role, RoleSessionName: aws.String("build-42")}
	if serial != "" {
		input.SerialNumber = &serial
	}
	if code != "" {
		input.TokenCode = &code
	}
	return w.sts(who).AssumeRole(w.t.Context(), input)
}

func (w world) session(user, serial, code string) (aws.CredentialsProvider, error) {
	input := &sts.GetSessionTokenInput{}
	if serial != "" {
		input.SerialNumber = &serial
	}
	if code != "" {
		input.TokenCode = &code
	}
	out, err := w.sts(w.user(user)).GetSessionToken(w.t.Context(), input)
	if err != nil {
		return nil, err
	}
	return static(out.Credentials), nil
}

func TestTrustThatDemandsMFA(t *testing.T) {
	t.Parallel()
	w := configured(t, guarded)
	refused := func(who aws.CredentialsProvider, caller string) {
		t.Helper()
		_, err := w.prove(who, adminRole, "", "")
		wantCode(t, err, "AccessDenied", "User: "+caller+" is not authorized to perform: sts:AssumeRole on resource: "+adminRole)
	}
	const ci = "arn:aws:iam::111111111111:user/ci"
	refused(w.user("ci"), ci)
	plain, err := w.session("ci", "", "")
	if err != nil {
		t.Fatal(err)
	}
	refused(plain, ci)
	proven, err := w.session("ci", device, deviceCode)
	if err != nil {
		t.Fatal(err)
	}
	out, err := w.prove(proven, adminRole, "", "")
	if err != nil {
		t.Fatal("a session with MFA:", err)
	}
	// AssumeRole does not hand MFA on to the role's session.
	refused(static(out.Credentials), "arn:aws:sts::111111111111:assumed-role/admin/build-42")
	if _, err := w.prove(w.user("twin"), adminRole, "GAHT12345678", "314159"); err != nil {
		t.Error("a request with MFA:", err)
	}
}

func TestMFAThatIsNotTheCallers(t *testing.T) {
	t.Parallel()
	w := configured(t, guarded)
	session, err := w.session("ci", "", "")
	if err != nil {
		t.Fatal(err)
	}
	const half = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."
	for name, c := range map[string]struct {
		who                   aws.CredentialsProvider
		serial, code, message string
	}{
		"wrong code":            {w.user("ci"), device, "271829", unproven},
		"wrong serial":          {w.user("ci"), device + "-2", deviceCode, unproven},
		"another user's device": {w.user("twin"), device, deviceCode, unproven},
		"no code":               {w.user("ci"), device, "", half},
		"no serial":             {w.user("ci"), "", deviceCode, half},
		"a user's session":      {session, device, deviceCode, unproven},
		"a role's session":      {w.assume(w.user("ci"), readerRole, ""), device, deviceCode, unproven},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.prove(c.who, readerRole, c.serial, c.code)
			wantCode(t, err, "AccessDenied", c.message)
		})
	}
	for serial, message := range map[string]string{device + "-2": unproven, "": half} {
		_, err := w.session("ci", serial, deviceCode)
		wantCode(t, err, "AccessDenied", message)
	}
}

func TestMFACodesAreGoodOnce(t *testing.T) {
	t.Parallel()
	w := configured(t, guarded)
	// A code for the wrong device is not used up by it.
	_, err := w.prove(w.user("ci"), adminRole, device+"-2", deviceCode)
	wantCode(t, err, "AccessDenied", unproven)
	if _, err := w.prove(w.user("ci"), adminRole, device, deviceCode); err != nil {
		t.Fatal(err)
	}
	_, err = w.prove(w.user("ci"), adminRole, device, deviceCode)
	wantCode(t, err, "AccessDenied", unproven)
	_, err = w.session("ci", device, deviceCode)
	wantCode(t, err, "AccessDenied", unproven)
	w.Advance(30 * time.Second)
	if _, err := w.session("ci", device, deviceCode); err != nil {
		t.Error("after 30 seconds:", err)
	}
}

func TestMFACodesDoNotAppearInTheRecord(t *testing.T) {
	t.Parallel()
	w := configured(t, guarded)
	if _, err := w.prove(w.user("ci"), adminRole, device, deviceCode); err != nil {
		t.Fatal(err)
	}
	request := w.Requests()[0]
	request.Time = time.Time{} // whose digits could be the code's by chance
	record, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(record) + w.Summary(); strings.Contains(text, deviceCode) || !strings.Contains(text, device) {
		t.Errorf("want the serial without the code, got %s", text)
	}
}
