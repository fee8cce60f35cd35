//go:build !generate

package main

import "github.com/spf13/cobra"

func generators() []*cobra.Command { return nil }
