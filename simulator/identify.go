package simulator

import "net/http"

// identify finds the caller by the request's signature.
func (s *Simulator) identify(c *call, service string) *refusal {
	a, refused := parseAuthorization(c.http)
	if refused != nil {
		return refused
	}
	c.record.Region = a.region
	key, refused := s.lookUp(c, a)
	if refused != nil {
		return refused
	}
	for _, check := range []func() *refusal{
		func() *refusal { return a.checkScope(service, c.now) },
		func() *refusal { return a.checkHeaders(c.http) },
		func() *refusal { return a.verify(c.http, c.body, key) },
	} {
		if refused := check(); refused != nil {
			return refused
		}
	}
	c.key, c.who = key, key.who
	c.record.signedBy(key.who)
	return nil
}

// lookUp finds the key, with the session token that belongs to it. A key of
// another partition is as good as unknown.
func (s *Simulator) lookUp(c *call, a authorization) (*credential, *refusal) {
	key, ok := s.keys.find(a.key)
	if !ok || key.token != c.http.Header.Get("X-Amz-Security-Token") || key.who.partition != partitionOf(a.region).id {
		return nil, &refusal{http.StatusForbidden, "InvalidClientTokenId", "The security token included in the request is invalid."}
	}
	if key.expiredAt(c.now) {
		return nil, &refusal{http.StatusForbidden, "ExpiredToken", "The security token included in the request is expired"}
	}
	return key, nil
}
