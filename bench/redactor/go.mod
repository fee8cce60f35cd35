// A module of its own, so that what it needs is none of awsvars' business. Its
// path lies within Buildkite's agent, whose redactor is internal to that.
module github.com/buildkite/agent/v3/bench

go 1.26.5

require github.com/buildkite/agent/v3 v3.138.0

require github.com/puzpuzpuz/xsync/v2 v2.5.1 // indirect
