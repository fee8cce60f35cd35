package docker

import "fmt"

// Unfit is a credential store that cannot take a login. Nothing was changed.
// [Config.Private] logs in without it.
type Unfit struct {
	Host string
	// Store is the helper's name.
	Store  string
	Reason Reason
	// Says is what the helper printed, one line, or empty.
	Says string
}

// Reason says why a store is unfit.
type Reason string

// Reasons.
const (
	// NotInstalled: its program is in no absolute directory of PATH.
	NotInstalled Reason = "it is not installed"
	// NotImplemented: it gives logins and takes none, as ecr-login does.
	NotImplemented Reason = "it takes no logins"
	// TooLarge: the Windows store takes 2,560 bytes.
	TooLarge Reason = "the password is larger than the 2560 bytes that it takes"
	// Silent: a keychain that asks somebody on a screen, mostly.
	Silent Reason = "it does not answer"
	// Failed: a locked keychain, a store that was not set up.
	Failed Reason = "it failed"
	// Forgetful: it gave another login back than it was given.
	Forgetful Reason = "it does not give back what it was given"
)

func (u *Unfit) Error() string {
	text := fmt.Sprintf("storing the login to %q in docker-credential-%s: %s", u.Host, u.Store, u.Reason)
	if u.Says != "" {
		text += ": " + u.Says
	}
	return text
}

// Hint returns the remedy.
func (*Unfit) Hint() string {
	return "set private to log in in a directory of the job's own, without that store"
}
