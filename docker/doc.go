// Package docker writes logins into Docker's configuration directory, takes
// out what it wrote, and leaves every other byte as it is.
//
// Which store a login goes to is Docker's rule (docker/cli,
// cli/config/configfile/file.go, getConfiguredCredentialStore): the helper that
// credHelpers names for the host, else the one of credsStore, else the auths of
// config.json. Docker looks for a default store, such as a Mac's keychain, where
// config.json names none and holds no login; that is not done here, so that a
// first login goes to auths and turns Docker's search off.
//
// Docker's own reader is asked before a file is touched, and about the new text
// before it takes the file's place. Docker itself takes no lock. A file that it
// has changed meanwhile is read again, right up to the rename.
package docker
