// Package connectors turns the identity that a machine already has into the
// credentials that a task needs: it asks one source, then walks a chain of
// roles from there.
//
// A [Connector] is a checked recipe, made by [New] without any call. Open
// carries it out and returns a [Session].
package connectors
