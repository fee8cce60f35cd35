package docker

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/awsvars/awsvars/files"
)

// privateText is the user's config.json with the logins.
func (c Config) privateText(logins []Login) (string, error) {
	text, err := readAny(c.file())
	if err != nil {
		return "", err
	}
	d, err := parse(text)
	if err == nil {
		d, err = d.withPrivate(c, logins)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.file(), err)
	}
	return d.text, nil
}

func (d document) withPrivate(c Config, logins []Login) (document, error) {
	if err := d.checkHosts(hostsOf(logins)); err != nil {
		return d, err
	}
	after, err := parse(d.private(c, logins).text)
	if err != nil || !d.becomes(after, logins) {
		return d, errors.New("a copy of it with the login would not give Docker that one and the other ones")
	}
	for _, l := range logins {
		if after.store(l.Host) != "" {
			return d, errors.New("a copy of it would not make Docker look for the login in auths")
		}
	}
	return after, nil
}

// private takes the hosts from their helpers.
func (d document) private(c Config, logins []Login) document {
	_, usable := c.helper(d.read.CredentialsStore)
	usable = usable && d.read.CredentialsStore != ""
	if !usable {
		d = d.dropKey(storeKey)
	}
	for _, l := range logins {
		// To Docker, an empty helper stands for auths.
		if usable {
			d = d.put(helpersKey, l.Host, `""`)
		} else {
			d = d.drop(helpersKey, l.Host)
		}
		d = d.put(authsKey, l.Host, l.entry(d.layout()))
	}
	return d
}

// readAny reads a file of anybody, through links. It is no file of ours, and
// nothing is written to it.
func readAny(path string) (string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is %s", path, files.Kind(info))
	}
	file, err := os.OpenFile(path, os.O_RDONLY|files.NoWait, 0)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err == nil && len(content) > mostBytes {
		err = fmt.Errorf("%s has more than %d bytes", path, mostBytes)
	}
	return string(content), err
}
