package connectors

import (
	"net/http"
	"net/url"

	"golang.org/x/net/http/httpproxy"
)

// Through leads what goes to AWS through a proxy of its own, but for the hosts
// in except, which are as in NO_PROXY; where one of both is empty, the
// environment's counts. Whatever is not AWS goes its way as before.
func (n *Network) Through(proxy, except string) {
	config := n.environment
	if proxy != "" {
		config.HTTPProxy, config.HTTPSProxy = proxy, proxy
	}
	if except != "" {
		config.NoProxy = except
	}
	n.aws = config.ProxyFunc()
}

// Proxy is the environment's proxy for a request, nil for none.
func (n *Network) Proxy(r *http.Request) (*url.URL, error) { return n.proxy(r.URL) }

func proxies(m Machine) httpproxy.Config {
	first := func(names ...string) string { text, _ := m.first(names...); return text }
	return httpproxy.Config{
		HTTPProxy:  first("HTTP_PROXY", "http_proxy"),
		HTTPSProxy: first("HTTPS_PROXY", "https_proxy"),
		NoProxy:    first("NO_PROXY", "no_proxy"),
		CGI:        m.get("REQUEST_METHOD") != "",
	}
}
