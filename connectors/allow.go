package connectors

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Allow says which jobs a connector is for, each list a list of patterns; an
// empty one allows all. It guards against mistakes only: who can change the
// file or the job's environment can get past it. The trust policy of the role
// is the boundary.
type Allow struct {
	Repositories, Branches, Tags, Events, Actors []string
}

// lists are the lists by their keys.
func (a *Allow) lists() []struct {
	key  string
	list *[]string
} {
	return []struct {
		key  string
		list *[]string
	}{
		{"repositories", &a.Repositories},
		{"branches", &a.Branches},
		{"tags", &a.Tags},
		{"events", &a.Events},
		{"actors", &a.Actors},
	}
}

func (def *Definition) takeAllow(d *document, e entry) error {
	entries, is, err := d.entries(e.value)
	if err != nil || !is || len(entries) == 0 {
		return fmt.Errorf("%s", orElse(err, "write repositories, branches, tags, events or actors below it, each a list"))
	}
	for _, e := range once(entries, def.add) {
		if err := def.takeList(d, e); err != nil {
			def.add(e.line, "allow: %s: %s", e.key, err)
		}
	}
	return nil
}

func (def *Definition) takeList(d *document, e entry) error {
	var keys []string
	for _, l := range def.Allow.lists() {
		keys = append(keys, l.key)
		if l.key != e.key {
			continue
		}
		elements, is, err := d.elements(e.value)
		if err != nil || !is || len(elements) == 0 {
			return fmt.Errorf("%s", orElse(err, "write a list of one pattern or more, as in [main, release/*]"))
		}
		for _, element := range elements {
			pattern, is, err := d.scalar(element)
			if err != nil || !is || pattern == "" {
				return fmt.Errorf("%s", orElse(err, "a pattern is a text, and not empty"))
			}
			*l.list = append(*l.list, pattern)
		}
		return nil
	}
	def.add(e.line, "allow: there is no key %q%s", e.key, variables.Nearest(e.key, keys))
	return nil
}

// refusal says why a job may not use the connector, or nothing. A fact that is
// not known fits no pattern: a guard that is open to strangers is none.
func (a Allow) refusal(job variables.Job) string {
	for _, check := range []struct {
		nouns, fact string
		patterns    []string
	}{
		{"repositories", job.Repository, a.Repositories},
		{"events", job.Event, a.Events},
		{"actors", job.Actor, a.Actors},
	} {
		if len(check.patterns) > 0 && !matchesAny(check.patterns, check.fact) {
			return refusedJob(check.nouns, check.fact, check.patterns)
		}
	}
	switch {
	case len(a.Branches)+len(a.Tags) == 0, matchesAny(a.Branches, job.Branch), matchesAny(a.Tags, job.Tag):
		return ""
	case job.Tag != "":
		return refusedJob("tags", job.Tag, a.Tags)
	case len(a.Branches) > 0 && job.Branch == "" && (job.PullRequest != "" || strings.HasPrefix(job.Event, "pull_request")):
		return fmt.Sprintf("for the branches %s, and this job is a pull request, which is on none of them", strings.Join(a.Branches, ", "))
	}
	if len(a.Branches) == 0 {
		return refusedJob("tags", "", a.Tags)
	}
	return refusedJob("branches", job.Branch, a.Branches)
}

func refusedJob(nouns, fact string, patterns []string) string {
	purpose := fmt.Sprintf("for the %s %s", nouns, strings.Join(patterns, ", "))
	if len(patterns) == 0 {
		purpose = "for no " + nouns
	}
	if fact == "" {
		return purpose + ", and this job's is not known"
	}
	return fmt.Sprintf("%s, and this job's is %q", purpose, fact)
}

func matchesAny(patterns []string, fact string) bool {
	for _, pattern := range patterns {
		if fact != "" && matches(pattern, fact) {
			return true
		}
	}
	return false
}

// matches compares letter by letter. A * stands for any letters but /, ** for
// any letters at all, ? for one that is no /. The package regexp takes no more
// time than pattern and text are long, whoever wrote them.
func matches(pattern, text string) bool {
	var b strings.Builder
	b.WriteString(`(?s)\A`)
	for pattern != "" {
		switch rest, deep := strings.CutPrefix(pattern, "**"); {
		case deep:
			b.WriteString(`.*`)
			pattern = rest
			continue
		case pattern[0] == '*':
			b.WriteString(`[^/]*`)
		case pattern[0] == '?':
			b.WriteString(`[^/]`)
		default:
			end := strings.IndexAny(pattern, "*?")
			if end < 0 {
				end = len(pattern)
			}
			b.WriteString(regexp.QuoteMeta(pattern[:end]))
			pattern = pattern[end:]
			continue
		}
		pattern = pattern[1:]
	}
	compiled, err := regexp.Compile(b.String() + `\z`)
	return err == nil && compiled.MatchString(text)
}
