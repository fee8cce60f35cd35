package connectors

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// sections are the sections of a configuration file of the AWS tools, by the
// words between the brackets: default, profile deploy, services mine.
type sections map[string]section

// section holds properties by their key in lower case.
type section map[string]property

// property is one value. A value that may be secret stands in secret only.
type property struct {
	text   string
	secret variables.Secret
	// endpoint is the endpoint_url below this key, as in a services section.
	endpoint string
	// place is file:line, for errors.
	place string
}

func (p property) empty() bool { return p.text == "" && p.secret.Empty() }

// mostSharedFile bounds what is read of a configuration file, in bytes.
const mostSharedFile = 1 << 20

// readSections returns nil for a file that does not exist.
func readSections(path string) (sections, error) {
	if path == "" {
		return nil, nil
	}
	file, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, mostSharedFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > mostSharedFile {
		return nil, fmt.Errorf("%s has more than %d bytes", path, mostSharedFile)
	}
	return parseSections(string(text), path)
}

// parseSections understands what the AWS SDK for Go understands, down to its
// leniencies (AWS SDKs and Tools Reference Guide, "Shared config and
// credentials files"; internal/ini of aws-sdk-go-v2/config). Where the SDK
// skips a line that it cannot make sense of, this is an error, as in the AWS
// CLI: below a section header with a typing error stand somebody's keys, and
// they would count for the profile above.
func parseSections(text, file string) (sections, error) {
	r := sectionReader{all: sections{}}
	for i, line := range strings.Split(strings.TrimPrefix(text, "\ufeff"), "\n") {
		r.place = fmt.Sprintf("%s:%d", file, i+1)
		if err := r.take(line); err != nil {
			return nil, fmt.Errorf("%s: %w", r.place, err)
		}
	}
	return r.all, nil
}

type sectionReader struct {
	all     sections
	current section
	// key is the one that indented lines belong to.
	key   string
	place string
}

func (r *sectionReader) take(line string) error {
	rest := strings.TrimLeft(line, " \t")
	if strings.TrimSpace(line) == "" || rest[0] == '#' || rest[0] == ';' {
		return nil
	}
	if name, is := header(line); is {
		return r.open(name)
	}
	if len(rest) < len(line) {
		r.below(rest)
		return nil
	}
	key, text, is := assignment(uncommented(line))
	switch {
	case line[0] == '[' && !is:
		return errors.New("write a section as [name], with nothing but a comment behind it")
	case !is:
		return errors.New("this is no [section], no key = value and no # comment")
	}
	r.set(key, unquoted(text))
	return nil
}

func (r *sectionReader) open(name string) error {
	if name == "" {
		return errors.New("the section has no name")
	}
	if r.all[name] == nil {
		r.all[name] = section{}
	}
	r.current, r.key = r.all[name], ""
	return nil
}

// set takes a property. One that stands before any section counts for none.
func (r *sectionReader) set(key, text string) {
	if r.current == nil {
		return
	}
	p := property{place: r.place}
	if mayBeSecret(key) {
		p.secret = variables.NewSecret(text)
	} else {
		p.text = text
	}
	r.key, r.current[key] = key, p
}

// mayBeSecret is true for a command too: passwords stand in some.
func mayBeSecret(key string) bool {
	return key == secretAccessKeyKey || key == sessionTokenKey || key == processKey
}

// below takes an indented line: a property of its own where none is open, one
// below the open property where that has no value, or more of its value.
func (r *sectionReader) below(line string) {
	open := r.current[r.key]
	key, text, is := assignment(line)
	text = unquoted(text)
	switch {
	case is && (r.key == "" || !open.empty()):
		r.set(key, strings.TrimSpace(uncommented(text)))
	case r.key == "" || !is && open.empty():
	case is:
		if key == endpointKey {
			open.endpoint = text
		}
		r.current[r.key] = open
	case open.text != "":
		open.text += "\n" + line
		r.current[r.key] = open
	default:
		open.secret = variables.NewSecret(open.secret.Open() + "\n" + line)
		r.current[r.key] = open
	}
}
