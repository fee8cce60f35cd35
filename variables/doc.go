// Package variables holds what awsvars takes in and what it hands out: the
// settings of a task, with their types and every name they go by, the facts
// that a CI job knows of itself, and the variables that a task delivers, with
// their secrets closed.
//
// It imports the standard library only, and everything else imports it.
package variables
