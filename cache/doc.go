// Package cache keeps ECR logins of one user between processes, so that the
// second one that wants a login asks nobody.
//
// What is kept is as good as a password, and lies in a directory that only its
// user can read. The cache is a help and no part of the result: whatever is
// wrong with it is told as a warning, and AWS is asked instead.
package cache
