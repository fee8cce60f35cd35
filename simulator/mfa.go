package simulator

import (
	"crypto/subtle"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"time"
)

// MFA is a user's device for multi-factor authentication. Where a real one
// makes a new code every 30 seconds, this one makes the same again.
type MFA struct {
	// Serial is a virtual device's ARN, or a hardware device's number.
	Serial string `yaml:"serial"`
	// Code is six digits. They appear in any text by chance, and are good
	// once, so that they are not among Secrets.
	Code string `yaml:"code"`
}

// codePeriod is a TOTP's time step (RFC 6238, section 5.2), in which its code
// is good once.
const codePeriod = 30 * time.Second

var (
	deviceSerial = regexp.MustCompile(`^(arn:[\w-]+:iam::[0-9]{12}:mfa/[\w+=/,.@-]+|[A-Z0-9]{9,256})$`)
	deviceCode   = regexp.MustCompile(`^[0-9]{6}$`)
)

func (m MFA) check(where, account string, faults *ConfigError) {
	foreign := strings.HasPrefix(m.Serial, "arn:") && !strings.Contains(m.Serial, "::"+account+":mfa/")
	if foreign || !deviceSerial.MatchString(m.Serial) {
		faults.add("%s: mfa serial %q is neither an ARN of a device of the account nor a number such as GAHT12345678", where, m.Serial)
	}
	if !deviceCode.MatchString(m.Code) {
		faults.add("%s: mfa code must be six digits in quotes", where)
	}
}

// devices are the users' devices, by the users' ARNs.
type devices struct {
	mu     sync.Mutex
	byUser map[string]*device
}

type device struct {
	MFA
	used time.Time // when the code was last taken
}

func newDevices(users []configuredUser) *devices {
	d := &devices{byUser: map[string]*device{}}
	for _, user := range users {
		if user.MFA != nil {
			d.byUser[user.principal.arn] = &device{MFA: *user.MFA}
		}
	}
	return d
}

// authenticate is true if the request carries MFA, and a refusal if that is
// not the caller's. Only a user's long-term keys belong to somebody who has a
// device (IAM user guide, "Configuring MFA-protected API access").
func (d *devices) authenticate(c *call, form url.Values) (bool, *refusal) {
	serial, code := form.Get("SerialNumber"), form.Get("TokenCode")
	switch {
	case serial == "" && code == "":
		return false, nil
	case serial == "" || code == "":
		return false, denied("MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.")
	case c.who.kind != userKeys || !d.take(c.who.arn, serial, code, c.now):
		return false, denied("MultiFactorAuthentication failed, unable to validate MFA code.  " +
			"Please verify your MFA serial number is valid and associated with this user.")
	}
	return true, nil
}

// take uses a code up, if it is the right one.
func (d *devices) take(user, serial, code string, now time.Time) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	found, ok := d.byUser[user]
	if !ok || found.Serial != serial || subtle.ConstantTimeCompare([]byte(found.Code), []byte(code)) != 1 {
		return false
	}
	if !found.used.IsZero() && now.Before(found.used.Add(codePeriod)) {
		return false
	}
	found.used = now
	return true
}
