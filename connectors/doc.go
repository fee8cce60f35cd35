// Package connectors turns the identity that a machine already has into the
// credentials that a task needs: it asks one source, then takes one step after
// the other from there, each a call of STS.
//
// A [Connector] is a checked recipe, made by [New] from settings without any
// call. Open carries it out and returns a [Session]. A [Roster] holds the
// connectors of a run, by name from a connectors [File] as well; they share
// what they find on the way.
package connectors
