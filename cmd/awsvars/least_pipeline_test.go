package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/policy"
)

const (
	leastAgent = "arn:aws:iam::111111111111:role/agent"
	leastUser  = "arn:aws:iam::111111111111:user/ci"
)

// pipeline is a task with its settings, and the principals on its way.
type pipeline struct {
	args []string
	// principals are whoever the job starts as, then the roles.
	principals []string
	externalID map[string]string
	// user starts from the keys of an IAM user.
	user             bool
	tags, transitive bool
	sourceIdentity   bool
	worlds           []worldBefore
}

// worldBefore is what is there already.
type worldBefore struct {
	// repositories by region of the last role's account.
	repositories map[string]map[string]any
}

func (p pipeline) String() string { return "awsvars " + strings.Join(p.args, " ") }

// last is the principal that the task's own calls are made as.
func (p pipeline) last() string { return p.principals[len(p.principals)-1] }

func (p pipeline) account() string { return strings.Split(p.last(), ":")[4] }

func randomPipeline(r *rand.Rand, image string) pipeline {
	chance := func(percent int) bool { return r.IntN(100) < percent }
	task := []string{"sts", "ecr", "login", "push", "push"}[r.IntN(5)]
	p := pipeline{user: chance(40), externalID: map[string]string{}}
	p.args = []string{task, "--source", "instance", "--region", "eu-west-1"}
	p.principals = []string{leastAgent}
	if p.user {
		p.args[2], p.principals[0] = "environment", leastUser
	}
	if p.user && chance(40) {
		p.federated(r)
	} else {
		p.chain(r, chance)
	}
	switch task {
	case "ecr", "login":
		p.registries(chance)
	case "push":
		p.push(image, chance)
	}
	if len(p.worlds) == 0 {
		p.worlds = []worldBefore{{}}
	}
	return p
}

