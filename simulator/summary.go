package simulator

import (
	"fmt"
	"strings"
)

// Summary is the record in short, such as "3 × metadata, sts AssumeRole
// (agent → deployer), ecr GetAuthorizationToken (deployer)". Neighbours that
// read alike are counted.
func (s *Simulator) Summary() string {
	var items []string
	var counts []int
	for _, request := range s.Requests() {
		item := request.summary()
		if last := len(items) - 1; last >= 0 && items[last] == item {
			counts[last]++
			continue
		}
		items = append(items, item)
		counts = append(counts, 1)
	}
	for i, count := range counts {
		if count > 1 {
			items[i] = fmt.Sprintf("%d × %s", count, items[i])
		}
	}
	if len(items) == 0 {
		return "nothing"
	}
	return strings.Join(items, ", ")
}

func (r Request) summary() string {
	text := r.Service + " " + r.Action
	switch r.Service {
	case "imds":
		text = "metadata"
	case "container":
		text = "container credentials"
	case "oidc":
		text = "GitHub OIDC " + r.Action
	}
	switch {
	case r.TargetName != "" && r.CallerName != "":
		text += " (" + r.CallerName + " → " + r.TargetName + ")"
	case r.TargetName != "":
		text += " (→ " + r.TargetName + ")"
	case r.CallerName != "":
		text += " (" + r.CallerName + ")"
	}
	switch {
	case r.Fault != "":
		text += ": fault " + r.Fault
	case r.Code != "":
		text += ": " + r.Code
	case r.Status >= 400 && r.Service == "registry" && r.Status == 401:
		// The registry's challenge is part of every login.
	case r.Status >= 400:
		text += fmt.Sprintf(": %d", r.Status)
	}
	return text
}
