// Package images pushes container images to registries: from a Docker engine,
// through its API, or from an OCI layout or an archive, without any engine.
//
//	Open    finds the image
//	Push    asks what the registries have, lets the caller judge it, and pushes
//	Bars    shows the progress on a terminal
//	Lines   says the progress in a log
package images
