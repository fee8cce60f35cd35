package simulator_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/awsvars/awsvars/simulator"
)

const askIdentity = "Action=GetCallerIdentity&Version=2011-06-15"

// signed is a good request, as the SDK signs it.
func (w world) signed(service, region, body string) *http.Request {
	w.t.Helper()
	request, err := http.NewRequest(http.MethodPost, w.env("AWS_ENDPOINT_URL_STS"), strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	who, err := w.user("ci").Retrieve(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	hash := sha256.Sum256([]byte(body))
	err = v4.NewSigner().SignHTTP(context.Background(), who, request, hex.EncodeToString(hash[:]), service, region, time.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return request
}

func (w world) send(request *http.Request) (int, string) {
	w.t.Helper()
	answer, err := w.http.Do(request)
	if err != nil {
		w.t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func TestTamperedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	replace := func(r *http.Request, old, new string) {
		header := r.Header.Get("Authorization")
		if !strings.Contains(header, old) {
			t.Errorf("%q is not in the Authorization header", old)
		}
		r.Header.Set("Authorization", strings.Replace(header, old, new, 1))
	}
	const calculated = "The request signature we calculated does not match"
	for name, c := range map[string]struct {
		tamper func(*http.Request)
		code   string
		words  string
	}{
		"nothing": {func(*http.Request) {}, "", "user/ci"},
		"body": {func(r *http.Request) {
			r.Body = io.NopCloser(bytes.NewReader([]byte(strings.Replace(askIdentity, "06-15", "06-16", 1))))
		}, "SignatureDoesNotMatch", calculated},
		"host":         {func(r *http.Request) { r.Host = "sts.amazonaws.com" }, "SignatureDoesNotMatch", calculated},
		"method":       {func(r *http.Request) { r.Method = http.MethodPut }, "SignatureDoesNotMatch", calculated},
		"query":        {func(r *http.Request) { r.URL.RawQuery = "Action=GetSessionToken" }, "SignatureDoesNotMatch", calculated},
		"path":         {func(r *http.Request) { r.URL.Path = "/x" }, "SignatureDoesNotMatch", calculated},
		"content type": {func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }, "SignatureDoesNotMatch", calculated},
		"signature":    {func(r *http.Request) { replace(r, "Signature=", "Signature=0") }, "SignatureDoesNotMatch", calculated},
		"date": {func(r *http.Request) {
			r.Header.Set("X-Amz-Date", time.Now().Add(time.Minute).UTC().Format("20060102T150405Z"))
		}, "SignatureDoesNotMatch", ""},
		"unsigned header": {func(r *http.Request) { r.Header.Set("X-Amz-Extra", "1") }, "SignatureDoesNotMatch", "'x-amz-extra' must be a 'SignedHeader'"},
		"host unsigned":   {func(r *http.Request) { replace(r, ";host", "") }, "SignatureDoesNotMatch", "'host' must be a 'SignedHeader'"},
		"other service":   {func(r *http.Request) { replace(r, "/sts/", "/ecr/") }, "SignatureDoesNotMatch", "Credential should be scoped to correct service: 'sts'. "},
		"no region":       {func(r *http.Request) { replace(r, "/eu-west-1/", "/nowhere/") }, "SignatureDoesNotMatch", "valid region"},
		"other region":    {func(r *http.Request) { replace(r, "/eu-west-1/", "/eu-west-2/") }, "SignatureDoesNotMatch", calculated},
		"other day":       {func(r *http.Request) { replace(r, time.Now().UTC().Format("/200601"), "/200001") }, "SignatureDoesNotMatch", "Date in Credential scope"},
		"terminator":      {func(r *http.Request) { replace(r, "aws4_request", "aws5_request") }, "SignatureDoesNotMatch", "terminator"},
		"scope too short": {func(r *http.Request) { replace(r, "/aws4_request", "") }, "IncompleteSignature", "5 slash-delimited"},
		"no signature":    {func(r *http.Request) { replace(r, "Signature=", "Sign=") }, "IncompleteSignature", "requires 'Signature'"},
		"no date":         {func(r *http.Request) { r.Header.Del("X-Amz-Date") }, "IncompleteSignature", "X-Amz-Date"},
		"bearer":          {func(r *http.Request) { r.Header.Set("Authorization", "Bearer x") }, "IncompleteSignature", "Unsupported"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request := w.signed("sts", "eu-west-1", askIdentity)
			c.tamper(request)
			status, body := w.send(request)
			body = strings.ReplaceAll(body, "&#39;", "'")
			if (status == http.StatusOK) != (c.code == "") || !strings.Contains(body, c.words) ||
				c.code != "" && !strings.Contains(body, "<Code>"+c.code+"</Code>") {
				t.Errorf("got %d %s, want %s %s", status, body, c.code, c.words)
			}
		})
	}
}

func TestUnknownCallsAreRefused(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	for body, want := range map[string]string{
		"Action=Dance&Version=2011-06-15":             "Could not find operation Dance for version 2011-06-15",
		"Action=GetCallerIdentity&Version=2001-01-01": "Could not find operation GetCallerIdentity for version 2001-01-01",
	} {
		status, answer := w.send(w.signed("sts", "eu-west-1", body))
		if status != http.StatusBadRequest || !strings.Contains(answer, "<Code>InvalidAction</Code>") || !strings.Contains(answer, want) {
			t.Errorf("got %d %s, want %s", status, answer, want)
		}
	}
}

func TestRefusedCallersStandInTheRecordWithoutAName(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	request := w.signed("sts", "eu-west-1", askIdentity)
	request.Header.Set("Content-Type", "text/plain")
	w.send(request)
	got := w.Requests()[0]
	if got.Caller != "" || got.CallerName != "" || got.Code != "SignatureDoesNotMatch" || got.Status != http.StatusForbidden {
		t.Errorf("got %+v", got)
	}
	if got, want := w.Summary(), "sts GetCallerIdentity: SignatureDoesNotMatch"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
