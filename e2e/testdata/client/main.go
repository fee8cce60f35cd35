// Command client is a long-lived program with the AWS SDK for Go. For each line
// that it reads it asks AWS who it is, and prints the answer.
package main

import (
	"bufio"
	"context"
	"fmt"
	"os"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

func main() {
	ctx := context.Background()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		fmt.Println("error:", err)
		os.Exit(1)
	}
	client := sts.NewFromConfig(cfg)
	fmt.Println(os.Getenv("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		answer, err := client.GetCallerIdentity(ctx, nil)
		if err != nil {
			fmt.Println("error:", err)
			continue
		}
		fmt.Println(aws.ToString(answer.Arn))
	}
}
