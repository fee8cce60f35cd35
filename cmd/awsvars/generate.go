//go:build generate

package main

import (
	"bytes"
	_ "embed"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/awsvars/awsvars/connectors"
)

// generators returns the command that writes the files that are derived from
// the settings. It is not part of the product: the library that writes manual
// pages would cost every start of it time.
func generators() []*cobra.Command {
	return []*cobra.Command{{
		Use: "generate [ROOT]", Hidden: true, Args: cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			root := filepath.Join("..", "..")
			if len(args) > 0 {
				root = args[0]
			}
			return generate(c.Root(), root)
		},
	}}
}

// generate writes the files below root, the folder of the module.
func generate(c *cobra.Command, root string) error {
	if err := manPages(c, filepath.Join(root, "cmd", "awsvars", "man")); err != nil {
		return err
	}
	for path, content := range map[string]func(io.Writer) error{
		filepath.Join("docs", "settings.md"):           settingsMarkdown,
		filepath.Join("docs", "awsvars.schema.json"):   schemaJSON,
		filepath.Join("docs", "connectors-graph.yaml"): exampleYAML,
		filepath.Join("docs", "connectors-graph.svg"):  exampleSVG,
		"action.yml": actionYAML,
		"plugin.yml": pluginYAML,
	} {
		if err := writeFile(filepath.Join(root, path), content); err != nil {
			return err
		}
	}
	return nil
}

func schemaJSON(w io.Writer) error {
	_, err := w.Write(connectors.Schema())
	return err
}

// example is the connectors file that docs/connectors.md shows as a picture.
//
//go:embed testdata/connectors-graph.yaml
var example []byte

func exampleYAML(w io.Writer) error {
	_, err := w.Write(example)
	return err
}

func exampleSVG(w io.Writer) error {
	nothing := func(string) (string, bool) { return "", false }
	file := connectors.ParseFile("connectors-graph.yaml", ".", example)
	network := connectors.NewNetwork(nothing, 0, newLogger(io.Discard, "text", "error"))
	roster := connectors.Inspect(file, connectors.Machine{Lookup: nothing}, network)
	if lines := roster.Faults(); len(lines) > 0 {
		return &fileFaults{file.Path, lines}
	}
	return drawing(roster.Outlines()).SVG(w)
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
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, b.Bytes(), 0o644)
}
