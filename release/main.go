// Command release makes the files of a release: the binary for each platform
// with a list of what is in it, the plugin's image, and the sums of all.
//
//	go run ./release VERSION DIRECTORY [OS/ARCHITECTURE]...
//
// Who runs it on the same commit gets the same bytes, wherever the clone is.
// It runs in the root of the clone, and asks for nothing but Go modules.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	if len(args) < 2 {
		return errors.New("a version and a directory are needed: go run ./release v1.2.3 dist")
	}
	version, dir := args[0], args[1]
	if err := checkVersion(version); err != nil {
		return err
	}
	chosen, err := choose(args[2:])
	if err != nil {
		return err
	}
	if err := checkRoot(ctx); err != nil {
		return err
	}
	// What is in the directory would be taken for a part of the release.
	if err := os.Mkdir(dir, 0o755); err != nil {
		return fmt.Errorf("making the directory of the release: %w", err)
	}
	if err := release(ctx, version, dir, chosen); err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	sums, err := os.ReadFile(filepath.Join(dir, sumsFile))
	if err != nil {
		return err
	}
	_, err = out.Write(sums)
	return err
}

// release writes all files.
func release(ctx context.Context, version, dir string, chosen []platform) error {
	for _, p := range chosen {
		binary := filepath.Join(dir, p.file(version))
		if err := build(ctx, version, p, binary); err != nil {
			return err
		}
		if err := writeBill(version, p, binary); err != nil {
			return fmt.Errorf("listing what is in %s: %w", p.file(version), err)
		}
	}
	if err := writeImage(version, dir, chosen); err != nil {
		return fmt.Errorf("making the plugin's image: %w", err)
	}
	return writeSums(dir)
}

// checkVersion wants a tag as Go modules have it (go.dev/ref/mod, "Versions").
func checkVersion(version string) error {
	if !regexp.MustCompile(`^v(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z.-]+)?$`).MatchString(version) {
		return fmt.Errorf("the version %q: write v1.2.3", version)
	}
	return nil
}

// checkRoot tells whether this is the root of the module's clone.
func checkRoot(ctx context.Context) error {
	found, err := exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}").Output()
	if err != nil {
		return fmt.Errorf("looking for the module: %w", err)
	}
	here, err := os.Getwd()
	if err != nil {
		return err
	}
	if root := strings.TrimSpace(string(found)); root != here {
		return fmt.Errorf("run it in %s", root)
	}
	return nil
}
