package docker

import (
	"context"
	"fmt"
	"net/http"
)

// Ask puts a question to a registry, with basic authentication at
// https://HOST/v2/PATH. It follows no redirect: a layer that is there is
// elsewhere, and that it is there is the answer. An answer of any status is no
// error.
func Ask(ctx context.Context, client *http.Client, l Login, method, path string) (Answer, error) {
	if err := l.check(); err != nil {
		return Answer{}, fmt.Errorf("asking registry %q: %w", l.Host, err)
	}
	mine := *client
	mine.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, _, err := l.ask(ctx, &mine, method, "https://"+l.Host+"/v2/"+path)
	if err != nil {
		return Answer{}, fmt.Errorf("asking registry %q: %w", l.Host, err)
	}
	return answer, nil
}
