package doctor

import (
	"regexp"
	"strings"

	"github.com/awsvars/awsvars/connectors"
)

// causesOfToken are why a token was not taken. What stands in the token is
// known, and what the trust policy asks for is not: a sub with something that a
// trust policy is easily without comes first.
func causesOfToken(hop connectors.Stop, code, message string) []Cause {
	switch {
	case strings.Contains(code, "ExpiredToken"):
		return []Cause{ExpiredToken}
	case strings.Contains(message, "No OpenIDConnect provider"):
		return []Cause{ProviderMissing}
	case strings.Contains(message, "audience"):
		return []Cause{Audience}
	case code == "InvalidIdentityToken":
		return []Cause{InvalidToken}
	case code == "ValidationError" && strings.Contains(message, "DurationSeconds"):
		return []Cause{Duration}
	case code == "AccessDenied":
		return append(causesOfSubject(hop.Token), Subject, RoleName)
	case code == "":
		return []Cause{networkOrLate(hop.Err)}
	}
	return []Cause{causeOfSource(hop.Err)}
}

// causesOfSubject are what GitHub's subjects surprise by.
func causesOfSubject(token *connectors.Token) []Cause {
	if token == nil {
		return nil
	}
	var causes []Cause
	said, isGitHub := subjectOfGitHub(token.Subject)
	switch {
	case !isGitHub:
	case said.kind == "environment":
		causes = append(causes, SubjectOfEnv)
	case said.kind == "pull_request":
		causes = append(causes, SubjectOfPull)
	}
	if isGitHub && said.ownerID != "" {
		causes = append(causes, ImmutableIDs)
	}
	if token.Subject != strings.ToLower(token.Subject) {
		causes = append(causes, LetterCase)
	}
	return causes
}

// subject is what stands in a sub of GitHub (GitHub docs, "OpenID Connect
// reference").
type subject struct {
	owner, ownerID, name, nameID string
	// kind is ref, environment or pull_request, rest what stands behind it.
	kind, rest string
}

func subjectOfGitHub(text string) (subject, bool) {
	part := regexp.MustCompile(`^repo:([^/@:]+)(?:@(\d+))?/([^/@:]+)(?:@(\d+))?:([a-z_]+)(?::(.*))?$`).FindStringSubmatch(text)
	if part == nil {
		return subject{}, false
	}
	return subject{part[1], part[2], part[3], part[4], part[5], part[6]}, true
}

// trustOfToken is the command for a trust policy that lets the token in, where
// it is one that awsvars can write.
func trustOfToken(hop connectors.Stop) string {
	said, isGitHub := subjectOfGitHub(hop.Token.Subject)
	if !isGitHub || hop.Token.Issuer != "https://token.actions.githubusercontent.com" {
		return ""
	}
	words := []string{"awsvars policy trust --account", accountOf(hop.Role), "--provider github --repository", said.owner + "/" + said.name}
	if said.ownerID != "" {
		words = append(words, "--owner-id", said.ownerID, "--repository-id", said.nameID)
	}
	switch {
	case said.kind == "environment":
		words = append(words, "--environment", said.rest)
	case said.kind == "pull_request":
		words = append(words, "--pull-requests")
	case strings.HasPrefix(said.rest, "refs/heads/"):
		words = append(words, "--branch", strings.TrimPrefix(said.rest, "refs/heads/"))
	case strings.HasPrefix(said.rest, "refs/tags/"):
		words = append(words, "--tag", strings.TrimPrefix(said.rest, "refs/tags/"))
	}
	for _, audience := range hop.Token.Audience {
		if audience != "sts.amazonaws.com" {
			words = append(words, "--audience", audience)
		}
	}
	return commandLine(words)
}

// commandLine quotes what is not plainly one word: a branch may be named as
// anything.
func commandLine(words []string) string {
	plain := regexp.MustCompile(`^[\w+=,.@:/ -]+$`)
	for i, word := range words {
		if !plain.MatchString(word) || i > 0 && strings.Contains(word, " ") && !strings.HasPrefix(word, "--") {
			words[i] = "'" + strings.ReplaceAll(word, "'", `'\''`) + "'"
		}
	}
	return strings.Join(words, " ")
}
