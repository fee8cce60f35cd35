package images

import (
	"net/http"
	"strings"
)

// worded gets words for a HEAD that is forbidden, as its answer has no body.
// A layer counts as not there, as with Docker's engine (docker/docker,
// distribution/push_v2.go, layerAlreadyExists): the upload that follows is told
// what is forbidden. A manifest is asked for again by GET, which in ECR needs
// the same permission; for a layer it needs another one.
type worded struct{ inner http.RoundTripper }

func (w worded) RoundTrip(request *http.Request) (*http.Response, error) {
	answer, err := w.inner.RoundTrip(request)
	if err != nil || request.Method != http.MethodHead || answer.StatusCode != http.StatusForbidden {
		return answer, err
	}
	if strings.Contains(request.URL.Path, "/blobs/") {
		answer.StatusCode, answer.Status = http.StatusNotFound, "404 Not Found"
		return answer, nil
	}
	again := request.Clone(request.Context())
	again.Method = http.MethodGet
	explained, err := w.inner.RoundTrip(again)
	if err != nil {
		return answer, nil
	}
	if explained.StatusCode != http.StatusForbidden {
		_ = explained.Body.Close()
		return answer, nil
	}
	_ = answer.Body.Close()
	return explained, nil
}
