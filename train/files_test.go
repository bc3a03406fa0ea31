package train

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every file is written through internal/fsx.
func TestFilesAreWrittenInOnePlace(t *testing.T) {
	forbidden := regexp.MustCompile(`\bos\.(Create|CreateTemp|WriteFile|OpenFile|Rename|Truncate)\b|\bioutil\.`)
	sources, err := filepath.Glob("*.go")
	if err != nil || len(sources) == 0 {
		t.Fatal(sources, err)
	}
	for _, name := range sources {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if found := forbidden.Find(text); found != nil {
			t.Errorf("%s calls %s", name, found)
		}
	}
}
