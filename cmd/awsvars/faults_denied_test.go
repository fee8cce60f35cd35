package main

import (
	"testing"
	"time"
)

// TestADeniedCallIsToldInUnderASecond: what AWS refuses is asked once. It is not
// parallel, so that other tests of the package do not take its time.
func TestADeniedCallIsToldInUnderASecond(t *testing.T) {
	for call, name := range map[string]string{
		"imds:role": "instance", "sts:AssumeRole": "user", "ecr:GetAuthorizationToken": "region", "registry:upload/POST": "push",
	} {
		row := faultRow{scene: name, call: call, fault: "denied"}
		took := time.Hour
		// Other programs of the machine take their time, too.
		for range tries {
			r := perform(t, scenes()[name], row)
			if r.status != statusRefused {
				t.Fatalf("%s: status %d\n%s", row.key(), r.status, r.log)
			}
			took = min(took, r.took)
		}
		if took >= time.Second {
			t.Errorf("%s is told after %s", row.key(), took)
		}
	}
}
