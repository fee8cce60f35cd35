package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/variables"
)

// trusting is who a role is to let in, as flags say it.
type trusting struct {
	writing
	policy.Trust
	token policy.WebIdentity
	role  string
}

func (t *trusting) declare(c *cobra.Command) {
	t.writing.declare(c)
	f := c.Flags()
	f.StringSliceVar(&t.Principals, "principal", nil, "ARN of a role or a user that may become the role, or a whole account by its 12 digits")
	f.StringSliceVar(&t.ExternalIDs, "external-id", nil, "what the caller must bring; with several, one of them")
	f.BoolVar(&t.ThirdParty, "third-party", false, "the principal is somebody else's: without an external ID nothing is written")
	f.StringVar(&t.Organization, "organization", "", "ID in AWS Organizations, o-…, that the principals must be in")
	f.BoolVar(&t.MFA, "mfa", false, "only callers who signed in with an MFA device")
	f.BoolVar(&t.Trust.Tags, "session-tags", false, "sessions may have tags")
	f.BoolVar(&t.SourceIdentity, "source-identity", false, "sessions may have a source identity")
	f.StringSliceVar(&t.Services, "service", nil, "AWS service that gives the role out: ec2, ecs, codebuild, pod-identity, or a principal such as lambda.amazonaws.com")
	f.StringVar(&t.SourceAccount, "source-account", "", "account that the service must act for")
	f.StringVar(&t.SourceARN, "source-arn", "", "ARN, with wildcards, that the service must act for")
	f.StringVar(&t.Partition, "partition", "aws", "aws, aws-cn, aws-us-gov or another part of AWS")
	f.StringVar(&t.Account, "account", "", "account of the role; web identities need it")
	f.StringVar(&t.token.Provider, "provider", "", "CI system whose OIDC tokens are let in: "+strings.Join(policy.Providers(), ", "))
	f.StringVar(&t.token.Issuer, "issuer", "", "URL of the provider where it is your own; of an EKS cluster always")
	f.StringSliceVar(&t.token.Audiences, "audience", nil, "audience that a token must be for, in place of the provider's usual one")
	f.StringVar(&t.token.Repository, "repository", "", "GitHub OWNER/NAME, GitLab GROUP/NAME, Bitbucket UUID")
	f.StringVar(&t.token.OwnerID, "owner-id", "", "GitHub's number of the owner, for subjects with immutable IDs")
	f.StringVar(&t.token.RepositoryID, "repository-id", "", "GitHub's number of the repository, for subjects with immutable IDs")
	f.StringVar(&t.token.Form, "subject-form", "", "classic, immutable or both; with the two IDs it is immutable")
	f.StringSliceVar(&t.token.Branches, "branch", nil, "branch whose jobs are let in")
	f.StringSliceVar(&t.token.Tags, "tag", nil, "tag whose jobs are let in")
	f.StringSliceVar(&t.token.Environments, "environment", nil, "environment whose jobs are let in; of Bitbucket its UUID")
	f.BoolVar(&t.token.PullRequests, "pull-requests", false, "jobs of pull requests are let in, too (GitHub)")
	f.StringVar(&t.token.Workflow, "workflow", "", "workflow of GitHub that the job must be of: OWNER/NAME/.github/workflows/FILE@REF")
	f.StringVar(&t.token.Pipeline, "pipeline", "", "Buildkite ORGANIZATION/PIPELINE, Azure ORGANIZATION/PROJECT/PIPELINE")
	f.StringVar(&t.token.Connection, "service-connection", "", "Azure ORGANIZATION/PROJECT/NAME")
	f.StringVar(&t.token.OrganizationID, "organization-id", "", "UUID of the organization at CircleCI or Azure DevOps")
	f.StringVar(&t.token.ProjectID, "project-id", "", "UUID of the project at CircleCI")
	f.StringVar(&t.token.Workspace, "workspace", "", "name of the workspace at Bitbucket")
	f.StringVar(&t.token.WorkspaceID, "workspace-id", "", "UUID of the workspace at Bitbucket")
	f.StringVar(&t.token.Namespace, "namespace", "", "namespace in Kubernetes")
	f.StringVar(&t.token.ServiceAccount, "service-account", "", "service account in Kubernetes")
}

// document writes the trust policy, and warns of what is wide.
func (t *trusting) document(p process) (policy.Document, error) {
	log := textLogger(p.stderr)
	fail := func(err error) (policy.Document, error) {
		report(log, err)
		return policy.Document{}, &reported{err}
	}
	if faults := t.check(); len(faults) > 0 {
		return fail(faults)
	}
	if t.token.Provider != "" {
		t.WebIdentities = []policy.WebIdentity{t.token}
	} else if field := t.token.Given(); field != "" {
		return fail(misstated{fmt.Errorf("%s: it narrows the tokens of a provider, and none is named: add --provider", field)})
	}
	d, err := t.Document()
	if err != nil {
		return fail(misstated{err})
	}
	for _, warning := range t.Unnarrowed() {
		log.Warn("wide", "text", warning)
	}
	for _, finding := range d.Check(policy.CheckOptions{Account: t.Account}) {
		switch finding.Severity {
		case policy.Error:
			return fail(misstated{variables.WithHint(errors.New(finding.Text), finding.Remedy)})
		case policy.Warning:
			log.Warn("wide", "text", finding.Text+"; "+finding.Remedy)
		}
	}
	return d, nil
}

