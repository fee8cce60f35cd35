// Package e2e tests the built commands against real parts: the simulator, a
// shell, a Docker engine, a CI system's runner. What needs more than Go has the
// build tag e2e.
package e2e
