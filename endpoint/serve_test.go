package endpoint_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/endpoint"
)

func TestStatuses(t *testing.T) {
	t.Parallel()
	s := serve(t, time.Hour, never(t))
	const forbidden = `{"code":"Forbidden","message":"Forbidden"}`
	token, other := s.Token().Open(), "http://"+strings.Split(s.URL(), "/")[2]+"/other"
	for _, c := range []struct {
		name, method, url, token string
		status                   int
		body                     string
	}{
		{"the path", "GET", s.URL(), token, 200, ""},
		{"another path", "GET", other, token, 404, `{"code":"NotFound","message":"Not Found"}`},
		{"below the path", "GET", s.URL() + "/", token, 404, `{"code":"NotFound","message":"Not Found"}`},
		{"another method", "POST", s.URL(), token, 405, `{"code":"MethodNotAllowed","message":"Method Not Allowed"}`},
		{"a browser's question", "OPTIONS", s.URL(), token, 405, `{"code":"MethodNotAllowed","message":"Method Not Allowed"}`},
		{"no token", "GET", s.URL(), "", 403, forbidden},
		{"no token, another path", "GET", other, "", 403, forbidden},
		{"no token, another method", "OPTIONS", s.URL(), "", 403, forbidden},
		{"another token", "GET", s.URL(), strings.Repeat("x", len(token)), 403, forbidden},
		{"a part of the token", "GET", s.URL(), token[1:], 403, forbidden},
		{"more than the token", "GET", s.URL(), token + "x", 403, forbidden},
		{"a scheme before the token", "GET", s.URL(), "Bearer " + token, 403, forbidden},
	} {
		response := s.get(t, c.method, c.url, c.token)
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != c.status || c.body != "" && string(body) != c.body {
			t.Errorf("%s: status %d, %q, %v, want %d, %q", c.name, response.StatusCode, body, err, c.status, c.body)
		}
		response.Header.Del("Date")
		want := http.Header{"Cache-Control": {"no-store"}, "Content-Type": {"application/json"}, "Content-Length": {fmt.Sprint(len(body))}}
		if c.status == 405 {
			want.Set("Allow", "GET")
		}
		if response.Close != (c.status != 200) {
			t.Errorf("%s: the connection is closed: %v", c.name, response.Close)
		}
		if diff := cmp.Diff(want, response.Header); diff != "" {
			t.Errorf("%s: other headers:\n%s", c.name, diff)
		}
	}
}

// TestTheAnswerHasAllThatSomeSDKWants: without Token and Expiration, botocore
// and the AWS SDK for JavaScript fail.
func TestTheAnswerHasAllThatSomeSDKWants(t *testing.T) {
	t.Parallel()
	s := serve(t, 0, never(t))
	var got map[string]string
	if err := json.NewDecoder(s.get(t, "GET", s.URL(), s.Token().Open()).Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"AccessKeyId": "ASIA0", "SecretAccessKey": "hush/key+0", "Token": "hush/token+0", "Expiration": "2026-11-02T00:00:00Z"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTwoEndpointsShareNothing(t *testing.T) {
	t.Parallel()
	a, b := serve(t, time.Hour, never(t)), serve(t, time.Hour, never(t))
	pathA, pathB := strings.Split(a.URL(), "/")[3], strings.Split(b.URL(), "/")[3]
	if a.Token().Open() == b.Token().Open() || pathA == pathB || len(a.Token().Open()) != 43 || len(pathA) != 22 {
		t.Error("token or path is not random")
	}
	for _, text := range []string{a.Token().Open(), pathA} {
		if url.QueryEscape(text) != text {
			t.Error("token or path must be escaped in a URL")
		}
	}
}

// raw sends bytes and returns the connection.
func raw(t *testing.T, s *served, text string) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", strings.Split(s.URL(), "/")[2])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
	return c
}

// TestNobodyHoldsTheEndpointUp: each of these would keep a connection, or
// learn something, if there were no limits.
func TestNobodyHoldsTheEndpointUp(t *testing.T) {
	t.Parallel()
	s := serve(t, time.Hour, never(t))
	path, token := "/"+strings.Split(s.URL(), "/")[3], s.Token().Open()
	for _, c := range []struct {
		name, request string
		status        int
	}{
		{"a request that never ends", "GET / HTTP/1.1\r\nHost: x\r\nA", 400},
		{"no request", "", 0},
		{"large headers", "GET / HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("a", 20<<10), 431},
		{"a body that does not come", "GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + token + "\r\nContent-Length: 1000000000\r\n\r\n", 200},
		{"a small body that does not come", "GET " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: " + token + "\r\nContent-Length: 10\r\n\r\n", 200},
		{"a body without end", "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", 403},
		{"the server's options", "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", 403},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			connection := raw(t, s, c.request)
			// Far more than the limits of the server.
			_ = connection.SetReadDeadline(time.Now().Add(time.Minute))
			answer := bufio.NewReader(connection)
			response, err := http.ReadResponse(answer, nil)
			if c.status == 0 {
				if !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("there is an answer: %v, %v", response, err)
				}
				return
			}
			if err != nil || response.StatusCode != c.status {
				t.Fatalf("%v, %v, want status %d", response, err, c.status)
			}
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
			if _, err := answer.ReadByte(); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("the connection stays open: %v", err)
			}
		})
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	t.Parallel()
	begun, ended := make(chan struct{}), make(chan struct{})
	s := serve(t, time.Hour, func(ctx context.Context, _ int) (endpoint.Credentials, error) {
		close(begun)
		<-ctx.Done()
		close(ended)
		return endpoint.Credentials{}, ctx.Err()
	})
	address := strings.Split(s.URL(), "/")[2]
	idle := raw(t, s, "")
	s.clock.advance(2 * time.Hour)
	answered := make(chan error)
	go func() {
		_, err := s.sdk().Retrieve(context.WithoutCancel(t.Context()))
		answered <- err
	}()
	<-begun
	lines := s.lines(t)
	select {
	case <-ended:
	default:
		t.Error("a renewal goes on")
	}
	if err := <-answered; err == nil {
		t.Error("a client got credentials that have expired")
	}
	if _, err := idle.Read(make([]byte, 1)); err == nil || errors.Is(err, syscall.ETIMEDOUT) {
		t.Errorf("a connection stays open: %v", err)
	}
	if c, err := net.Dial("tcp", address); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("%v, %v", c, err)
	}
	if len(lines) != 1 || lines[0] != "" {
		t.Errorf("closing is logged as a failure:\n%s", lines)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}