func (p process) trustCommand() *cobra.Command {
	var t trusting
	c := &cobra.Command{
		Use: "trust [--principal ARN | --service NAME | --provider NAME]...", DisableFlagsInUseLine: true,
		Short: "The trust policy of a role: who may become it",
		Example: "awsvars policy trust --principal arn:aws:iam::111111111111:role/agent --external-id \"$(awsvars external-id)\"\n" +
			"awsvars policy trust --account 222222222222 --provider github --repository octo-org/octo-repo --branch main --format json",
		Args: noWords,
	}
	t.declare(c)
	c.Flags().StringVar(&t.role, "name", "deployer", "name of the role in a template")
	c.RunE = func(c *cobra.Command, _ []string) error {
		d, err := t.document(p)
		if err != nil {
			return err
		}
		text, err := policy.WriteTrust(d, t.role, policy.Form(t.form))
		if err != nil {
			report(textLogger(p.stderr), misstated{err})
			return &reported{misstated{err}}
		}
		_, err = c.OutOrStdout().Write(text)
		return err
	}
	return c
}

func (p process) roleCommand() *cobra.Command {
	var t trusting
	var path string
	var duration string
	var role policy.Role
	c := &cobra.Command{
		Use: "role --name NAME [--permissions FILE] [--principal ARN | --service NAME | --provider NAME]...", DisableFlagsInUseLine: true,
		Short: "A role: who may become it, and what it may do then",
		Example: "awsvars policy role --name Auditor --third-party --principal arn:aws:iam::999999999999:role/Service --external-id \"$(awsvars external-id)\" --permissions audit.json --format terraform\n" +
			"awsvars policy permissions push --image app --repository team/app --registry 222222222222/eu-west-1 --format json | awsvars policy role --name pusher --principal arn:aws:iam::111111111111:role/agent --permissions -",
		Args: noWords,
	}
	t.declare(c)
	c.Flags().StringVar(&role.Name, "name", "", "name of the role")
	c.Flags().StringVar(&role.Path, "path", "", "path of the role, such as /ci/")
	c.Flags().StringVar(&role.Description, "description", "", "description of the role")
	c.Flags().StringVar(&duration, "max-session-duration", "", "longest session, 1h to 12h")
	c.Flags().StringVar(&path, "permissions", "", "file with the policy of what it may do, as JSON; - is stdin")
	c.Flags().StringVar(&role.PolicyName, "policy-name", "awsvars", "name of the inline policy")
	c.RunE = func(c *cobra.Command, _ []string) error {
		d, err := t.document(p)
		if err != nil {
			return err
		}
		role.Trust = d
		err = p.complete(&role, path, duration)
		if err != nil {
			report(textLogger(p.stderr), misstated{err})
			return &reported{misstated{err}}
		}
		text, err := role.Write(policy.Form(t.form))
		if err == nil {
			_, err = c.OutOrStdout().Write(text)
		}
		return err
	}
	return c
}

// complete reads what the role may do.
func (p process) complete(role *policy.Role, path, duration string) error {
	if duration != "" {
		values, faults := variables.Fill([]variables.Setting{{Name: "max-session-duration", Type: variables.Duration}}, nil, given{"max-session-duration": duration}.source)
		if len(faults) > 0 {
			return errors.New(faults[0].String())
		}
		role.Seconds = values.Seconds("max-session-duration")
	}
	if err := role.Check(); err != nil {
		return err
	}
	if path == "" {
		return nil
	}
	text, err := p.document(path)
	if err == nil {
		err = role.Take(text)
	}
	if err != nil {
		return fmt.Errorf("reading the permissions %q: %w", path, err)
	}
	return nil
}

// document reads a file that is named on the command line; - is stdin.
func (p process) document(path string) ([]byte, error) {
	if path != "-" {
		return files.Load(path, mostSetting)
	}
	text, err := io.ReadAll(io.LimitReader(p.stdin, mostSetting+1))
	if err == nil && len(text) > mostSetting {
		err = fmt.Errorf("it has more than %d bytes", mostSetting)
	}
	return text, err
}

func externalIDCommand() *cobra.Command {
	return &cobra.Command{
		Use: "external-id", Short: "Make an external ID for a trust policy and who assumes the role", Args: noWords,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), policy.NewExternalID())
			return err
		},
	}
}
