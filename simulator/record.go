package simulator

import (
	"net/url"
	"slices"
	"sync"
	"time"
)

// Request is one request that was made, and how it was answered.
type Request struct {
	// Service is sts, ecr, ecr-public, imds, container, oidc or registry.
	Service string `json:"service"`
	// Action is AWS's name of the call; for imds token, role, credentials,
	// info, region, zone, instance-id, document; for container credentials;
	// for oidc token, keys; for registry ping, token, manifest, blob, upload, tags.
	Action string `json:"action"`
	// Region is the one that the signature is for, or the registry's.
	Region string `json:"region,omitempty"`
	// Caller is the ARN of who signed, "" if nobody did or if the signature
	// was refused. CallerName is the user's or the role's name.
	Caller     string `json:"caller,omitempty"`
	CallerName string `json:"callerName,omitempty"`
	// CallerTags are the tags of the session that signed, inherited ones
	// included, CallerTransitiveTags the keys of those that it hands on.
	CallerTags           map[string]string `json:"callerTags,omitempty"`
	CallerTransitiveTags []string          `json:"callerTransitiveTags,omitempty"`
	// CallerSourceIdentity is the source identity of the session that signed.
	CallerSourceIdentity string `json:"callerSourceIdentity,omitempty"`
	// Target is the ARN of the role that was asked for, TargetName its name.
	Target     string `json:"target,omitempty"`
	TargetName string `json:"targetName,omitempty"`
	// Uses are the permissions that identity-based policies were asked for.
	Uses []Use `json:"uses,omitempty"`
	// Params are the parameters without the secret ones.
	Params url.Values `json:"params,omitempty"`
	// Status is the HTTP status, 0 while or if no answer was sent. Code is
	// AWS's error code.
	Status int    `json:"status"`
	Code   string `json:"code,omitempty"`
	// Fault is the scripted fault that this request met.
	Fault string `json:"fault,omitempty"`
	// Time is when it arrived, by the simulator's clock.
	Time time.Time `json:"time"`
}

// signedBy tells who signed.
func (r *Request) signedBy(who *principal) {
	r.Caller, r.CallerName, r.CallerSourceIdentity = who.arn, who.name, who.source
	if len(who.tags) > 0 {
		r.CallerTags = map[string]string{}
	}
	for _, tag := range who.tags {
		r.CallerTags[tag.key] = tag.value
		if tag.transitive {
			r.CallerTransitiveTags = append(r.CallerTransitiveTags, tag.key)
		}
	}
}

// record is the list of requests in the order of their arrival.
type record struct {
	mu       sync.Mutex
	requests []Request
}

// begin takes a place in the order; finish fills it.
func (r *record) begin(request Request) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests = append(r.requests, request)
	return len(r.requests) - 1
}

func (r *record) finish(place int, request Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.requests[place] = request
}

func (r *record) all() []Request {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.requests)
}
