package connectors

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// AllRegistries is the pattern for every registry that no connector names.
const AllRegistries = "*"

// registryPattern is a part of what a pattern may be, for editors: it takes
// some hosts that are none of Amazon ECR.
const registryPattern = `^(\*|public|public\.ecr\.aws|ecr-public\.aws\.com|[0-9]{12}|[0-9]{12}/[a-z]+(-[a-z]+)+-[0-9]+|[0-9]{12}\.dkr[.-]ecr(-fips)?\.[a-z0-9.-]+)$`

func registriesSchema() map[string]any {
	return map[string]any{"type": "array", "minItems": 1, "items": map[string]any{"type": "string", "pattern": registryPattern}}
}

func (def *Definition) takeRegistries(d *document, e entry) error {
	def.RegistriesLine = e.line
	elements, is, err := d.elements(e.value)
	if err != nil || !is || len(elements) == 0 {
		return fmt.Errorf("%s", orElse(err, `write a list of one registry or more, as in ["222222222222", public]`))
	}
	for _, element := range elements {
		pattern, is, err := d.scalar(element)
		if err == nil && is {
			err = checkRegistry(pattern)
		}
		if err != nil || !is {
			return fmt.Errorf("%s", orElse(err, "a registry is one text"))
		}
		def.Registries = append(def.Registries, pattern)
	}
	return nil
}

// checkRegistry finds mistakes in the form of a pattern. Whether a host is one
// of Amazon ECR, the package ecr knows.
func checkRegistry(pattern string) error {
	account, region, located := strings.Cut(pattern, "/")
	switch {
	case pattern == AllRegistries, pattern == "public", pattern == "public.ecr.aws", pattern == "ecr-public.aws.com":
		return nil
	case strings.Trim(account, digits) == "" || variables.Mangled(account):
		if err := checkAccount(account); err != nil || !located {
			return quoted(pattern, err)
		}
		return quoted(pattern, checkRegion(region))
	}
	host, rest, _ := strings.Cut(pattern, ".")
	rest = strings.Replace(strings.Replace(rest, "dkr-", "dkr.", 1), "ecr-fips", "ecr", 1)
	if checkAccount(host) != nil || !strings.HasPrefix(rest, "dkr.ecr.") || !within(rest, 10, 128, lower+digits+"-.") {
		return quoted(pattern, errors.New("write 111111111111, 111111111111/eu-west-1, the host of a registry, public, or * for all others"))
	}
	return nil
}

func quoted(text string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%q: %w", text, err)
}

// FindFile reads the connectors file that the setting connectors names, or
// else the one of the working directory. It is nil where nothing is named and
// none is there.
func FindFile(v variables.Values, dir string) (*File, error) {
	path := v.Text("connectors")
	if path == "" {
		if _, err := os.Lstat(filepath.Join(dir, DefaultFile)); errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		path = DefaultFile
	}
	return ReadFile(path, dir)
}

// Serving returns the name of the connector that serves a registry, which is
// tells from a pattern: the first one in the file with a pattern for it, else
// the first one for all others, else none. Some tells whether any connector is
// for registries.
//
// The error is for what is wrong with the file as a whole, or with any
// registries: who serves cannot be told then.
func (f *File) Serving(is func(pattern string) bool) (name string, some bool, err error) {
	var lines []string
	for _, fault := range f.Faults {
		lines = append(lines, fault.at(f.Path, ""))
	}
	rest := ""
	for _, def := range f.Definitions {
		for _, fault := range def.faults {
			if strings.HasPrefix(fault.Problem, registriesKey+": ") {
				lines = append(lines, fault.at(f.Path, def.Name))
			}
		}
		for _, pattern := range def.Registries {
			some = true
			switch {
			case pattern == AllRegistries && rest == "":
				rest = def.Name
			case pattern != AllRegistries && name == "" && is(pattern):
				name = def.Name
			}
		}
	}
	if len(lines) > 0 {
		return "", some, errors.New(strings.Join(lines, "; "))
	}
	if name == "" {
		name = rest
	}
	return name, some, nil
}
