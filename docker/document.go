package docker

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/configfile"
	"github.com/tidwall/gjson"
)

// Keys of config.json, which its reader takes in any case.
const (
	authsKey   = "auths"
	helpersKey = "credHelpers"
	storeKey   = "credsStore"
)

// document is the text of config.json, and what Docker reads in it.
type document struct {
	text string
	read *configfile.ConfigFile
}

// parse refuses what Docker does not read, and what it reads in another way
// than it looks. Errors quote nothing of the text, since secrets stand in it.
func parse(text string) (document, error) {
	d := document{text: text}
	switch {
	case strings.Trim(text, " \t\r\n") == "":
		// An empty file is none to Docker.
		d.text = ""
	case strings.HasPrefix(text, "\ufeff"):
		return d, errors.New("it begins with a byte order mark, which Docker does not read")
	default:
		if err := checkJSON(text); err != nil {
			return d, err
		}
	}
	var err error
	if d.read, err = config.LoadFromReader(strings.NewReader(d.text)); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return d, fmt.Errorf("it is not what Docker reads: key %q has a value of the wrong kind", kind.Field)
		}
		return d, errors.New("it is not what Docker reads: an auth in auths is no base64 of USER:PASSWORD")
	}
	return d, d.checkKeys()
}

func checkJSON(text string) error {
	var raw json.RawMessage
	if err := json.Unmarshal([]byte(text), &raw); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			before := text[:min(int(syntax.Offset), len(text))]
			return fmt.Errorf("it is not JSON from line %d on", strings.Count(before, "\n")+1)
		}
		return errors.New("it is not JSON")
	}
	if raw = bytes.TrimSpace(raw); raw[0] != '{' {
		return errors.New("it is no JSON object")
	}
	return nil
}

// checkKeys refuses keys that are there twice: of two lists Docker makes one,
// and of two texts it takes the last.
func (d document) checkKeys() error {
	top := d.top()
	for _, key := range []string{authsKey, helpersKey, storeKey} {
		if count := top.count(func(other string) bool { return strings.EqualFold(other, key) }); count > 1 {
			return fmt.Errorf("it has the key %q %d times; leave one", key, count)
		}
	}
	return nil
}

// checkHosts refuses hosts that a list has twice.
func (d document) checkHosts(hosts []string) error {
	for _, key := range []string{authsKey, helpersKey} {
		list, _ := d.list(key)
		for _, host := range hosts {
			if count := list.count(func(other string) bool { return other == host }); count > 1 {
				return fmt.Errorf("its %s have the key %q %d times; leave one", key, host, count)
			}
		}
	}
	return nil
}

// store is the helper that Docker uses for host, empty for auths.
func (d document) store(host string) string {
	// An empty entry of credHelpers stands for auths too.
	if helper, is := d.read.CredentialHelpers[host]; is {
		return helper
	}
	return d.read.CredentialsStore
}

// object is a JSON object in a text.
type object struct {
	// start is the place of its brace, end the one behind the other.
	start, end int
	members    []member
}

type member struct {
	key string
	// start is the place of the key. The value goes from value to end.
	start, value, end int
}

// top is the whole document.
func (d document) top() object { return objectIn(gjson.Parse(d.text)) }

// objectIn has no members if the value is no object.
func objectIn(value gjson.Result) object {
	o := object{start: value.Index, end: value.Index + len(strings.TrimRight(value.Raw, " \t\r\n"))}
	if !value.IsObject() {
		return o
	}
	value.ForEach(func(key, value gjson.Result) bool {
		o.members = append(o.members, member{key.String(), key.Index, value.Index, value.Index + len(value.Raw)})
		return true
	})
	return o
}

func (o object) count(is func(key string) bool) (count int) {
	for _, m := range o.members {
		if is(m.key) {
			count++
		}
	}
	return count
}

// index is the place of a member, or -1.
func (o object) index(is func(key string) bool) int {
	for i, m := range o.members {
		if is(m.key) {
			return i
		}
	}
	return -1
}

// list finds the object under a key of the document. is is false where there
// is none, or null in its place.
func (d document) list(key string) (o object, is bool) {
	top := d.top()
	i := top.index(func(other string) bool { return strings.EqualFold(other, key) })
	if i < 0 {
		return object{}, false
	}
	m := top.members[i]
	value := gjson.Parse(d.text[m.value:m.end])
	value.Index = m.value
	return objectIn(value), value.IsObject()
}

// entry is the text of a list's member.
func (d document) entry(list, key string) (text string, is bool) {
	o, _ := d.list(list)
	if i := o.index(func(other string) bool { return other == key }); i >= 0 {
		return d.text[o.members[i].value:o.members[i].end], true
	}
	return "", false
}
