package image

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/array"
)

// Every code in the source of this package and of those of arrays is explained once, in alphabetical order, and nothing else is.
func TestCodes(t *testing.T) {
	inSource := regexp.MustCompile(`(?:Code:\s*|note\(|bad\()"([a-z0-9-]+)"`)
	var used []string
	for _, pattern := range []string{"*.go", "../array/*.go", "../npy/*.go", "../idx/*.go", "../internal/files/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") || strings.HasSuffix(file, "codes.go") {
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
	known := map[string]bool{}
	for _, e := range data.Codes() {
		known[e.Code] = true
	}
	used = append(used, "bad-image") // set where mask-pair is changed into it
	used = slices.DeleteFunc(used, func(code string) bool { return known[code] })
	slices.Sort(used)
	var explained []string
	for _, list := range [][]data.Explanation{array.Codes(), Codes()} {
		if !slices.IsSortedFunc(list, func(a, b data.Explanation) int { return strings.Compare(a.Code, b.Code) }) {
			t.Error("not in alphabetical order")
		}
		for _, e := range list {
			explained = append(explained, e.Code)
			if e.Cause == "" || e.Way == "" || known[e.Code] {
				t.Errorf("%s is not explained, or twice", e.Code)
			}
		}
	}
	slices.Sort(explained)
	if diff := cmp.Diff(slices.Compact(used), explained); diff != "" {
		t.Errorf("codes (-source +explained):\n%s", diff)
	}
}
