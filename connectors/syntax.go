package connectors

import (
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

const (
	lower    = "abcdefghijklmnopqrstuvwxyz"
	upper    = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	letters  = lower + upper
	digits   = "0123456789"
	nameRest = "_+=,.@-"
)

// within tells whether text has least to most bytes, all of them in allowed.
// The constraints of STS are this simple, and compiling patterns for them
// would cost every start.
func within(text string, least, most int, allowed string) bool {
	return len(text) >= least && len(text) <= most && strings.Trim(text, allowed) == ""
}

// checkRegion takes codes such as eu-west-1, us-gov-west-1 and us-isob-east-1:
// words of letters, then a number. What it takes is safe in a host name.
func checkRegion(text string) error {
	words := strings.Split(text, "-")
	valid := len(words) >= 3 && len(words) <= 5 && within(words[len(words)-1], 1, 2, digits)
	for _, word := range words[:len(words)-1] {
		valid = valid && within(word, 2, 12, lower)
	}
	if !valid {
		return fmt.Errorf("write a region code, as in eu-west-1")
	}
	return nil
}

// checkRoleARN follows the IAM user guide, "IAM ARNs": a path may stand before
// the name.
func checkRoleARN(text string) error {
	if isRoleARN(text) {
		return nil
	}
	switch {
	case strings.Contains(text, ":assumed-role/"):
		return fmt.Errorf("this is a session of a role; write the role itself: arn:aws:iam::ACCOUNT:role/NAME")
	case strings.HasPrefix(text, "arn:") && !strings.Contains(text, ":role/"):
		return fmt.Errorf("this is not the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME")
	case variables.Mangled(text):
		return fmt.Errorf("a YAML parser rewrote a number; a role is written as arn:aws:iam::ACCOUNT:role/NAME")
	}
	return fmt.Errorf("write the whole ARN, arn:aws:iam::ACCOUNT:role/NAME, with an account of 12 digits")
}

func isRoleARN(text string) bool {
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || len(text) < 20 || len(text) > 2048 {
		return false
	}
	path, isRole := strings.CutPrefix(parts[5], "role/")
	name := path[strings.LastIndexByte(path, '/')+1:]
	return isRole && parts[0] == "arn" && strings.HasPrefix(parts[1], "aws") && within(parts[1], 3, 20, lower+"-") &&
		parts[2] == "iam" && parts[3] == "" && within(parts[4], 12, 12, digits) &&
		within(name, 1, 64, letters+digits+nameRest) && !strings.ContainsFunc(path, func(r rune) bool { return r < '!' || r > '~' })
}

// checkRole takes an ARN, or the name of a role in the caller's account, with
// its path or without.
func checkRole(text string) error {
	name := text[strings.LastIndexByte(text, '/')+1:]
	path := strings.TrimSuffix(text, name)
	if within(name, 1, 64, letters+digits+nameRest) && printable(path) && !strings.Contains(text, ":") && !variables.Mangled(text) && strings.Trim(text, digits) != "" {
		return nil
	}
	return checkRoleARN(text)
}

// checkExternalID follows the constraint in the STS API reference, AssumeRole.
func checkExternalID(text string) error {
	if text != noExternalID && !within(text, 2, 1224, letters+digits+nameRest+":/") {
		return fmt.Errorf("an external ID has 2 to 1224 letters, digits and _+=,.@:/-; - stands for none")
	}
	return nil
}

// checkSessionName follows the constraint in the STS API reference, AssumeRole.
func checkSessionName(text string) error {
	if !within(text, 2, 64, letters+digits+nameRest) {
		return fmt.Errorf("a session name has 2 to 64 letters, digits and _+=,.@-")
	}
	return nil
}

// checkFederatedName follows the constraint in the STS API reference,
// GetFederationToken.
func checkFederatedName(text string) error {
	if !within(text, 2, 32, letters+digits+nameRest) {
		return fmt.Errorf("the name of a federated user has 2 to 32 letters, digits and _+=,.@-")
	}
	return nil
}

// checkSourceIdentity follows the constraint in the STS API reference,
// AssumeRole.
func checkSourceIdentity(text string) error {
	if !within(text, 2, 64, letters+digits+nameRest) || strings.HasPrefix(text, "aws:") {
		return fmt.Errorf("a source identity has 2 to 64 letters, digits and _+=,.@-")
	}
	return nil
}

// checkMFASerial follows the constraint in the STS API reference, AssumeRole.
func checkMFASerial(text string) error {
	if !within(text, 9, 256, letters+digits+nameRest+":/") {
		return fmt.Errorf("write the ARN of the device, arn:aws:iam::ACCOUNT:mfa/NAME, or its serial number of 9 or more characters")
	}
	return nil
}

// checkAccount takes an account ID.
func checkAccount(text string) error {
	switch {
	case within(text, 12, 12, digits):
		return nil
	case strings.Trim(text, digits) == "":
		return fmt.Errorf("an account ID has 12 digits, this has %d. A YAML parser drops a leading zero: quote it", len(text))
	case variables.Mangled(text):
		return fmt.Errorf("an account ID has 12 digits. A YAML parser rewrote the number: quote it")
	}
	return fmt.Errorf("an account ID has 12 digits")
}

// checkReference takes the name or the UUID of a connector.
func checkReference(text string) error {
	if !within(text, 1, 64, letters+digits+"_.-") {
		return fmt.Errorf("a connector is called by its name, 1 to 64 letters, digits and _.-, or by its UUID")
	}
	return nil
}

// checkAccessKeyID takes what AWS makes (IAM user guide, "Unique
// identifiers"), and no secret key: the ID is logged.
func checkAccessKeyID(text string) error {
	if !within(text, 16, 128, upper+digits) {
		return fmt.Errorf("an access key ID has 16 or more capital letters and digits, as in AKIAIOSFODNN7EXAMPLE, and this has not; are ID and secret swapped?")
	}
	return nil
}

// ValidSessionName makes text a name that STS takes. What does not fit
// becomes -.
func ValidSessionName(text string) string { return validName(text, 64) }

// federatedName is the name of the federated user, given or made from the job.
func (c *Connector) federatedName(v variables.Values) string {
	if name := v.Text("federated-user-name"); name != "" {
		return name
	}
	return validName(c.machine.SessionName, 32)
}

func validName(text string, most int) string {
	valid := strings.Map(func(r rune) rune {
		if strings.ContainsRune(letters+digits+nameRest, r) {
			return r
		}
		return '-'
	}, text)
	for strings.Contains(valid, "--") {
		valid = strings.ReplaceAll(valid, "--", "-")
	}
	valid = strings.Trim(valid, "-")
	if len(valid) > most {
		// The end tells builds of one pipeline apart.
		end := most * 3 / 8
		valid = valid[:most-end] + valid[len(valid)-end:]
	}
	if len(valid) < 2 {
		return "awsvars"
	}
	return valid
}
