package profiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/files"
)

// sheet is one of the two files as it was read, and the sections of one
// profile in it.
type sheet struct {
	document
	path, text string
	// info is nil for a file that is not there.
	info fs.FileInfo
	// mode is the one that the file gets.
	mode fs.FileMode
	// of tells by the words of its header whether a section is the profile's.
	of      func(words string) bool
	profile []section
}

// read reads both files. One path for both would give the default profile two
// sections of one name.
func (f Files) read(name string) (config, credentials sheet, err error) {
	config, err = readSheet(f.Config, inConfig(name))
	if err != nil {
		return config, credentials, err
	}
	credentials, err = readSheet(f.Credentials, func(words string) bool { return words == name })
	credentials.mode = 0o600
	if err == nil && (f.Config == f.Credentials || config.info != nil && credentials.info != nil && os.SameFile(config.info, credentials.info)) {
		err = fmt.Errorf("%s is the configuration file and the credentials file at once; AWS tools need two", f.Credentials)
	}
	return config, credentials, err
}

func readSheet(path string, of func(words string) bool) (sheet, error) {
	s := sheet{path: path, mode: 0o600, of: of}
	if err := checkAbsolute(path); err != nil {
		return s, err
	}
	content, info, err := files.Read(path, mostBytes, checkFile)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return s, err
	}
	if info != nil {
		s.info, s.mode = info, info.Mode().Perm()
	}
	return s.holding(string(content)), nil
}

func (s sheet) holding(text string) sheet {
	s.text, s.document, s.profile = text, parse(text), nil
	for _, section := range s.sections {
		if s.of(section.name) {
			s.profile = append(s.profile, section)
		}
	}
	return s
}

// inConfig knows [profile NAME], with quotes around NAME too, as botocore and
// the SDK for JavaScript do. The default profile may go without the word.
func inConfig(name string) func(words string) bool {
	return func(words string) bool {
		rest, is := strings.CutPrefix(words, "profile ")
		if !is {
			return words == defaultProfile && name == defaultProfile
		}
		return rest == name || rest == `"`+name+`"` || rest == "'"+name+"'"
	}
}

// ours are the sections of the profile that carry the mark.
func (s sheet) ours() []section {
	return slices.DeleteFunc(slices.Clone(s.profile), func(s section) bool { return !s.marked })
}

// says tells what the sections of somebody else say of credentials, and where.
// The key is empty if they say nothing, the place too if there are none.
func (s sheet) says() (key, place string) {
	for _, other := range s.profile {
		if other.marked {
			continue
		}
		if key, line := s.credentialsKey(other); key != "" {
			return key, s.place(line)
		}
		if place == "" {
			place = s.place(other.start)
		}
	}
	return "", place
}

// place is file:line for the line of an index.
func (s sheet) place(index int) string {
	if s.lines[0] == byteOrderMark {
		index--
	}
	return fmt.Sprintf("%s:%d", s.path, index+1)
}

// whole is the text of the profile's sections.
func (s sheet) whole() string {
	var lines []string
	for _, section := range s.profile {
		lines = s.ended(append(lines, s.lines[section.start:section.end]...))
	}
	return strings.Join(lines, "")
}
