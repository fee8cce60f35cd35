package images

import (
	"fmt"
	"net/http"
	"strings"
)

// misplaced is the error of an answer that no registry gives to this request:
// something between here and the registry has sent it.
type misplaced struct{ what string }

func (m *misplaced) Error() string {
	return m.what + "; something between here and the registry may have sent it"
}

// oddity says what is wrong with an answer, empty for nothing; size is that of
// the blob that is asked about, 0 where it is not known. Taken for the
// registry's, one with status 200 would tell that a layer is there, or that an
// image was taken (OCI distribution specification, "Pull", "Push").
func oddity(request *http.Request, answer *http.Response, size int64) string {
	told := fmt.Sprintf("the answer to %s is %d %s", request.Method, answer.StatusCode, http.StatusText(answer.StatusCode))
	switch answer.StatusCode {
	case http.StatusOK:
		return oddSuccess(request, answer, told, size)
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		// A client makes a GET of it, and loses what was sent.
		if request.Method != http.MethodHead && request.Method != http.MethodGet {
			return told
		}
	}
	return ""
}

func oddSuccess(request *http.Request, answer *http.Response, told string, size int64) string {
	head := request.Method == http.MethodHead
	switch path := request.URL.Path; {
	case strings.HasPrefix(answer.Header.Get("Content-Type"), "text/html"):
		return "the answer is a web page"
	case strings.Contains(path, "/blobs/uploads/") && !head && request.Method != http.MethodGet:
		return told
	case strings.Contains(path, "/manifests/") && request.Method == http.MethodPut:
		// One that was taken is told with 201.
		return told
	case strings.Contains(path, "/blobs/") && head && size > 0 && answer.ContentLength >= 0 && answer.ContentLength != size:
		return fmt.Sprintf("%s with another size, %d bytes", told, answer.ContentLength)
	case strings.Contains(path, "/manifests/") && head && answer.Header.Get("Docker-Content-Digest") == "":
		return told + " without a digest"
	}
	return ""
}
