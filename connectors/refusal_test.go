package connectors_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/simulator"
)

// compare shows where a message differs from what a user should read.
func compare(t *testing.T, name, want, got string) {
	t.Helper()
	if diff := cmp.Diff(strings.TrimSpace(want), strings.TrimSpace(got)); diff != "" {
		t.Errorf("%s: the message is another one (-want +got):\n%s", name, diff)
	}
}

func TestAutoSaysWhatItTried(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	home := files(t, "[default]\nregion = eu-west-1\n", "")
	const others = `no credentials found
  environment   AWS_ACCESS_KEY_ID is not set
  web identity  AWS_WEB_IDENTITY_TOKEN_FILE is not set
  profile       profile "default" says nothing of credentials
  container     AWS_CONTAINER_CREDENTIALS_FULL_URI is not set
`
	const hop = "hint: in a container on EC2 the hop limit must be 2: aws ec2 modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2; on a machine that is no EC2 instance, name another source"
	closed, silent := closedPort(t), silentPort(t)
	for _, c := range []struct {
		name string
		env  env
		want string
	}{
		{"no metadata service", env{"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://" + closed}, others + "  instance      " + closed + " cannot be reached\n" + hop},
		{"a silent one", env{"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://" + silent}, others + "  instance      no answer from " + silent + " in 1s\n" + hop},
		{"switched off", env{"AWS_EC2_METADATA_DISABLED": "true"}, others + "  instance      AWS_EC2_METADATA_DISABLED is true\nhint: give the job one of these, or name the source with --source to see why it fails"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := job{aws: s, env: atHome(c.env), home: home, retries: 5}.open(t)
			compare(t, c.name, c.want, message(s, err))
		})
	}
}

