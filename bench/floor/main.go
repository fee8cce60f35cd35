// Floor is as fast as a program can be that does what awsvars does: the same
// requests with net/http and nothing else, no SDK, no retries, no checks. It
// is what bench/run measures awsvars against.
//
// Without -ahead it makes its requests one after the other, each service over
// a connection of its own, as STS and ECR are hosts of their own in AWS. With
// -ahead it opens all connections at its start and loads the trusted
// certificates meanwhile, and asks several regions side by side.
//
// It signs with its own few lines of Signature Version 4, so that the SDK's
// weight is not in the floor.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"strings"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("floor: ")
	ahead := flag.Bool("ahead", false, "open connections before they are needed, ask regions side by side")
	role := flag.String("role", "", "ARN of a role to assume")
	externalID := flag.String("external-id", "", "external ID of the role")
	regions := flag.String("token", "", "regions to get an ECR token for, joined by commas")
	flag.Parse()

	j := job{role: *role, externalID: *externalID, ahead: *ahead}
	if *regions != "" {
		j.regions = strings.Split(*regions, ",")
	}
	result, err := j.do()
	if err != nil {
		log.Fatal(err)
	}
	if err := json.NewEncoder(os.Stdout).Encode(result); err != nil {
		log.Fatal(err)
	}
}

// job is what to do: credentials from the environment or from instance
// metadata, then perhaps a role, then perhaps tokens.
type job struct {
	role, externalID string
	regions          []string
	ahead            bool
}

func (j job) do() (any, error) {
	sts, tokens := j.services()
	current, err := firstKeys()
	if err != nil {
		return nil, err
	}
	if j.role != "" {
		if current, err = assumeRole(sts, current, j.role, j.externalID); err != nil {
			return nil, fmt.Errorf("assuming the role: %w", err)
		}
	}
	if len(tokens) == 0 {
		return current, nil
	}
	return j.askAll(tokens, current)
}

// services returns the one for the role, nil if none is needed, and one for
// each region.
func (j job) services() (sts *service, tokens []*service) {
	region := os.Getenv("AWS_REGION")
	trust := newTrust(j.ahead)
	if j.role != "" {
		sts = newService("sts", region, os.Getenv("AWS_ENDPOINT_URL_STS"), trust, j.ahead)
	}
	for _, region := range j.regions {
		tokens = append(tokens, newService("ecr", region, os.Getenv("AWS_ENDPOINT_URL_ECR"), trust, j.ahead))
	}
	return sts, tokens
}

func (j job) askAll(services []*service, current keys) ([]token, error) {
	tokens := make([]token, len(services))
	failures := make([]error, len(services))
	done := make(chan int)
	for i, s := range services {
		ask := func() {
			tokens[i], failures[i] = getToken(s, current)
			done <- i
		}
		go ask()
		if !j.ahead {
			<-done
		}
	}
	if j.ahead {
		for range services {
			<-done
		}
	}
	for _, err := range failures {
		if err != nil {
			return nil, fmt.Errorf("getting a token: %w", err)
		}
	}
	return tokens, nil
}
