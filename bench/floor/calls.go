package main

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
)

// keys are credentials, under the names that the metadata service gives them.
type keys struct {
	AccessKeyID     string `json:"AccessKeyId" xml:"AccessKeyId"`
	SecretAccessKey string `json:"SecretAccessKey" xml:"SecretAccessKey"`
	SessionToken    string `json:"Token" xml:"SessionToken"`
	Expiration      string `json:"Expiration" xml:"Expiration"`
}

// token is what ECR answers.
type token struct {
	AuthorizationToken string  `json:"authorizationToken"`
	ExpiresAt          float64 `json:"expiresAt"`
	ProxyEndpoint      string  `json:"proxyEndpoint"`
}

// firstKeys come from the environment, else from the instance's role by
// IMDSv2: a session token, the role's name, its credentials.
func firstKeys() (keys, error) {
	if id := os.Getenv("AWS_ACCESS_KEY_ID"); id != "" {
		return keys{AccessKeyID: id, SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"), SessionToken: os.Getenv("AWS_SESSION_TOKEN")}, nil
	}
	client := &http.Client{Transport: &http.Transport{}}
	base := os.Getenv("AWS_EC2_METADATA_SERVICE_ENDPOINT")
	session, err := metadata(client, http.MethodPut, base+"/latest/api/token", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds", "300")
	if err != nil {
		return keys{}, err
	}
	const path = "/latest/meta-data/iam/security-credentials/"
	role, err := metadata(client, http.MethodGet, base+path, "X-Aws-Ec2-Metadata-Token", string(session))
	if err != nil {
		return keys{}, err
	}
	document, err := metadata(client, http.MethodGet, base+path+strings.TrimSpace(string(role)), "X-Aws-Ec2-Metadata-Token", string(session))
	if err != nil {
		return keys{}, err
	}
	var k keys
	err = json.Unmarshal(document, &k)
	return k, err
}

func metadata(client *http.Client, method, url, header, value string) ([]byte, error) {
	request, err := http.NewRequest(method, url, nil)
	if err != nil {
		return nil, err
	}
	request.Header.Set(header, value)
	return answered(client.Do(request))
}

func assumeRole(s *service, k keys, role, externalID string) (keys, error) {
	form := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {role}, "RoleSessionName": {"floor"}}
	if externalID != "" {
		form.Set("ExternalId", externalID)
	}
	document, err := s.post(k, "application/x-www-form-urlencoded; charset=utf-8", "", form.Encode())
	if err != nil {
		return keys{}, err
	}
	var answer struct {
		Credentials keys `xml:"AssumeRoleResult>Credentials"`
	}
	err = xml.Unmarshal(document, &answer)
	return answer.Credentials, err
}

func getToken(s *service, k keys) (token, error) {
	document, err := s.post(k, "application/x-amz-json-1.1", "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", "{}")
	if err != nil {
		return token{}, err
	}
	var answer struct {
		AuthorizationData []token `json:"authorizationData"`
	}
	if err := json.Unmarshal(document, &answer); err != nil || len(answer.AuthorizationData) == 0 {
		return token{}, fmt.Errorf("reading the answer: %w", err)
	}
	return answer.AuthorizationData[0], nil
}

func answered(response *http.Response, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("%s: %s: %s", response.Request.URL, response.Status, body)
	}
	return body, nil
}