func TestASourceSaysWhyItCannotServe(t *testing.T) {
	t.Parallel()
	id, secret := "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	empty := t.TempDir()
	for _, c := range []struct {
		name     string
		settings settings
		env      env
		home     string
		want     string
	}{
		{"no keys in the environment", settings{"source": "environment"}, nil, "", "reading keys from the environment: AWS_ACCESS_KEY_ID is not set"},
		{"half of a pair", settings{"source": "environment"}, env{"AWS_ACCESS_KEY_ID": id}, "", "reading keys from the environment: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"},
		{"the other half", settings{"source": "environment"}, env{"AWS_SECRET_ACCESS_KEY": secret}, "", "reading keys from the environment: AWS_SECRET_ACCESS_KEY is set and AWS_ACCESS_KEY_ID is not"},
		{"ID and secret swapped", settings{"source": "environment"}, env{"AWS_ACCESS_KEY_ID": secret, "AWS_SECRET_ACCESS_KEY": id}, "", "reading keys from the environment: the access key ID is none: an access key ID has 16 or more capital letters and digits, as in AKIAIOSFODNN7EXAMPLE, and this has not; are ID and secret swapped?"},
		{"swapped in the settings", settings{"access-key-id": "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY", "secret-access-key": id}, nil, "", "1 setting is wrong\n  access-key-id: an access key ID has 16 or more capital letters and digits, as in AKIAIOSFODNN7EXAMPLE, and this has not; are ID and secret swapped?"},
		{"swapped in a profile", settings{"source": "profile"}, nil, files(t, "", "[default]\naws_access_key_id = "+secret+"\naws_secret_access_key = "+id+"\n"), "getting credentials of profile \"default\": reading its keys: the access key ID is none: an access key ID has 16 or more capital letters and digits, as in AKIAIOSFODNN7EXAMPLE, and this has not; are ID and secret swapped?"},
		{"a pasted newline", settings{"source": "environment"}, env{"AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret, "AWS_SESSION_TOKEN": "abc\n"}, "", "reading keys from the environment: the session token holds a blank, a newline or another character that AWS does not use; was it pasted with one?"},
		{"half of a pair does not make auto look elsewhere", nil, env{"AWS_ACCESS_KEY_ID": id}, "", "reading keys from the environment: AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not"},
		{"nor does a container that is set up wrongly", nil, env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nonexistent/token"}, "", "asking for container credentials: reading AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: open /nonexistent/token: no such file or directory"},
		{"nor a web identity without its file", nil, env{"AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token", "AWS_ROLE_ARN": reader}, "", "assuming a role with the web identity of AWS_WEB_IDENTITY_TOKEN_FILE: open /nonexistent/token: no such file or directory"},
		{"too long behind a web identity", settings{"role-arn": reader, "duration": "2h"}, env{"AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token", "AWS_ROLE_ARN": reader}, "", "reading the environment: " + reader + " would be assumed for 7200 seconds behind another role, and AWS limits role chaining to 3600\nhint: give a duration of 1h; in a profile it is duration_seconds = 3600"},
		{"too long behind a profile's role", settings{"profile": "p", "role-arn": reader, "duration": "2h"}, nil, files(t, "[profile p]\nrole_arn = "+reader+"\ncredential_source = Environment\n", ""), "reading profile \"p\": " + reader + " would be assumed for 7200 seconds behind another role, and AWS limits role chaining to 3600\nhint: give a duration of 1h; in a profile it is duration_seconds = 3600"},
		{"a password in an endpoint", settings{"source": "environment"}, env{"AWS_ENDPOINT_URL_STS": "https://user:s3cr3t@sts.example.test"}, "", "reading AWS_ENDPOINT_URL_STS: write http:// or https://, a host and a port, and no user name"},
		{"no files", settings{"source": "profile"}, nil, empty, "reading profile \"default\": no file " + empty + "/.aws/config and no file " + empty + "/.aws/credentials"},
		{"no such profile", settings{"profile": "deploy"}, nil, files(t, "[default]\nregion=eu-west-1\n", ""), `reading profile "deploy": the AWS configuration files have no profile "deploy"`},
		{"AWS_PROFILE does not exist, in auto too", nil, env{"AWS_PROFILE": "deploy"}, files(t, "[default]\nregion=eu-west-1\n", ""), `reading profile "deploy": the AWS configuration files have no profile "deploy"`},
		{"an empty profile", settings{"source": "profile"}, nil, files(t, "[default]\nregion=eu-west-1\n", ""), `reading profile "default": profile "default" says nothing of credentials`},
		{"no container", settings{"source": "container"}, nil, "", "asking for container credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI is not set"},
		{"a container elsewhere", settings{"source": "container"}, env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://credentials.example.com/x"}, "", `asking for container credentials: AWS_CONTAINER_CREDENTIALS_FULL_URI names the host "credentials.example.com": over http only loopback addresses and those of ECS and EKS may be asked`},
		{"a relative URI that is none", settings{"source": "container"}, env{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@evil.example.com/"}, "", "asking for container credentials: AWS_CONTAINER_CREDENTIALS_RELATIVE_URI must start with /"},
		{"a token file that is not there", settings{"source": "container"}, env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/nonexistent/token"}, "", "asking for container credentials: reading AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: open /nonexistent/token: no such file or directory"},
		{"a token that ends the header", settings{"source": "container"}, env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1/x", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "a\r\nX: y"}, "", "asking for container credentials: AWS_CONTAINER_AUTHORIZATION_TOKEN holds a newline"},
		{"half of a web identity", nil, env{"AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token"}, "", "reading the environment: AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not\nhint: set both, or neither"},
		{"no region for a chain", settings{"source": "environment", "role-arn": reader}, env{"AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "", "choosing the region: none is given\nhint: give --region, or set AWS_REGION"},
		{"a region that would change the host", settings{"source": "environment", "role-arn": reader}, env{"AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret, "AWS_REGION": "x.evil.example.com/"}, "", "choosing the region \"x.evil.example.com/\": write a region code, as in eu-west-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			_, _, err := job{aws: s, settings: c.settings, env: atHome(c.env), home: c.home}.open(t)
			compare(t, c.name, c.want, message(s, err))
			if got := asked(s); got != "" {
				t.Errorf("AWS was asked all the same:\n%s", got)
			}
		})
	}
}

func TestAMetadataServiceThatSaysNo(t *testing.T) {
	t.Parallel()
	const step = "asking the instance metadata service for the role"
	const credentials = `getting the credentials of instance role "agent"`
	for _, c := range []struct {
		fault, want string
		requests    int
	}{
		{"imds:token=denied", step + ": the service answered with status 403\nhint: the service is switched off for this instance: aws ec2 modify-instance-metadata-options --instance-id ID --http-endpoint enabled", 1},
		{"imds:token=500", step + ": the service answered with status 500", 3},
		{"imds:token=cut", step + ": getting a token for it: the answer broke off", 3},
		{"imds:role=throttle", step + ": the service answered with status 429", 4},
		{"imds:role=html", step + ": calling http://HOST/latest/meta-data/iam/security-credentials/: the answer is a web page; something between here and the service sent it", 4},
		{"imds:credentials=malformed", credentials + ": calling http://HOST/latest/meta-data/iam/security-credentials/agent: the answer is not of the expected form; something between here and the service may have changed it", 5},
		{"imds:credentials=empty", credentials + ": calling http://HOST/latest/meta-data/iam/security-credentials/agent: the answer has status 200 and is empty", 5},
		{"imds:credentials=503", credentials + ": the service answered with status 503", 5},
		{"imds:credentials=redirect", credentials + ": the service answered with status 302", 3},
		{"imds:credentials=huge", credentials + ": calling http://HOST/latest/meta-data/iam/security-credentials/agent: the answer has more than 1048576 bytes, and no honest one has", 5},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			fault, err := simulator.ParseFault(c.fault)
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, simulator.Options{Faults: []simulator.Fault{fault}})
			_, _, err = job{aws: s, settings: settings{"source": "instance"}, retries: 2}.open(t)
			compare(t, c.fault, c.want, message(s, err))
			if got := len(s.Requests()); got != c.requests {
				t.Errorf("%d requests, want %d:\n%s", got, c.requests, asked(s))
			}
		})
	}
}

func TestAnInstanceWithoutARole(t *testing.T) {
	t.Parallel()
	s := world(t, "instance-role: arn:aws:iam::111111111111:role/agent", "instance-role: ''")
	_, _, err := job{aws: s, settings: settings{"source": "instance"}}.open(t)
	compare(t, "no role", `asking the instance metadata service for the role: the instance has no role
hint: attach an instance profile: aws ec2 associate-iam-instance-profile --instance-id ID --iam-instance-profile Name=NAME`, message(s, err))
}

// TestAContainerServiceThatSaysNotNow: that is no refusal, and its URL, by which
// whoever is on the machine gets the credentials, is in no message.
func TestAContainerServiceThatSaysNotNow(t *testing.T) {
	t.Parallel()
	for fault, want := range map[string]string{
		"throttle":  "the service answered with status 429",
		"500":       "the service answered with status 500",
		"redirect":  "the service answered with status 302",
		"cut":       "the answer broke off",
		"malformed": "the answer is not of the expected form; something between here and the service may have changed it",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			scripted, err := simulator.ParseFault("container:credentials=" + fault)
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, simulator.Options{Faults: []simulator.Fault{scripted}})
			_, _, err = job{aws: s, settings: settings{"source": "container"}, env: environment(s.ContainerEnv()), retries: 1}.open(t)
			var refused *connectors.Refused
			if _, said, _ := strings.Cut(message(s, err), "asking for container credentials at 127.0.0.1:"); !strings.HasSuffix(said, ": "+want) || strings.Contains(said, "/v2/") || errors.As(err, &refused) {
				t.Errorf("the message is\n%s", message(s, err))
			}
		})
	}
}

func TestAContainerServiceThatSaysNo(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	e := environment(s.ContainerEnv())
	e["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "another-token"
	_, _, err := job{aws: s, settings: settings{"source": "container"}, env: e, retries: 3}.open(t)
	got := message(s, err)
	if !strings.HasPrefix(got, "asking for container credentials at 127.0.0.1:") ||
		!strings.HasSuffix(got, "hint: is AWS_CONTAINER_AUTHORIZATION_TOKEN or AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE the one of this task or pod, and does it have a role?") {
		t.Errorf("the message is\n%s", got)
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests, want 1: a refusal is not repeated", n)
	}
}

func TestKeysThatAWSDoesNotTake(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, id, secret, token, want string }{
		{
			"unknown", "AKIAIOSFODNN7EXAMPLE", "x", "", `assuming role 1 of 1, ` + reader + `, as static keys AKIAIOSFODNN7EXAMPLE: InvalidClientTokenId: The security token included in the request is invalid.
hint: AWS does not know this key: is it deleted or inactive, is the session token missing that belongs to it, is it of another partition, or is the region not enabled for the account?`,
		},
		{
			"wrong secret", "", "wrong-secret", "", `assuming role 1 of 1, ` + reader + `, as static keys ID: SignatureDoesNotMatch: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.
hint: the secret access key does not belong to the key ID, or this machine's clock is off by more than five minutes`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			id, _ := s.StaticKeys("ci")
			if c.id != "" {
				id = c.id
			}
			_, _, err := job{aws: s, settings: settings{"access-key-id": id, "secret-access-key": c.secret, "role-arn": reader}, retries: 5}.open(t)
			compare(t, c.name, strings.ReplaceAll(c.want, "ID:", id+":"), strings.ReplaceAll(message(s, err), "ID:", id+":"))
			if n := len(s.Requests()); n != 1 {
				t.Errorf("%d requests, want 1: a refusal is not repeated\n%s", n, asked(s))
			}
		})
	}
}
