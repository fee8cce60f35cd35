package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// longestARN bounds what is compared with patterns (IAM: 2048 characters).
const longestARN = 2048

func (c *checker) checkResources(st *writtenStatement) {
	if st.resourceLine == 0 {
		return
	}
	if c.kind == TrustPolicy || c.kind == RepositoryPolicy {
		c.say(Error, st, st.resourceLine, "a "+string(c.kind)+" has no Resource: it is about what it is attached to", "take Resource out")
		return
	}
	if st.notResource {
		if st.allows() {
			c.say(Warning, st, st.resourceLine, "NotResource with Allow allows everything but what it names, also what comes to be later", "name what is allowed in Resource")
		}
		return
	}
	sound := true
	for _, resource := range st.resources {
		if problem, remedy := judgeARN(resource.text); problem != "" {
			sound = false
			c.say(Error, st, resource.line, fmt.Sprintf("resource %q: %s", resource.text, problem), remedy)
		}
	}
	if sound && !st.notAction {
		c.checkSuited(st)
		c.checkWideResources(st)
	}
}

// judgeARN says what is wrong with the form of a resource.
func judgeARN(text string) (problem, remedy string) {
	if image := regexp.MustCompile(`^(?:https?://)?(\d{12})\.dkr[.-]ecr\.([a-z0-9-]+)\.[^/]+/([^:@]+)`).FindStringSubmatch(text); image != nil {
		return "it is the name of an image, and no ARN", fmt.Sprintf("write arn:aws:ecr:%s:%s:repository/%s", image[2], image[1], image[3])
	}
	parts := strings.SplitN(text, ":", 6)
	switch {
	case strings.Trim(text, "*") == "", strings.HasPrefix(text, "${"):
		return "", ""
	case len(text) > longestARN:
		return "it is too long for an ARN", ""
	case parts[0] != "arn":
		return "it is no ARN and not *", "write arn:PARTITION:SERVICE:REGION:ACCOUNT:NAME"
	case len(parts) < 6 && !strings.HasSuffix(text, "*"):
		return "an ARN has six parts, arn:PARTITION:SERVICE:REGION:ACCOUNT:NAME", ""
	case len(parts) < 6:
		return "", ""
	case !regexp.MustCompile(`^(aws(-[a-z]+)*|.*[*?$].*)$`).MatchString(parts[1]):
		return fmt.Sprintf("%q is no part of AWS", parts[1]), "write aws, or aws-cn, aws-us-gov and the like"
	case !regexp.MustCompile(`^(|\d{12}|aws|.*[*?$].*)$`).MatchString(parts[4]):
		return fmt.Sprintf("%q is no account ID, which has 12 digits", parts[4]), ""
	}
	if name, found := strings.CutPrefix(parts[5], "repository/"); found && parts[2] == "ecr" && strings.ContainsAny(name, ":@") && !strings.Contains(name, "$") {
		name, _, _ = strings.Cut(strings.ReplaceAll(name, "@", ":"), ":")
		return "it names an image, and the resource is the whole repository", "write …:repository/" + name
	}
	return "", ""
}

// checkSuited: each action must find a resource that it acts on.
func (c *checker) checkSuited(st *writtenStatement) {
	known, foreign := st.known()
	for _, action := range st.named() {
		if slices.ContainsFunc(st.resources, func(r word) bool { return suits(action.text, r.text) }) {
			continue
		}
		types, _ := ofAction(action.text)
		if len(types) == 0 {
			c.say(Error, st, action.line, action.text+" takes no resource, so that this statement does not allow it", `give it a statement of its own with "Resource": "*"`)
			continue
		}
		c.say(Error, st, action.line, fmt.Sprintf("%s acts on none of these resources", action.text), "name "+strings.Join(formsOf(action.text, types), " or "))
	}
	for _, resource := range st.resources {
		if len(foreign) == 0 && len(known) > 0 && !slices.ContainsFunc(known, func(action string) bool { return suits(action, resource.text) }) {
			c.say(Warning, st, resource.line, fmt.Sprintf("no action of this statement acts on %s", resource.text), "")
		}
	}
}

// formsOf are the ARNs that an action acts on, for people.
func formsOf(action string, types []string) []string {
	prefix, _, _ := strings.Cut(action, ":")
	n, _ := namespaceOf(prefix)
	var all []string
	for _, kind := range types {
		all = append(all, regexp.MustCompile(`\$\{(\w+)\}`).ReplaceAllStringFunc(n.arns[kind], func(part string) string {
			return strings.ToUpper(strings.Trim(part, "${}"))
		}))
	}
	return all
}

// suits tells whether an action may act on something that a resource fits.
func suits(action, resource string) bool {
	if strings.Trim(resource, "*") == "" || strings.HasPrefix(resource, "${") {
		return true
	}
	prefix, _, _ := strings.Cut(action, ":")
	n, _ := namespaceOf(prefix)
	types, _ := n.typesOf(action)
	return slices.ContainsFunc(types, func(kind string) bool { return overlap(open(n.arns[kind]), open(resource)) })
}

// open has * for each variable, ${…}.
func open(pattern string) string {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte('*')
		_, pattern, _ = strings.Cut(rest, "}")
	}
}

// overlap tells whether there is a text that fits both patterns. reached has
// the places in b that can be come to by what was read of a.
func overlap(a, b string) bool {
	reached := make([]bool, len(b)+1)
	reached[0] = true
	spread := func() {
		for j := range len(b) {
			if reached[j] && b[j] == '*' {
				reached[j+1] = true
			}
		}
	}
	spread()
	for i := range len(a) {
		next := make([]bool, len(b)+1)
		for j := range reached {
			switch {
			case !reached[j]:
			case a[i] == '*':
				// It takes any rest of b.
				for k := j; k <= len(b); k++ {
					next[k] = true
				}
			case j < len(b) && b[j] == '*':
				next[j] = true
			case j < len(b) && (b[j] == a[i] || b[j] == '?' || a[i] == '?'):
				next[j+1] = true
			}
			if a[i] == '*' && reached[j] {
				break
			}
		}
		reached = next
		spread()
	}
	return reached[len(b)]
}
