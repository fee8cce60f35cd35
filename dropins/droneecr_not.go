package dropins

import "strings"

// Why an input of drone-ecr has no meaning here.
const (
	noEngine  = "no Docker engine is started here"
	noBuild   = "nothing is built here: build in an earlier step, with docker build, and leave it out"
	noSigning = "nothing is signed here: sign in a later step, by the digest that output and format give, and leave it out"
)

// droneEngine is about the Docker engine that drone-ecr starts.
func droneEngine() []Input {
	inputs := []Input{{Name: "daemon_off", Fate: Taken, Here: "what is done in any case: the engine is found by DOCKER_HOST or its socket"}}
	for _, name := range []string{
		"daemon_retry_count", "storage_driver", "storage_path", "bip", "mtu", "custom_dns", "custom_dns_search", "ipv6", "experimental", "insecure",
	} {
		inputs = append(inputs, Input{Name: name, Fate: Ignored, Idle: "false", Here: noEngine})
	}
	return append(inputs,
		Input{Name: "mirror", Plain: []string{"DOCKER_PLUGIN_MIRROR"}, Fate: Ignored, Here: noEngine},
		Input{Name: "debug", Plain: []string{"DOCKER_LAUNCH_DEBUG"}, Fate: Ignored, Idle: "false", Here: noEngine + "; log-level: debug tells more"},
	)
}

// droneBuild is about building.
func droneBuild() []Input {
	var inputs []Input
	for _, name := range []string{
		"dockerfile", "context", "build_args", "build_args_from_env", "build_args_new", "target", "cache_from", "platform", "add_host",
		"secret", "secrets_from_env", "secrets_from_file", "ssh_agent_key", "custom_labels", "label_schema", "repo_link",
	} {
		inputs = append(inputs, Input{Name: name, Fate: Refused, Here: noBuild})
	}
	for _, name := range []string{"multiple_build_args", "squash", "no_cache", "compress", "quiet"} {
		inputs = append(inputs, Input{Name: name, Fate: Refused, Idle: "false", Here: noBuild})
	}
	for _, name := range []string{"pull_image", "auto_label", "purge"} {
		inputs = append(inputs, Input{Name: name, Fate: Ignored, Here: "nothing is built here"})
	}
	for _, name := range []string{"username", "password", "registry"} {
		for _, prefix := range []string{"docker_", "base_image_"} {
			login := Input{Name: prefix + name, Fate: Refused, Here: noBuild + ". The login for base images goes with the build"}
			if prefix == "base_image_" {
				login.Plain = []string{"DOCKER_BASE_IMAGE_" + strings.ToUpper(name)}
			}
			inputs = append(inputs, login)
		}
	}
	return inputs
}

// droneRest is what is left of drone-docker.
func droneRest() []Input {
	return []Input{
		{Name: "username", Fate: Refused, Here: "the registry takes the login that Amazon ECR gives out and no other; leave it out"},
		{Name: "password", Fate: Refused, Here: "the registry takes the login that Amazon ECR gives out and no other; leave it out"},
		{Name: "email", Plain: []string{"DOCKER_EMAIL"}, Fate: Ignored, Here: "a login to Amazon ECR has none"},
		{Name: "config", Plain: []string{"DOCKER_PLUGIN_CONFIG"}, Fate: Ignored, Here: "nothing is pulled here, and the login is the one that Amazon ECR gives out"},
		{Name: "registry_type", Fate: Ignored, Here: "drone-ecr sets it itself"},
		{Name: "env_file", Fate: Refused, Here: "settings come from the pipeline only, not from a file of the workspace; write them there"},
		{Name: "artifact_file", Fate: Refused, Here: "write output and format: json: that file has the digest and the URI of the image"},
		{Name: "cosign_private_key", Fate: Refused, Here: noSigning},
		{Name: "cosign_password", Fate: Refused, Here: noSigning},
		{Name: "cosign_params", Fate: Refused, Here: noSigning},
		{Name: "HARNESS_CA_PATH", Plain: []string{"HARNESS_CA_PATH"}, Fate: Ignored, Here: "name the file in AWS_CA_BUNDLE and SSL_CERT_FILE"},
	}
}
