package simulator

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
)

// images is the registry of one place.
type images struct {
	place place

	mu           sync.Mutex
	repositories map[string]*repository
	uploads      map[string]*upload
}

// repository holds images. Its layers are its own, as in ECR: what is in
// another repository of the registry must be pushed again.
type repository struct {
	Repository
	account   string // whose it is; "" in the registry without a name
	region    string
	name      string
	created   time.Time
	policy    string
	lifecycle string
	guarding  document // what its policy says

	layers map[string]int64  // sizes by digest
	images map[string]*image // by digest
	tagged map[string]string // digests by tag
}

// image is a manifest, be it of an image, of an index or of something else.
type image struct {
	digest    string
	mediaType string
	manifest  []byte
	size      int64 // of all that it names, in bytes
	pushed    time.Time
}

func (m *images) configure(account, region string, repositories map[string]Repository, now time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, settings := range repositories {
		m.repositories[name] = newRepository(settings, account, region, name, now)
	}
}

func newRepository(settings Repository, account, region, name string, now time.Time) *repository {
	settings.TagMutability = or(settings.TagMutability, "MUTABLE")
	r := &repository{
		Repository: settings, account: account, region: region, name: name, created: now,
		layers: map[string]int64{}, images: map[string]*image{}, tagged: map[string]string{},
	}
	for _, account := range settings.SharedWith {
		r.guarding.statements = append(r.guarding.statements,
			statement{principals: []trusted{{"AWS", account}}, actions: patterns{texts: []string{"*"}}})
	}
	return r
}

// find locks the registry for a look at one repository. The registry without
// a name has every repository.
func (m *images) find(name string) *repository {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.repositories[name]
	if found == nil && !m.place.named() {
		found = newRepository(Repository{}, "", "", name, time.Time{})
		m.repositories[name] = found
	}
	return found
}

// owner is the account whose registry it is; in ECR Public the alias tells.
func (m *images) owner(name string) string {
	if !m.place.public {
		return m.place.account
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	alias, _, _ := strings.Cut(name, "/")
	for other, repository := range m.repositories {
		if strings.HasPrefix(other, alias+"/") {
			return repository.account
		}
	}
	return ""
}

// arn is of a repository that need not exist. In ECR Public the registry's
// alias is no part of it.
func (p place) arn(account, repository string) string {
	service := p.service()
	if _, name, ok := strings.Cut(repository, "/"); ok && p.public {
		repository = name
	}
	return "arn:" + partitionOf(p.region).id + ":" + service + ":" + p.region + ":" + account + ":repository/" + repository
}

func (r *repository) place() place {
	if r.region == "" {
		return place{public: true}
	}
	return place{account: r.account, region: r.region}
}

// image finds an image by tag or digest; the registry must be locked.
func (r *repository) image(reference string) *image {
	if digest, ok := r.tagged[reference]; ok {
		reference = digest
	}
	return r.images[reference]
}

// tags are those of an image, sorted; the registry must be locked.
func (r *repository) tags(digest string) []string {
	var tags []string
	for _, tag := range slices.Sorted(maps.Keys(r.tagged)) {
		if digest == "" || r.tagged[tag] == digest {
			tags = append(tags, tag)
		}
	}
	return tags
}

func digestOf(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }
