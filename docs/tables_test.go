package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe"
)

// An example of a code that takes a recipe, and mostly a table, is a file below
// testdata/examples with the command, example.py and the table. In a table # stands
// for the number of the row, and "... 40" for rows like those above, 40 in all.

// tableExample returns the example of a code as the page shows it, with what is said
// of it; "" where there is none.
func tableExample(t *testing.T, code graph.Code) string {
	path := filepath.Join("testdata", "examples", string(code)+".txt")
	if _, err := os.Stat(path); err != nil {
		return ""
	}
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var shown strings.Builder
	for _, f := range archive.Files {
		language := "python"
		if f.Name != "example.py" {
			language = ""
		}
		fmt.Fprintf(&shown, "\n```%s\n%s```\n", language, visible(f.Data))
		if err := os.WriteFile(filepath.Join(dir, f.Name), expand(t, f.Data), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	command := strings.TrimSpace(string(archive.Comment))
	found := run(t, dir, command)
	if !strings.Contains(found, "["+string(code)+"]") {
		t.Errorf("the example of %s gives\n%s", code, found)
	}
	fmt.Fprintf(&shown, "\n```\n%s\n%s\n```\n", command, found)
	return shown.String()
}

// run is what a command says of the example in a folder, up to its training.
func run(t *testing.T, dir, command string) string {
	words := strings.Fields(command)
	var o recipe.Options
	for i, w := range words {
		if w == "--set" {
			o.Set = append(o.Set, words[i+1])
		}
	}
	without := func(text string) string {
		return strings.NewReplacer(dir+string(filepath.Separator), "", filepath.Dir(dir), "/home/me").Replace(text)
	}
	f, found := recipe.Load(filepath.Join(dir, "example.py"), o)
	if f == nil || found.Refused() {
		return without(found.Error())
	}
	prepared, err := f.Job.Prepare()
	if err != nil {
		if found := f.Diagnose(err); found != nil {
			err = found
		}
		return without(err.Error())
	}
	defer prepared.Close()
	var lines []string
	for _, d := range append(found, prepared.Diagnostics...) {
		lines = append(lines, d.Error())
	}
	if words[2] == "train" {
		for _, n := range prepared.Parts.Notes {
			lines = append(lines, "note    "+n.String())
		}
	}
	return without(strings.Join(lines, "\n"))
}

var more = regexp.MustCompile(`(?m)^\.\.\. (\d+)\n`)

// expand writes the rows that a table stands for.
func expand(t *testing.T, data []byte) []byte {
	text := string(data)
	at := more.FindStringSubmatchIndex(text)
	if at == nil {
		return data
	}
	var rows int
	if _, err := fmt.Sscan(text[at[2]:at[3]], &rows); err != nil {
		t.Fatal(err)
	}
	header, body, _ := strings.Cut(text[:at[0]], "\n")
	pattern := strings.Split(strings.TrimSuffix(body, "\n"), "\n")
	var b strings.Builder
	b.WriteString(header + "\n")
	for i := range rows {
		b.WriteString(strings.ReplaceAll(pattern[i%len(pattern)], "#", fmt.Sprint(i)) + "\n")
	}
	return []byte(b.String() + text[at[1]:])
}

// visible writes the bytes that a page cannot hold as Python would.
func visible(data []byte) string {
	return strings.NewReplacer("\r", "\\r", "\x00", "\\x00").Replace(string(data))
}
