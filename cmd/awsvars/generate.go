//go:build generate

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// generators returns the command that writes the files that are derived from
// the settings. It is not part of the product: the library that writes manual
// pages would cost every start of it time.
func generators() []*cobra.Command {
	return []*cobra.Command{{
		Use: "generate", Hidden: true, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if err := manPages(c.Root(), "man"); err != nil {
				return err
			}
			return writeFile(filepath.Join("..", "..", "docs", "settings.md"), settingsMarkdown)
		},
	}}
}

func manPages(root *cobra.Command, dir string) error {
	root.DisableAutoGenTag = true
	root.CompletionOptions.HiddenDefaultCmd = false
	// A date of its own would make a difference every day.
	date := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return doc.GenManTree(root, &doc.GenManHeader{Title: "AWSVARS", Section: "1", Source: "awsvars", Date: &date}, dir)
}

func writeFile(path string, content func(io.Writer) error) error {
	var b bytes.Buffer
	if err := content(&b); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