// federated turns the user's keys into temporary ones.
func (p *pipeline) federated(r *rand.Rand) {
	if r.IntN(2) == 0 {
		p.args = append(p.args, "--principal-type", "session-token")
		return
	}
	p.args = append(p.args, "--principal-type", "federated-user", "--federated-user-name", "build",
		"--policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`)
	if r.IntN(2) == 0 {
		p.tags, p.args = true, append(p.args, "--custom-tags", "team=payments")
	}
}

// chain walks up to three roles, each in another account.
func (p *pipeline) chain(r *rand.Rand, chance func(int) bool) {
	var ids []string
	for i := range r.IntN(4) {
		role := fmt.Sprintf("arn:aws:iam::%s:role/ci/role%d", strings.Repeat(fmt.Sprint(i+1), 12), i)
		id := "-"
		if chance(50) {
			id = fmt.Sprintf("handshake-%d", i)
			p.externalID[role] = id
		}
		p.principals, ids = append(p.principals, role), append(ids, id)
		p.args = append(p.args, "--role-arn", role)
	}
	if len(ids) == 0 {
		return
	}
	p.args = append(p.args, "--external-id", strings.Join(ids, ","))
	if p.tags = chance(40); p.tags {
		p.args = append(p.args, "--custom-tags", "team=payments")
		if p.transitive = chance(50); p.transitive {
			p.args = append(p.args, "--transitive-tag-keys", "team")
		}
	}
	if p.sourceIdentity = chance(30); p.sourceIdentity {
		p.args = append(p.args, "--source-identity", "octocat")
	}
}

func (p *pipeline) registries(chance func(int) bool) {
	registries := []string{p.account() + "/eu-west-1"}
	if chance(40) {
		registries = append(registries, p.account()+"/us-east-1")
	}
	if chance(40) {
		registries = append(registries, "public")
	}
	p.args = append(p.args, "--registry", strings.Join(registries, ","))
}

// push pushes to one region or two, into repositories that are there or that
// it makes.
func (p *pipeline) push(image string, chance func(int) bool) {
	regions := []string{"eu-west-1"}
	if chance(40) {
		regions = append(regions, "us-east-1")
	}
	var registries []string
	there, scanless := map[string]map[string]any{}, map[string]map[string]any{}
	for _, region := range regions {
		registries = append(registries, p.account()+"/"+region)
		there[region] = map[string]any{"team/app": map[string]any{}}
		scanless[region] = map[string]any{"team/app": map[string]any{}}
	}
	p.args = append(p.args, "--image", "oci:"+image, "--repository", "team/app", "--registry", strings.Join(registries, ","))
	p.worlds = []worldBefore{{repositories: there}}
	if chance(60) {
		p.args = append(p.args, "--create-repository")
		p.worlds = []worldBefore{{}}
		if chance(50) {
			p.args = append(p.args, "--repository-tags", "team=payments")
		}
		if chance(40) {
			p.args = append(p.args, "--kms-key", []string{"alias/images", "1234abcd-12ab-34cd-56ef-1234567890ab"}[len(registries)-1])
		}
		if chance(50) {
			p.args = append(p.args, "--scan-on-push")
			p.worlds = append(p.worlds, worldBefore{repositories: scanless})
		}
	}
	if chance(40) {
		p.args = append(p.args, "--lifecycle-policy", `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":3},"action":{"type":"expire"}}]}`)
	}
	if chance(30) {
		p.args = append(p.args, "--repository-policy", `{"Version":"2012-10-17","Statement":[]}`)
	}
}

// config writes the world: each role trusts the one before it, and everybody
// has these policies and no others.
func (p pipeline) config(t *testing.T, w worldBefore, policies map[string][]statement) []byte {
	t.Helper()
	accounts := map[string]map[string]any{}
	account := func(arn string) map[string]any {
		id := strings.Split(arn, ":")[4]
		if accounts[id] == nil {
			accounts[id] = map[string]any{"users": map[string]any{}, "roles": map[string]any{}}
		}
		return accounts[id]
	}
	for i, arn := range p.principals {
		allowed := map[string]any{"allow": []string{}, "policies": documentsOf(t, policies[arn])}
		name := arn[strings.LastIndex(arn, "/")+1:]
		switch {
		case i == 0 && p.user:
			account(arn)["users"].(map[string]any)[name] = allowed
			continue
		case i == 0:
			allowed["trust"] = []map[string]any{{"service": "ec2.amazonaws.com"}}
		default:
			allowed["path"], allowed["trust-policy"] = "/ci/", p.trust(t, i)
		}
		account(arn)["roles"].(map[string]any)[name] = allowed
	}
	if w.repositories != nil {
		account(p.last())["repositories"] = w.repositories
	}
	if p.user {
		account(leastAgent)["roles"].(map[string]any)["agent"] = map[string]any{"trust": []map[string]any{{"service": "ec2.amazonaws.com"}}}
	}
	text, err := json.Marshal(map[string]any{"region": "eu-west-1", "instance-id": "i-0a1b2c3d4e5f67890", "instance-role": leastAgent, "accounts": accounts})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// trust is the trust policy of a role, for the principal before it. An account
// of its own demands that both sides agree.
func (p pipeline) trust(t *testing.T, i int) string {
	t.Helper()
	before := p.principals[i-1]
	trust := policy.Trust{Principals: []string{before}, SourceIdentity: p.sourceIdentity}
	if strings.Split(before, ":")[4] == strings.Split(p.principals[i], ":")[4] {
		// The root delegates to the policies of the account: a role that names
		// the caller itself would need none.
		trust.Principals = []string{strings.Split(before, ":")[4]}
	}
	if id := p.externalID[p.principals[i]]; id != "" {
		trust.ExternalIDs = []string{id}
	}
	// Tags that are not transitive are the last role's.
	trust.Tags = p.tags && (p.transitive || i == len(p.principals)-1)
	d, err := trust.Document()
	if err != nil {
		t.Fatal(err)
	}
	return string(d.JSON())
}

func documentsOf(t *testing.T, statements []statement) []string {
	t.Helper()
	if len(statements) == 0 {
		return []string{}
	}
	text, err := json.Marshal(map[string]any{"Version": policy.Version, "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	return []string{string(text)}
}
