package data_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
)

// Every code in the source of the package and its readers is explained, and nothing else is.
func TestCodes(t *testing.T) {
	inSource := regexp.MustCompile(`(?:Code:\s*|note\(|Note\{|refuse\((?:[^"\n]*, )?|problem\([^"\n]*|notText\(|notes, Note\{)"([a-z0-9-]+)"`)
	var used []string
	for _, pattern := range []string{"*.go", "csv/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range inSource.FindAllSubmatch(source, -1) {
				used = append(used, string(m[1]))
			}
		}
	}
	slices.Sort(used)
	var explained []string
	for _, e := range data.Codes() {
		explained = append(explained, e.Code)
		if e.Cause == "" || e.Way == "" {
			t.Errorf("%s is not explained", e.Code)
		}
	}
	if diff := cmp.Diff(slices.Compact(used), explained); diff != "" {
		t.Errorf("codes (-source +explained):\n%s", diff)
	}
}
