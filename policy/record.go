package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
)

// use is one permission that a recorded run needed.
type use struct {
	principal, action, resource string
}

// ReadRecord takes what a run needed from its record: events of CloudTrail, as
// its log files, "aws cloudtrail lookup-events" and CloudTrail Lake have them,
// or the requests of awsvars-simulator. Calls that needed no permission, and
// those of other services, do not count; refused ones do.
func ReadRecord(text []byte) ([]Grant, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	var uses []use
	events := 0
	for {
		var document json.RawMessage
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("reading the record: %w", err)
		}
		found, n, err := usesOf(document)
		if err != nil {
			return nil, fmt.Errorf("reading the record: %w", err)
		}
		uses, events = append(uses, found...), events+n
	}
	if events == 0 {
		return nil, errors.New("reading the record: it holds no events: give a log file of CloudTrail, or what awsvars-simulator --requests wrote")
	}
	return grantsOf(uses), nil
}

// usesOf reads one JSON value: an event, a list of events, or an object that
// holds a list.
func usesOf(document json.RawMessage) ([]use, int, error) {
	var list []json.RawMessage
	if json.Unmarshal(document, &list) != nil {
		var holder struct {
			Records, Events []json.RawMessage
			CloudTrailEvent string
		}
		if err := json.Unmarshal(document, &holder); err != nil {
			return nil, 0, errors.New("it is neither an event nor a list of events")
		}
		switch {
		case holder.Records != nil:
			list = holder.Records
		case holder.Events != nil:
			list = holder.Events
		case holder.CloudTrailEvent != "":
			// lookup-events has the event as a text.
			return usesOf(json.RawMessage(holder.CloudTrailEvent))
		default:
			found, is, err := event(document)
			if err != nil || !is {
				return nil, 0, err
			}
			return found, 1, nil
		}
	}
	var all []use
	count := 0
	for _, element := range list {
		found, n, err := usesOf(element)
		if err != nil {
			return nil, 0, err
		}
		all, count = append(all, found...), count+n
	}
	return all, count, nil
}

func event(document json.RawMessage) ([]use, bool, error) {
	var e struct {
		trailEvent
		// The simulator says what it judged.
		Service string
		Uses    []struct{ Principal, Action, Resource string }
	}
	if err := json.Unmarshal(document, &e); err != nil {
		return nil, false, err
	}
	switch {
	case e.Service != "":
		var all []use
		for _, u := range e.Uses {
			all = append(all, use{u.Principal, u.Action, u.Resource})
		}
		return all, true, nil
	case e.EventSource != "":
		return e.uses(), true, nil
	}
	return nil, false, nil
}

// trailEvent is what counts of an event (CloudTrail user guide, "CloudTrail
// record contents").
type trailEvent struct {
	EventSource, EventName, AwsRegion string
	UserIdentity                      struct {
		ARN, AccountID string
		SessionContext struct{ SessionIssuer struct{ ARN string } }
	}
	RequestParameters struct {
		RoleARN, Name, RepositoryName, RegistryID string
		RepositoryNames                           []string
		Tags                                      []json.RawMessage
		TransitiveTagKeys                         []string
		SourceIdentity                            string
	}
	Resources          []struct{ ARN string }
	RecipientAccountID string
}

// uses are the permissions of an event; none where AWS asks for none.
func (e trailEvent) uses() []use {
	who := e.UserIdentity.ARN
	if e.UserIdentity.SessionContext.SessionIssuer.ARN != "" {
		who = e.UserIdentity.SessionContext.SessionIssuer.ARN
	}
	partition := "aws"
	if parts := strings.Split(who, ":"); len(parts) > 5 {
		partition = parts[1]
	}
	r := e.RequestParameters
	var all []use
	add := func(resource string, actions ...string) {
		for _, action := range actions {
			all = append(all, use{who, action, resource})
		}
	}
	service, _, _ := strings.Cut(e.EventSource, ".")
	switch {
	case service == "sts" && e.EventName == "AssumeRole", service == "sts" && e.EventName == "GetFederationToken":
		resource := r.RoleARN
		if e.EventName != "AssumeRole" {
			resource = "arn:" + partition + ":sts::" + e.UserIdentity.AccountID + ":federated-user/" + r.Name
		}
		add(resource, "sts:"+e.EventName)
		if len(r.Tags)+len(r.TransitiveTagKeys) > 0 {
			add(resource, "sts:TagSession")
		}
		if r.SourceIdentity != "" {
			add(resource, "sts:SetSourceIdentity")
		}
	case service == "ecr-public" && e.EventName == "GetAuthorizationToken":
		add("*", "ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken")
	case (service == "ecr" || service == "ecr-public") && e.EventName == "GetAuthorizationToken":
		add("*", service+":GetAuthorizationToken")
	case service == "kms":
		// ECR makes its grants on a key in the caller's name.
		for _, key := range e.Resources {
			add(key.ARN, "kms:"+e.EventName)
		}
	case service == "ecr" || service == "ecr-public":
		account := orText(r.RegistryID, orText(e.RecipientAccountID, e.UserIdentity.AccountID))
		region := e.AwsRegion
		if service == "ecr-public" {
			region = ""
		}
		names := r.RepositoryNames
		if r.RepositoryName != "" {
			names = append(names, r.RepositoryName)
		}
		for _, name := range names {
			resource := "arn:" + partition + ":" + service + ":" + region + ":" + account + ":repository/" + name
			add(resource, service+":"+e.EventName)
			if e.EventName == "CreateRepository" && len(r.Tags) > 0 {
				add(resource, service+":TagResource")
			}
		}
	}
	return all
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

// grantsOf groups what was used: by principal, then the resources that need
// the same actions together.
func grantsOf(uses []use) []Grant {
	var grants []Grant
	for _, u := range uses {
		principal := roleOfSession(u.principal)
		i := slices.IndexFunc(grants, func(g Grant) bool { return g.Principal == principal })
		if i < 0 {
			grants = append(grants, Grant{Principal: principal, Role: "made these calls"})
			i = len(grants) - 1
		}
		at := slices.IndexFunc(grants[i].Statements, func(s Statement) bool { return s.Resources[0] == u.resource })
		if at < 0 {
			grants[i].Statements = append(grants[i].Statements, Statement{Sid: sidOf(u), Reason: "seen in the record", Resources: []string{u.resource}})
			at = len(grants[i].Statements) - 1
		}
		if s := &grants[i].Statements[at]; !slices.Contains(s.Actions, u.action) {
			s.Actions = append(s.Actions, u.action)
			slices.Sort(s.Actions)
		}
	}
	return Merge(grants)
}

// roleOfSession is the role of a session's ARN; what its path is, the ARN does
// not tell.
func roleOfSession(arn string) string {
	session := regexp.MustCompile(`^(arn:aws[a-z-]*):sts::([0-9]{12}):assumed-role/([\w+=,.@-]+)/`).FindStringSubmatch(arn)
	if session == nil {
		return arn
	}
	return session[1] + ":iam::" + session[2] + ":role/" + session[3]
}

func sidOf(u use) string {
	_, action, _ := strings.Cut(u.action, ":")
	switch {
	case action == "AssumeRole":
		return "Assume"
	case strings.HasSuffix(action, "GetAuthorizationToken"), action == "GetServiceBearerToken":
		return "Login"
	case strings.Contains(u.resource, ":repository/"):
		return "Repository"
	}
	return Sid(action)
}
