package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
)

// mistake is a wrong loss from a public thread, typed anew, with what its head says.
type mistake struct {
	name      string
	fault     string
	thread    string
	elsewhere string // what other frameworks do, as far as the thread tells
	check     string // the flags of descent check
	says      []string
	source    string
}

// read reads a file whose head is lines of "# key: value". They stay in the source,
// so that positions are those of the file.
func read(t *testing.T, path string) mistake {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m := mistake{name: strings.TrimSuffix(filepath.Base(path), ".py"), source: string(text)}
	for _, line := range strings.Split(m.source, "\n") {
		key, value, found := strings.Cut(strings.TrimPrefix(line, "# "), ":")
		if !found || !strings.HasPrefix(line, "# ") {
			break
		}
		value = strings.TrimSpace(value)
		switch key {
		case "fault":
			m.fault = value
		case "thread":
			m.thread = value
		case "elsewhere":
			m.elsewhere = value
		case "check":
			m.check = value
		case "says":
			m.says = strings.Fields(value)
		default:
			t.Fatalf("%s: what is %q?", path, key)
		}
	}
	return m
}

// TestWrongLosses holds what is said of losses that are wrong, and that nothing is
// said of their correct counterparts; the table of losses.md is made of it.
func TestWrongLosses(t *testing.T) {
	paths, err := filepath.Glob("testdata/wrong/*.py")
	if err != nil {
		t.Fatal(err)
	}
	var rows strings.Builder
	for _, path := range paths {
		m := read(t, path)
		found := check(t, m.name+".py", m.source, m.check)
		var codes []string
		for _, d := range found {
			if !slices.Contains(codes, string(d.Code)) {
				codes = append(codes, string(d.Code))
			}
		}
		if !slices.Equal(codes, m.says) {
			t.Errorf("%s: says %v, want %v\n%v", path, codes, m.says, found)
			continue
		}
		right := read(t, filepath.Join("testdata", "right", m.name+".py"))
		if said := check(t, m.name+".py", right.source, right.check); slices.ContainsFunc(said, worse) {
			t.Errorf("the counterpart of %s is not accepted:\n%v", path, said)
		}
		d := found[slices.IndexFunc(found, func(d *graph.Diagnostic) bool { return string(d.Code) == m.says[0] })]
		fmt.Fprintf(&rows, "| [%s](testdata/wrong/%s.py) | [%s](%s) | %s | line %d: %s `%s` |\n",
			m.fault, m.name, place(m.thread), m.thread, cell(m.elsewhere), d.Pos.Line, cell(d.Message), d.Code)
	}
	replace(t, "losses.md", "wrong losses",
		"| what is wrong | thread | what happens there | what Descent says |\n| --- | --- | --- | --- |\n"+rows.String())
}

// worse reports whether a diagnostic is more than a note.
func worse(d *graph.Diagnostic) bool { return d.Severity != graph.Note }

// place is the name of a thread: its repository and number.
func place(url string) string {
	url = strings.TrimPrefix(url, "https://github.com/")
	for _, kind := range []string{"/issues/", "/pull/"} {
		url = strings.ReplaceAll(url, kind, "#")
	}
	_, short, found := strings.Cut(url, "/")
	if found && strings.Contains(short, "#") {
		return short
	}
	return url
}

// cell keeps a text from ending the cell of a table.
func cell(text string) string { return strings.ReplaceAll(prose(text), "|", "\\|") }
