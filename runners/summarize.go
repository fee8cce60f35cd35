package runners

// Summarize shows a page of Markdown with the run, where the system has such a
// page: in a step of GitHub Actions. Elsewhere it does nothing. The page has no
// secret.
func Summarize(h Host, page []byte) error {
	path := h.text(summaryFile)
	if path == "" || h.text("GITHUB_ACTIONS") != "true" {
		return nil
	}
	return appendAll([]addition{{variable: summaryFile, path: path, content: page}})
}
