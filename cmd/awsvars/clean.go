package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/tasks"
)

// cleanCommand is for a job of its own on a self-hosted agent, such as a timer.
func (p process) cleanCommand() *cobra.Command {
	var olderThan time.Duration
	c := &cobra.Command{
		Use: "clean [DIRECTORY]...", DisableFlagsInUseLine: true,
		Short: "Removes Docker configurations and unpacked images that killed jobs left behind",
		Args:  cobra.ArbitraryArgs,
	}
	c.Flags().DurationVar(&olderThan, "older-than", 12*time.Hour, "leave what is younger; a login lasts 12 hours")
	c.RunE = func(c *cobra.Command, directories []string) error {
		log := textLogger(p.stderr)
		if len(directories) == 0 {
			directories = []string{tasks.Temporary(p.lookup, os.TempDir())}
		}
		for i, directory := range directories {
			directories[i] = p.absolute(directory)
		}
		removed, err := docker.Clean(c.Context(), directories, olderThan, nil)
		for _, path := range removed {
			log.Info("removed", "text", path, "path", path)
		}
		if err != nil {
			report(log, err)
			return &reported{undelivered{err}}
		}
		if len(removed) == 0 {
			log.Info("clean", "text", "nothing was left behind")
		}
		return nil
	}
	return c
}
