package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// TestAPlantedLeakIsFound: what looks for leaks after all tests must find one,
// however it is written, in the record and in those within it.
func TestAPlantedLeakIsFound(t *testing.T) {
	t.Parallel()
	const secret = `s3cr3t/v+lue"of'a\run`
	for name, leak := range map[string]string{
		"plain":         secret,
		"query":         url.QueryEscape(secret),
		"path":          url.PathEscape(secret),
		"base64":        base64.StdEncoding.EncodeToString([]byte(secret)),
		"shifted":       base64.StdEncoding.EncodeToString([]byte("x" + secret)),
		"shifted twice": base64.URLEncoding.EncodeToString([]byte("xy" + secret + "z")),
		"json":          quotedJSON(secret),
		"go":            strconv.Quote(secret),
		"shell":         "'" + strings.ReplaceAll(secret, "'", `'\''`) + "'",
		"hexadecimal":   hex.EncodeToString([]byte(secret)),
	} {
		for _, record := range planted(t, secret, "token="+leak) {
			if searchAll(record) == nil {
				t.Errorf("%s is not found in %s", name, filepath.Base(record))
			}
		}
	}
	for name, text := range map[string]string{"masked": "::add-mask::" + secret, "none": "token=********"} {
		for _, record := range planted(t, secret, text) {
			if err := searchAll(record); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
}

// planted are two records with this text in a log: one as scripts leave it, and
// one as a run of the table of faults does.
func planted(t *testing.T, secret, text string) []string {
	t.Helper()
	script, table := t.TempDir(), t.TempDir()
	for _, dir := range []string{script, filepath.Join(table, "run-1")} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		for file, text := range map[string]string{
			"secrets": "\"an0ther-one\"\n" + quotedJSON(secret) + "\n", "1.log": "source\n", "2.log": "begin\n" + text + "\nend\n",
		} {
			if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	return []string{script, table}
}

func quotedJSON(text string) string {
	// A string can always be written.
	quoted, _ := json.Marshal(text)
	return string(quoted)
}
