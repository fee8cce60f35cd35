package e2e

import "testing"

// TestAmazonECRLogin: every input of that action has its meaning here.
func TestAmazonECRLogin(t *testing.T) {
	t.Parallel()
	cases := loginCases()
	everyInput(t, "amazon-ecr-login", cases)
	for _, c := range cases {
		t.Run(c.input+" "+c.name, func(t *testing.T) {
			t.Parallel()
			w := c.world(t)
			if c.pod {
				c.env = append(c.env, w.ContainerEnv()...)
			}
			c.check(t, c.do(t, w, "login", "awsvars"))
		})
	}
}

func loginCases() []dropin {
	const (
		own    = "111111111111_dkr_ecr_eu_west_1_amazonaws_com"
		other  = "222222222222_dkr_ecr_eu_west_1_amazonaws_com"
		public = "public_ecr_aws"
	)
	userKeys := []string{"AWS_ACCESS_KEY_ID=" + keyID, "AWS_SECRET_ACCESS_KEY=" + secretKey}
	one := []string{"output registry=111111111111.dkr.ecr.eu-west-1.amazonaws.com", "output docker_username_" + own + "=AWS", "output docker_password_" + own + "=SECRET", "docker 111111111111.dkr.ecr.eu-west-1.amazonaws.com"}
	return []dropin{
		{input: "registries", name: "none", want: append(one, "asked ecr GetAuthorizationToken agent")},
		{input: "registries", name: "one", with: inputs{"registries": "111111111111"}, want: one},
		{input: "registries", name: "two", with: inputs{"registries": "111111111111, 222222222222"}, want: []string{"output docker_password_" + own + "=SECRET", "output docker_username_" + other + "=AWS", "output docker_password_" + other + "=SECRET", "docker 222222222222.dkr.ecr.eu-west-1.amazonaws.com"}, not: []string{"output registry="}},
		{input: "registries", name: "in another region", with: inputs{"registries": "111111111111"}, env: []string{"AWS_REGION=us-east-1"}, want: []string{"output registry=111111111111.dkr.ecr.us-east-1.amazonaws.com"}},
		{input: "registries", name: "twice", with: inputs{"registries": "111111111111,111111111111"}, want: one},
		{input: "registries", name: "with public", with: inputs{"registries": "111111111111", "registry-type": "public"}, want: []string{"registries of amazon-ecr-login is ignored", "output registry=public.ecr.aws"}, not: []string{"output docker_password_" + own}},
		{input: "registries", name: "refused", with: inputs{"registries": "111111111111"}, fault: "ecr:GetAuthorizationToken=denied", fails: "denied", not: []string{"docker 1"}},
		{input: "registries", name: "by keys before a pod's", env: userKeys, pod: true, want: append(one, "asked ecr GetAuthorizationToken ci")},
		{input: "registries", name: "by a pod's", pod: true, want: append(one, "asked ecr GetAuthorizationToken task")},
		{input: "registry-type", name: "private", with: inputs{"registry-type": "Private"}, want: one},
		{input: "registry-type", name: "public", with: inputs{"registry-type": "public"}, want: []string{"asked ecr-public GetAuthorizationToken agent", "output registry=public.ecr.aws", "output docker_username_" + public + "=AWS", "output docker_password_" + public + "=SECRET", "docker public.ecr.aws"}},
		{input: "registry-type", name: "another", with: inputs{"registry-type": "both"}, fails: `registry-type "both": choose private or public`},
		{input: "mask-password", name: "true", with: inputs{"mask-password": "true"}, want: append(one, "mask SECRET")},
		{input: "mask-password", name: "false", with: inputs{"mask-password": "false"}, fails: `mask-password "false"`},
		{input: "skip-logout", name: "true", with: inputs{"skip-logout": "true"}, want: one},
		{input: "http-proxy", name: "not there", with: inputs{"http-proxy": "http://127.0.0.1:9", "retries": "0"}, env: []string{"AWS_ENDPOINT_URL_ECR=http://ecr.example.test"}, fails: "connection refused"},
	}
}
