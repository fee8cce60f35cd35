package simulator

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
)

// registries are all registries for images by their places. The contents of
// their layers stand in one folder, each once, as files: hundreds of megabytes
// are no matter.
type registries struct {
	blobs string

	mu      sync.Mutex
	byPlace map[place]*images
}

// openRegistries makes the configured repositories and the folders.
func (s *Simulator) openRegistries() error {
	var err error
	if s.dir, err = os.MkdirTemp("", "awsvars-simulator-"); err != nil {
		return fmt.Errorf("making the simulator's folder: %w", err)
	}
	s.registries = &registries{blobs: filepath.Join(s.dir, "blobs"), byPlace: map[place]*images{}}
	if err := os.Mkdir(s.registries.blobs, 0o700); err != nil {
		return fmt.Errorf("making the folder of layers: %w", err)
	}
	for account, configured := range s.config.Accounts {
		for region, repositories := range configured.Repositories {
			s.registries.at(place{account: account, region: region}).configure(account, region, repositories, s.clock.time())
		}
		s.registries.at(place{public: true}).configure(account, "", configured.Public, s.clock.time())
	}
	return nil
}

func (r *registries) at(p place) *images {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.byPlace[p]
	if !ok {
		found = &images{place: p, repositories: map[string]*repository{}, uploads: map[string]*upload{}}
		r.byPlace[p] = found
	}
	return found
}

// close lets go of the files of uploads that nobody completed.
func (r *registries) close() {
	if r == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, m := range r.byPlace {
		m.mu.Lock()
		for _, u := range m.uploads {
			_ = u.file.Close()
		}
		m.mu.Unlock()
	}
}
