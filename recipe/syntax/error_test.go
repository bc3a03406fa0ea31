package syntax

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sebdah/goldie/v2"
)

// badSources are the sources in testdata/bad.txt, parted by empty lines. Each is refused, for the reasons in testdata/errors.golden.
func badSources(t testing.TB) []string {
	all, err := os.ReadFile("testdata/bad.txt")
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.Trim(string(all), "\n"), "\n\n")
}

// TestErrors compares all messages, with the underlined source, with the golden file (-update writes it).
func TestErrors(t *testing.T) {
	var b strings.Builder
	for _, src := range badSources(t) {
		m, errs := checkParse(t, src)
		if len(errs) == 0 {
			t.Errorf("accepted: %q", src)
		}
		fmt.Fprintf(&b, "===\n%s\n---\n", src)
		for _, e := range errs {
			fmt.Fprintf(&b, "%s\n\t%s\n\t%s\n", e, m.Line(e.Start.Line), underline(m, e))
		}
	}
	goldie.New(t).Assert(t, "errors", []byte(b.String()))
}

// underline marks the span of an error below its first line.
func underline(m *Module, e *Error) string {
	line := []rune(m.Line(e.Start.Line))
	width := e.End.Col - e.Start.Col
	if e.End.Line > e.Start.Line {
		width = len(line) + 1 - e.Start.Col
	}
	space := make([]rune, e.Start.Col-1)
	for i := range space {
		space[i] = ' '
		if i < len(line) && line[i] == '\t' {
			space[i] = '\t'
		}
	}
	return string(space) + strings.Repeat("^", max(width, 1))
}

// TestOracleErrors checks that CPython refuses what we call wrong, and reads what we only leave out.
func TestOracleErrors(t *testing.T) {
	py := findPython(t)
	if !py.inner() {
		t.Skip("needs python3 of version 3.12 or later for its syntax of f-strings and types")
	}
	dir := t.TempDir()
	sources := badSources(t)
	var files []string
	for i, src := range sources {
		file := filepath.Join(dir, fmt.Sprintf("e%03d.py", i))
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	sums := py.dump(t, files)
	for i, src := range sources {
		_, errs := Parse("x.py", []byte(src))
		refused := strings.HasPrefix(sums[files[i]], "error")
		if refused == onlyUnsupported(errs) {
			t.Errorf("CPython refuses: %v (%s); we say %v; in %q", refused, sums[files[i]], errs[0], src)
		}
	}
}
