package simulator

import "strings"

// permissions are the actions that a policy allows and denies. Resources and
// conditions are not looked at.
type permissions struct {
	allow []string
	deny  []string
}

// allowed turns a configuration's list into permissions: nil allows all.
func allowed(actions []string) permissions {
	if actions == nil {
		return permissions{allow: []string{"*"}}
	}
	return permissions{allow: actions}
}

func (p permissions) permit(action string) bool {
	return matchesAny(p.allow, action) && !matchesAny(p.deny, action)
}

func matchesAny(patterns []string, action string) bool {
	for _, pattern := range patterns {
		if wildcard(strings.ToLower(pattern), strings.ToLower(action)) {
			return true
		}
	}
	return false
}

// refusal says why an action is denied, in AWS's words, or "" if it is not
// (IAM user guide, "Troubleshoot access denied error messages").
func (p *principal) refusal(action, resource string) string {
	reason := ""
	switch {
	case !p.allow.permit(action):
		reason = "because no identity-based policy allows the " + action + " action"
	case !p.sessionsPermit(action):
		reason = "because no session policy allows the " + action + " action"
	default:
		return ""
	}
	return "User: " + p.arn + " is not authorized to perform: " + action +
		" on resource: " + resource + " " + reason
}

func (p *principal) sessionsPermit(action string) bool {
	for _, session := range p.sessions {
		if !session.permit(action) {
			return false
		}
	}
	return true
}

// wildcard matches * and ? as IAM does.
func wildcard(pattern, text string) bool {
	for pattern != "" {
		switch pattern[0] {
		case '*':
			for cut := 0; cut <= len(text); cut++ {
				if wildcard(pattern[1:], text[cut:]) {
					return true
				}
			}
			return false
		case '?':
			if text == "" {
				return false
			}
		default:
			if text == "" || text[0] != pattern[0] {
				return false
			}
		}
		pattern, text = pattern[1:], text[1:]
	}
	return text == ""
}
