package doctor

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/awsvars/awsvars/connectors"
)

// environment looks at the variables and the way to STS; what one request tells
// is judged for three stations.
func (v *visit) environment(ctx context.Context) {
	v.add(v.contradictions()...)
	address := "https://sts.us-east-1.amazonaws.com"
	if c := v.connector(); c != nil {
		if cfg, err := c.Config(ctx); err == nil {
			address = c.Endpoint(ctx, cfg)
		}
	}
	var reached connectors.Reached
	v.add(v.station(ctx, Environment, "", Unreachable, func(ctx context.Context) []Verdict {
		if found := v.proxy(ctx, address); found != nil && found.State == Failed {
			reached.Err = errors.New(found.Text)
			return []Verdict{*found}
		}
		reached = v.Network.Reach(ctx, address)
		return []Verdict{judgeReach(reached)}
	})...)
	v.unreached = v.verdicts[len(v.verdicts)-1].State == Failed
	trust := v.judgeTrust(reached)
	v.unreached = v.unreached || trust.State == Failed
	v.add(trust, judgeClock(reached))
}

// connector is the first that the task uses, nil where its settings are wrong.
func (v *visit) connector() *connectors.Connector {
	for _, name := range v.Task.Connectors(v.Values) {
		if c := v.Roster.Connector(name); c != nil {
			return c
		}
	}
	return nil
}

// proxy tries whether the proxy takes connections.
func (v *visit) proxy(ctx context.Context, address string) *Verdict {
	for _, name := range []string{"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		text, _ := v.Machine.Lookup(name)
		// The error of the parser quotes the URL, which may hold a password.
		if _, err := url.Parse(text); err != nil && !parses("http://"+text) {
			found := failed(Settings, Environment, name, "the URL of the proxy cannot be read, so that it would not be used", []Cause{Proxy}, "write it as http://HOST:PORT; characters such as % in a password are written as %25")
			return &found
		}
	}
	proxy, err := v.Network.ProxyTo(address)
	if err != nil || proxy == nil {
		return nil
	}
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", hostPort(proxy))
	if err != nil {
		found := failed(Unreachable, Environment, "proxy", fmt.Sprintf("the proxy %s takes no connection: %v", proxy.Host, reasonOf(err)), []Cause{Proxy},
			"is HTTPS_PROXY right? NO_PROXY names the hosts that are reached without it")
		return &found
	}
	_ = conn.Close()
	return nil
}

func parses(text string) bool { _, err := url.Parse(text); return err == nil }

func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	port := "80"
	switch u.Scheme {
	case "https":
		port = "443"
	case "socks5":
		port = "1080"
	}
	return net.JoinHostPort(u.Hostname(), port)
}

// reasonOf leaves out what was tried, which stands before it.
func reasonOf(err error) error {
	var operation *net.OpError
	if errors.As(err, &operation) {
		return operation.Err
	}
	return err
}

// judgeReach judges the way. A certificate that is not trusted is the next
// station's.
func judgeReach(r connectors.Reached) Verdict {
	way := "STS at " + r.Host + " is reached without a proxy"
	if r.Proxy != "" {
		way = "STS at " + r.Host + " is reached through the proxy " + r.Proxy
	}
	switch cause := causeOfNetwork(r.Err); {
	case r.Err == nil, cause == Authority, cause == Bundle:
		return ok(Environment, "way to AWS", way)
	default:
		return failed(Unreachable, Environment, "way to AWS", "STS at "+r.Host+" is not reached: "+words(r.Err), []Cause{cause}, remedyOf(r.Err))
	}
}

// contradictions are variables of which one wins over another, or that cannot
// go together (AWS SDKs and Tools Reference Guide, "Settings reference").
func (v *visit) contradictions() []Verdict {
	get := func(name string) string { text, _ := v.Machine.Lookup(name); return text }
	var all []Verdict
	tell := func(subject, text, remedy string) { all = append(all, warning(Environment, subject, text, remedy)) }
	id, secret, token := get("AWS_ACCESS_KEY_ID"), get("AWS_SECRET_ACCESS_KEY"), get("AWS_SESSION_TOKEN")
	source := v.Values.Has("source") && v.Values.Text("source") != "auto" && v.Values.Text("source") != "environment"
	switch {
	case (id == "") != (secret == ""):
		tell("AWS_ACCESS_KEY_ID", "one of AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY is set, and the other is not", "set both, or unset both: unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN")
	case strings.HasPrefix(id, "ASIA") && token == "":
		tell("AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID is a temporary key, and AWS_SESSION_TOKEN, without which it is none, is not set", "set AWS_SESSION_TOKEN, too")
	case strings.HasPrefix(id, "AKIA") && token != "":
		tell("AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID is a key of an IAM user, and AWS_SESSION_TOKEN is of another one", "unset AWS_SESSION_TOKEN")
	}
	if id != "" && source {
		tell("AWS_ACCESS_KEY_ID", "it is set, and the source "+v.Values.Text("source")+" looks past it; other AWS tools in this job do not", "unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN")
	} else if id != "" {
		for _, name := range []string{"AWS_PROFILE", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
			if get(name) != "" {
				tell(name, "it is set, and AWS_ACCESS_KEY_ID wins over it", "name the source that is meant with --source, or unset AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN")
			}
		}
	}
	for _, pair := range [][2]string{{"AWS_REGION", "AWS_DEFAULT_REGION"}, {"HTTPS_PROXY", "https_proxy"}, {"NO_PROXY", "no_proxy"}} {
		if first, second := get(pair[0]), get(pair[1]); first != "" && second != "" && first != second {
			tell(pair[0], pair[0]+" and "+pair[1]+" differ: awsvars takes the first, and other tools the second", "set both to the same, or unset one")
		}
	}
	if len(all) == 0 {
		all = append(all, ok(Environment, "variables", "no variable contradicts another"))
	}
	return all
}
