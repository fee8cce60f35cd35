// Package runners knows the CI systems: where each one keeps the settings of
// a step, how it masks a secret, and how variables reach the next step. It
// knows nothing of AWS.
//
// A runner sees the machine through a [Host] only, so that tests run side by
// side.
package runners
