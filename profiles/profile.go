package profiles

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// Profile is what is written under a name: keys, or a process that prints
// them, and a region if one is known.
type Profile struct {
	Name string
	// AccessKeyID, SecretAccessKey and SessionToken are the keys. Without
	// SessionToken they are those of a user.
	AccessKeyID                   string
	SecretAccessKey, SessionToken variables.Secret
	// Expires is shown beside the keys; zero if they do not expire.
	Expires time.Time
	// Process is the command line for credential_process, as [Command] makes
	// it. A profile has keys or a process.
	Process variables.Secret
	Region  string
}

// mark is the line below the header of a section that is ours. More may
// follow it on its line.
const mark = "# written by awsvars, do not edit"

// defaultProfile is the profile in use where none is named. Its section of
// the configuration file goes without the word profile.
const defaultProfile = "default"

// CheckName tells what is wrong with the name of a profile. Letters, digits
// and _ - . / @ : + % are what every reader takes: parseIni of the AWS SDK for
// JavaScript takes no other.
func CheckName(name string) error {
	if name == "" {
		return errors.New("a profile needs a name")
	}
	for _, r := range name {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', strings.ContainsRune("_-./@:+%", r):
		default:
			return fmt.Errorf("%q cannot stand in the name of a profile: it is made of letters, digits and _ - . / @ : + %%", r)
		}
	}
	switch {
	case name == "__proto__":
		// parseIni throws, whichever profile it was asked for.
		return fmt.Errorf("the AWS SDK for JavaScript refuses files with a profile %s", name)
	case strings.EqualFold(name, defaultProfile) && name != defaultProfile:
		// In Python's configparser, and so in the AWS CLI, [DEFAULT] holds
		// for every section.
		return fmt.Errorf("write %s in lower case: AWS tools read other spellings of it differently", defaultProfile)
	}
	return nil
}

// check tells what is wrong with p, the keys left out.
func (p Profile) check() error {
	if err := CheckName(p.Name); err != nil {
		return err
	}
	if p.Region != "" && !isWord(p.Region) {
		return errors.New("the region is no word of printable ASCII")
	}
	if p.Process.Empty() {
		return nil
	}
	if p.AccessKeyID != "" || !p.SecretAccessKey.Empty() || !p.SessionToken.Empty() {
		return errors.New("a profile has keys or a process, and not both")
	}
	return checkLine(p.Process.Open())
}

// checkKeys names what is wrong with the keys, and does not quote it.
func (p Profile) checkKeys() error {
	if !p.Process.Empty() {
		return nil
	}
	for _, part := range []struct {
		what, text string
		need       bool
	}{
		{"access key ID", p.AccessKeyID, true},
		{"secret access key", p.SecretAccessKey.Open(), true},
		{"session token", p.SessionToken.Open(), false},
	} {
		switch {
		case part.text == "" && part.need:
			return fmt.Errorf("there is no %s", part.what)
		case part.text != "" && !isWord(part.text):
			return fmt.Errorf("the %s is no word of printable ASCII", part.what)
		}
	}
	return nil
}

// isWord tells whether every reader gives text back as it is: no blanks, and
// no quotes, which some take off.
func isWord(text string) bool {
	for _, r := range text {
		if r <= ' ' || r > '~' || r == '"' || r == '\'' {
			return false
		}
	}
	return text != ""
}

// inCredentials is the section of the credentials file, empty for none.
func (p Profile) inCredentials() []string {
	if !p.Process.Empty() {
		return nil
	}
	lines := []string{
		"[" + p.Name + "]", p.mark(),
		"aws_access_key_id = " + p.AccessKeyID,
		"aws_secret_access_key = " + p.SecretAccessKey.Open(),
	}
	if !p.SessionToken.Empty() {
		lines = append(lines, "aws_session_token = "+p.SessionToken.Open())
	}
	return lines
}

// inConfig is the section of the configuration file, empty for none.
func (p Profile) inConfig() []string {
	lines := []string{"[profile " + p.Name + "]", p.mark()}
	if p.Name == defaultProfile {
		lines[0] = "[" + defaultProfile + "]"
	}
	if !p.Process.Empty() {
		lines = append(lines, "credential_process = "+p.Process.Open())
	}
	if p.Region != "" {
		lines = append(lines, "region = "+p.Region)
	}
	if len(lines) == 2 {
		return nil
	}
	return lines
}

func (p Profile) mark() string {
	if p.Expires.IsZero() {
		return mark
	}
	return mark + "; keys until " + p.Expires.UTC().Format(time.RFC3339)
}
