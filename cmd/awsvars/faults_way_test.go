package main

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// ways are the faults on the way to a service, which the simulator behind it
// never sees.
func ways() []string { return []string{"dns", "proxy", "authority", "refused", "unanswered"} }

func (r faultRow) onTheWay() bool { return slices.Contains(ways(), r.fault) }

// waysTo are those that there are: what is on the machine is asked without a
// proxy, by http, and containers by an address.
func waysTo(service string) []string {
	switch service {
	case "imds":
		return []string{"dns", "refused", "unanswered"}
	case "container", "engine":
		return []string{"refused", "unanswered"}
	}
	return ways()
}

// endpointVariables name where a service is. A registry has the name that AWS
// gives it, and is reached by a proxy.
func endpointVariables() map[string]string {
	return map[string]string{
		"sts": "AWS_ENDPOINT_URL_STS", "ecr": "AWS_ENDPOINT_URL_ECR", "ecr-public": "AWS_ENDPOINT_URL_ECR_PUBLIC",
		"imds": "AWS_EC2_METADATA_SERVICE_ENDPOINT", "container": "AWS_CONTAINER_CREDENTIALS_FULL_URI",
		"oidc": "ACTIONS_ID_TOKEN_REQUEST_URL", "registry": "HTTPS_PROXY", "engine": "DOCKER_HOST",
	}
}

// onTheMachine tells that the fault is the Docker engine's, which is no part of
// the simulator.
func (r faultRow) onTheMachine() bool { return strings.HasPrefix(r.call, "engine:") }

// detour is the environment in which the way to the row's service has its fault.
func (r faultRow) detour(t *testing.T) []string {
	t.Helper()
	service, _, _ := strings.Cut(r.call, ":")
	name, scheme := endpointVariables()[service], "http://"
	if service == "engine" {
		scheme = "tcp://"
	}
	switch {
	case r.fault == "authority" && service == "registry":
		return []string{"AWS_CA_BUNDLE=", "SSL_CERT_FILE=none"}
	case r.fault == "authority":
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		return []string{name + "=" + server.URL}
	case r.fault == "proxy":
		refusing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
		}))
		t.Cleanup(refusing.Close)
		if service == "registry" {
			return []string{"HTTPS_PROXY=" + refusing.URL}
		}
		return []string{"HTTPS_PROXY=" + refusing.URL, name + "=https://aws.example.test"}
	case r.fault == "dns":
		// No name server is asked for what is no name.
		return []string{name + "=" + map[bool]string{true: "https", false: "http"}[service != "imds" && service != "registry"] + "://nowhere..invalid"}
	case r.fault == "refused":
		return []string{name + "=" + scheme + "127.0.0.1:9"}
	}
	// The system takes the connection, and nobody takes it from there.
	silent, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = silent.Close() })
	return []string{name + "=" + scheme + silent.Addr().String()}
}
