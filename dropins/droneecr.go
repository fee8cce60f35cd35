package dropins

import (
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// droneECR is the plugin plugins/ecr: cmd/drone-ecr of
// github.com/drone-plugins/drone-docker v21.3.4 (commit b7ef37f8210b), and
// cmd/drone-docker, which it starts to build and push. Of that what pushes an
// image goes on here.
func droneECR() Tool {
	return Tool{
		Name:    "drone-ecr",
		Tasks:   []string{"push"},
		Runners: []string{"drone", "woodpecker", "harness"},
		Inputs:  slices.Concat(droneAccess(), droneRepository(), droneTags(), droneImage(), droneEngine(), droneBuild(), droneRest()),
		Untold:  true,
		Quiet:   true,
		meant:   meantForDroneECR,
		rules:   func(t *Translation, g Given) { (&droneRules{t, g}).apply() },
	}
}

// meantForDroneECR tells its pipelines from those written for awsvars: a push
// of awsvars names its image, and drone-ecr has no such setting.
func meantForDroneECR(g Given) bool {
	for _, name := range []string{"image", "repository"} {
		if own, _ := g.Lookup(variables.OwnName(name)); own != "" || g.text(name) != "" {
			return false
		}
	}
	return g.text("repo") != ""
}

func droneAccess() []Input {
	return []Input{
		{Name: "region", Plain: []string{"ECR_REGION"}, Setting: "region", Fate: Taken, Here: "`region`. `AWS_REGION` counts too. Without them it is that of `registry` or `repo`, and us-east-1 where they name none"},
		{Name: "access_key", Plain: []string{"ECR_ACCESS_KEY"}, Setting: "access-key-id", Fate: Taken, Here: "`access-key-id`. `AWS_ACCESS_KEY_ID` counts too. Half a pair is refused; there it is dropped, and the instance role signs"},
		{Name: "secret_key", Plain: []string{"ECR_SECRET_KEY"}, Setting: "secret-access-key", Fate: Taken, Here: "`secret-access-key`. `AWS_SECRET_ACCESS_KEY` counts too"},
		{Name: "assume_role", Setting: "role-arn", Fate: Taken, Here: "`role-arn`"},
		{Name: "external_id", Setting: "external-id", Fate: Taken, Here: "`external-id`. Without `assume_role`, or with `oidc_token_id`, it is ignored as there, with a warning"},
		{Name: "oidc_token_id", Setting: "web-identity-token", Fate: Taken, Here: "`web-identity-token`; keys are ignored then, as there, with a warning. Without `assume_role` it is ignored as there, with a warning"},
	}
}

func droneRepository() []Input {
	return []Input{
		{Name: "registry", Fate: Taken, Here: "`registry`. A path behind the host goes before the repository. Repositories are made and looked up in its account and region; there in the caller's own"},
		{Name: "repo", Fate: Taken, Here: "`repository`, with or without the registry before it. A registry other than `registry` is refused, also one that only begins like it"},
		{Name: "create_repository", Plain: []string{"ECR_CREATE_REPOSITORY"}, Setting: "create-repository", Fate: Taken, Here: "`create-repository`. Scanning of a repository that is there is not switched off"},
		{Name: "lifecycle_policy", Setting: "lifecycle-policy", Fate: Taken, Here: "`lifecycle-policy`: the file, or the document itself"},
		{Name: "repository_policy", Setting: "repository-policy", Fate: Taken, Here: "`repository-policy`: the file, or the document itself"},
		{Name: "scan_on_push", Setting: "scan-on-push", Fate: Taken, Here: "`scan-on-push`. Without `create_repository` it is ignored as there, with a warning"},
	}
}

func droneTags() []Input {
	return []Input{
		{Name: "tags", Setting: "tags", Fate: Taken, Here: "`tags`. Without them the file `.tags` of the workspace counts, then latest"},
		{Name: "tag", Setting: "tags", Fate: Taken, Here: "the same; it wins over `tags`"},
		{Name: "auto_tag", Fate: Taken, Here: "`1`, `1.2` and `1.2.3` for the Git tag v1.2.3, latest for the default branch, and nothing is pushed of other branches. Woodpecker's variables count too; there every branch is latest in Woodpecker"},
		{Name: "default_tags", Fate: Taken, Here: "the same as `auto_tag`"},
		{Name: "auto_tag_suffix", Fate: Taken, Here: "behind each of these tags, in place of latest"},
		{Name: "default_suffix", Fate: Taken, Here: "the same; it wins over `auto_tag_suffix`"},
		{Name: "skip_push_if_tag_exists", Fate: Taken, Here: "`tag-exists: skip`: the other tags are pushed. There one tag that is there skips all"},
	}
}

func droneImage() []Input {
	return []Input{
		{Name: "source_image", Setting: "image", Fate: Taken, Here: "`image`: of the Docker engine, or an OCI layout or archive. Without it the image is `repo` with its first tag, behind `registry` where that is given"},
		{Name: "push_only", Fate: Taken, Here: "what is done in any case"},
		{Name: "no_push", Setting: "dry-run", Fate: Taken, Here: "`dry-run`: the image is looked for, and the registry logged in to. No repository is made or changed, either. With `push_only` it is refused, as there"},
		{Name: "dry_run", Setting: "dry-run", Fate: Taken, Here: "the same; it wins over `no_push`"},
	}
}
