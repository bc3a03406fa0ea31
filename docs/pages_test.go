package docs

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestPages runs the sessions of the pages: each in a folder of its own that begins
// with the files of examples/credit, and those of examples/nuclei in nuclei/. A block of "python NAME" or "text NAME" writes a
// file. In a block of "console" every line after "$ " is run, and the lines below it
// must be in what it prints, in this order; "..." leaves lines out. Digits of decimals,
// times and sizes may differ.
func TestPages(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the command and trains")
	}
	bin := filepath.Join(t.TempDir(), "descent")
	if out, err := exec.Command("go", "build", "-o", bin, "../cmd/descent").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	guides, err := filepath.Glob("guides/*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range append(guides, "start.md") {
		t.Run(strings.TrimSuffix(filepath.Base(page), ".md"), func(t *testing.T) {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), "\n"); n > 120 {
				t.Errorf("%s has %d lines, above 120", page, n)
			}
			s := session{dir: t.TempDir(), bin: bin}
			if err := os.CopyFS(s.dir, os.DirFS("../examples/credit")); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(filepath.Join(s.dir, "nuclei"), os.DirFS("../examples/nuclei/data")); err != nil {
				t.Fatal(err)
			}
			for _, b := range blocks(string(text)) {
				s.play(t, b)
			}
		})
	}
}

// block is what stands between two fences.
type block struct{ kind, name, text string }

func blocks(page string) []block {
	var out []block
	for i, part := range strings.Split("\n"+page, "\n```") {
		if i%2 == 1 {
			head, text, _ := strings.Cut(part, "\n")
			kind, name, _ := strings.Cut(head, " ")
			out = append(out, block{kind, name, text + "\n"})
		}
	}
	return out
}

// session is a folder in which blocks are played.
type session struct{ dir, bin string }

func (s session) play(t *testing.T, b block) {
	t.Helper()
	switch {
	case b.name != "":
		path := filepath.Join(s.dir, b.name)
		if err := os.WriteFile(path, []byte(b.text), 0o666); err != nil {
			t.Fatal(err)
		}
	case b.kind == "console":
		for _, part := range strings.Split("\n"+b.text, "\n$ ")[1:] {
			command, shown, _ := strings.Cut(part, "\n")
			s.run(t, command, strings.Split(strings.TrimRight(shown, "\n"), "\n"))
		}
	}
}

func (s session) run(t *testing.T, command string, shown []string) {
	t.Helper()
	cmd := exec.Command("sh", "-c", command)
	cmd.Dir = s.dir
	cmd.Env = append(os.Environ(), "PATH="+filepath.Dir(s.bin)+string(os.PathListSeparator)+os.Getenv("PATH"), "NO_COLOR=1")
	out, err := cmd.CombinedOutput()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	if refusal := strings.Contains(strings.Join(shown, "\n"), " refused. "); (failed != nil) != refusal {
		t.Errorf("$ %s\n%sends with %v", command, out, err)
	}
	lines := strings.Split(string(out), "\n")
	at := 0
	for _, want := range shown {
		if want == "" || want == "..." {
			continue
		}
		for at < len(lines) && steady(lines[at]) != steady(want) {
			at++
		}
		if at == len(lines) {
			t.Errorf("$ %s\n%s\ndoes not say, where it should:\n%s", command, out, want)
			return
		}
	}
}

var (
	amount   = regexp.MustCompile(`\b\d+(\.\d+)? (ms|s|kB|MB)\b`)
	unsteady = regexp.MustCompile(`\d+\.\d+|\d\d:\d\d:\d\d`)
)

// steady is a line without the times and sizes that differ from machine to machine,
// and with zeros for the digits of decimals.
func steady(line string) string {
	line = unsteady.ReplaceAllStringFunc(amount.ReplaceAllString(line, "_"), func(s string) string {
		return regexp.MustCompile(`\d+`).ReplaceAllString(s, "0")
	})
	return strings.Join(strings.Fields(line), " ")
}
