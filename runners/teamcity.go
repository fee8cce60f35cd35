package runners

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"github.com/awsvars/awsvars/variables"
)

// teamcity delivers to TeamCity: a file that later steps read, and service
// messages on stdout for what is no secret, the path of the file among it
// (jetbrains.com/help/teamcity, "Service Messages", set-parameter).
//
// No secret becomes a parameter. TeamCity masks parameters that are declared
// with the type password, and does not say that it masks a value that a build
// gives to one; others it shows with the build.
type teamcity struct{ script }

func (teamcity) Name() string { return teamcityName }

func (r teamcity) Check(v variables.Values) error {
	if err := checkFormat(v); err != nil {
		return err
	}
	path, err := r.path(v)
	switch {
	case err != nil:
		return err
	case v.Text("output") != "":
		return r.checkOutput(v.Text("output"))
	}
	return checkFile(path)
}

// path is the file in the build's own temporary directory, which TeamCity
// cleans after the build ("Agent Home Directory", buildTmp), outside of the
// checkout.
func (r teamcity) path(v variables.Values) (string, error) {
	if output := v.Text("output"); output != "" {
		return r.absolute(output), nil
	}
	dir := r.first("TMPDIR TEMP TMP")
	if !filepath.IsAbs(dir) {
		return "", fmt.Errorf("looking for the temporary directory of the build: neither TMPDIR nor TEMP nor TMP is an absolute path; name a file with output")
	}
	return filepath.Join(dir, "awsvars."+fileStem(v)+formatOf(v).ending), nil
}

func (r teamcity) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	content, amount, err := formatOf(v).render(set, v, program)
	if err != nil {
		return Delivery{}, err
	}
	path, err := r.path(v)
	if err != nil {
		return Delivery{}, err
	}
	file := environmentName(set.Namespace+".file", v)
	messages, err := r.messages(set, v, entry{set.Namespace + ".file", file, variables.NewSecret(path)})
	if err != nil {
		return Delivery{}, err
	}
	// The check before AWS was asked is old by now.
	if err := r.Check(v); err != nil {
		return Delivery{}, err
	}
	// The file comes first: until the messages are out, nobody knows of it.
	undo, err := writeOver(path, content)
	if err != nil {
		return Delivery{}, err
	}
	if err := writeOut(r.Stdout, messages); err != nil {
		return Delivery{}, errors.Join(err, undo())
	}
	delivery := delivered(amount, "to "+path, formatOf(v))
	delivery.Text += "; later steps find it by the parameter env." + file
	delivery.Warnings = []string{unmasked("TeamCity")}
	return delivery, nil
}

// messages sets parameters for what is no secret. The standard names stay in
// the file: alone, half a pair of keys stops the AWS tools.
func (teamcity) messages(set *variables.Set, v variables.Values, file entry) ([]byte, error) {
	entries := []entry{file}
	for _, variable := range set.All() {
		if !variable.IsSecret() {
			entries = append(entries, entry{variable.Name, environmentName(variable.Name, v), variable.Value})
		}
	}
	if err := checkUnique(entries, false); err != nil {
		return nil, err
	}
	var b strings.Builder
	for _, e := range entries {
		value := e.value.Open()
		err := errors.Join(refuseInvalid(value), refuseNUL(value))
		if strings.Contains(value, "%") {
			err = fmt.Errorf("the value has a %%, and TeamCity takes it for a reference to a parameter")
		}
		if err != nil {
			return nil, fmt.Errorf("setting %s for TeamCity: %w%s", e.variable, err, otherFormat(e))
		}
		fmt.Fprintf(&b, "##teamcity[setParameter name='env.%s' value='%s']\n", e.name, escapeTeamCity(value))
	}
	return []byte(b.String()), nil
}

// escapeTeamCity writes the value of an attribute ("Service Messages", escaped
// values). What is not ASCII is written in UTF-16.
func escapeTeamCity(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case strings.ContainsRune("|'[]", r):
			b.WriteString("|" + string(r))
		case r == '\n':
			b.WriteString("|n")
		case r == '\r':
			b.WriteString("|r")
		case ' ' <= r && r <= '~':
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, "|0x%04X", unit)
			}
		}
	}
	return b.String()
}
