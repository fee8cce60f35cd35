// Package doctor goes the whole way that a task takes, from the environment to
// the repositories, and gives a verdict for each station: what was found, why
// it is so as far as that can be told, and what mends it. It makes no call that
// changes anything.
package doctor
