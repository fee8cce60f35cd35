// Package profiles adds, updates and removes one profile in the files of the
// AWS tools, ~/.aws/config and ~/.aws/credentials (AWS SDKs and Tools Reference
// Guide, "Shared config and credentials files"), and leaves every other byte of
// them as it is.
//
// A section that it wrote carries a mark, a comment right below its header.
// What carries none belongs to somebody, and is replaced only on request.
package profiles
