package connectors

import (
	"maps"
	"strings"
)

// sharedFiles is what the configuration file and the credentials file of the
// AWS tools say together.
type sharedFiles struct {
	profiles, services sections
	// exist is false where neither file does.
	exist bool
}

// profile returns the profile with its services section.
func (f sharedFiles) profile(name string) (profile, bool) {
	found, ok := f.profiles[name]
	p := profile{name: name, section: found}
	p.services = f.services[p.text(servicesKey)]
	return p, ok
}

// readShared reads the files. Where the source is neither auto nor profile
// only the configuration file counts, for its region and endpoints: the file
// with credentials is not opened.
func (c *Connector) readShared() (sharedFiles, error) {
	shared := sharedFiles{profiles: sections{}, services: sections{}}
	file, err := readSections(c.machine.configFile())
	if err != nil {
		return shared, err
	}
	shared.exist = file != nil
	shared.addConfig(file)
	if !c.readsProfile() {
		return shared, nil
	}
	if file, err = readSections(c.machine.credentialsFile()); err != nil {
		return shared, err
	}
	shared.exist = shared.exist || file != nil
	shared.addCredentials(file)
	return shared, nil
}

// addConfig takes the profiles that the configuration file may hold: [default]
// and [profile NAME]; [profile default] wins over [default].
func (f *sharedFiles) addConfig(file sections) {
	for words, found := range file {
		if name, is := strings.CutPrefix(words, "profile "); is {
			f.profiles[name] = found
		} else if name, is := strings.CutPrefix(words, "services "); is {
			f.services[name] = found
		}
	}
	for words, found := range file {
		if _, taken := f.profiles[words]; !taken && strings.EqualFold(words, defaultProfile) {
			f.profiles[words] = found
		}
	}
}

// addCredentials lets the credentials file win. It holds [NAME]; [profile NAME]
// does not count here.
func (f *sharedFiles) addCredentials(file sections) {
	for words, found := range file {
		if name, is := strings.CutPrefix(words, "services "); is {
			if _, taken := f.services[name]; !taken {
				f.services[name] = found
			}
		} else if !strings.HasPrefix(words, "profile ") {
			f.profiles[words] = merge(f.profiles[words], found)
		}
	}
}

// merge lets over win. Keys and token are one thing: the SDK would sign with
// the credentials file's keys and the configuration file's token. Endpoints
// of a profile that stands in both files count in the configuration file only
// (mergeSections of aws-sdk-go-v2/config).
func merge(under, over section) section {
	if under == nil {
		return over
	}
	merged := maps.Clone(under)
	_, id := over[accessKeyIDKey]
	_, secret := over[secretAccessKeyKey]
	if id || secret {
		delete(merged, accessKeyIDKey)
		delete(merged, secretAccessKeyKey)
		delete(merged, sessionTokenKey)
	}
	for key, value := range over {
		switch {
		case key == endpointKey, key == servicesKey, key == ignoreEndpointsKey:
		case key == sessionTokenKey && !id && !secret:
		default:
			merged[key] = value
		}
	}
	return merged
}
