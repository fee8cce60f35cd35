package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"awsvars-simulator": main,
		"linger":            linger,
		"reach":             reach,
		"whoami":            whoami,
	})
}

// whoami is an ordinary AWS program that knows nothing of the simulator.
func whoami() {
	cfg, err := config.LoadDefaultConfig(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	out, err := sts.NewFromConfig(cfg).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(cfg.Region, *out.Arn)
}

// reach is an ordinary HTTPS client: it asks for what it is told to.
func reach() {
	for _, address := range os.Args[1:] {
		answer, err := http.Get(address)
		host := strings.Split(address, "/")[2]
		if err != nil {
			fmt.Println(host, err)
			continue
		}
		_ = answer.Body.Close()
		fmt.Println(host, answer.Status)
	}
}

// linger says in the pipe os.Args[1] that it is ready, and ends by a signal.
func linger() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if err := os.WriteFile(os.Args[1], []byte("ready\n"), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("got", <-signals)
	os.Exit(3)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireExplicitExec: true, RequireUniqueNames: true,
		// A script that hangs ends with its processes, not with the test's.
		Deadline: time.Now().Add(2 * time.Minute),
	})
}
