package recipe

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/probe"
)

var update = flag.Bool("update", false, "write the texts that are found to testdata")

// golden compares what each section of a file gives with the text below its source;
// a section's head is a name, and settings after a bar.
func golden(t *testing.T, file string, run func(t *testing.T, settings []string, source string) string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var all strings.Builder
	for _, section := range strings.Split("\n"+string(text), "\n== ")[1:] {
		head, rest, _ := strings.Cut(section, "\n")
		source, want, _ := strings.Cut(rest, "\n--")
		want = strings.TrimSpace(want)
		name, settings, _ := strings.Cut(head, " | ")
		t.Run(name, func(t *testing.T) {
			got := strings.TrimSpace(run(t, strings.Fields(settings), source+"\n"))
			all.WriteString("== " + head + "\n" + source + "\n--\n" + got + "\n")
			if got != want && !*update {
				t.Errorf("source\n%s\n\ngot\n%s\n\nwant\n%s", source, got, want)
			}
		})
	}
	if *update {
		if err := os.WriteFile(file, []byte(all.String()), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// write puts a recipe into a folder.
func write(t *testing.T, dir, name, source string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(source), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

// Each section is a file with a loss; its head names shapes of prediction and target,
// activation and kind of target.
func TestCheckLoss(t *testing.T) {
	golden(t, "testdata/losses.txt", func(t *testing.T, settings []string, source string) string {
		text, _ := checkLoss(t, settings, source)
		return text
	})
}

// Losses as people write them, every one right: none is refused, and none is warned of
// but for what is true of it, such as that a cosine does not see sizes.
func TestLegalLosses(t *testing.T) {
	golden(t, "testdata/legal.txt", func(t *testing.T, settings []string, source string) string {
		text, found := checkLoss(t, settings, source)
		for _, d := range found {
			if d.Severity == graph.Error || d.Severity == graph.Warning && d.Code != probe.CodeScaleFree && !strings.Contains(text, "if the prediction is a distance") {
				t.Error(d)
			}
		}
		return text
	})
}

// The six questions of the examples and what follows from them: those with settings hold a
// loss, the others are traced.
func TestQuestions(t *testing.T) {
	golden(t, "testdata/questions.txt", func(t *testing.T, settings []string, source string) string {
		if len(settings) > 0 {
			text, _ := checkLoss(t, settings, source)
			return text
		}
		dir := t.TempDir()
		f, found := Load(write(t, dir, "x.py", source), Options{})
		return strings.ReplaceAll(f.Output+found.Error(), dir+"/", "")
	})
}

// checkLoss checks a file with a loss as a section's settings say.
func checkLoss(t *testing.T, settings []string, source string) (string, graph.Diagnostics) {
	dir := t.TempDir()
	f, found := Load(write(t, dir, "x.py", source), Options{})
	if f == nil {
		t.Fatal(found)
	}
	flags := LossFlags{Pred: settings[0], Target: settings[1], Activation: settings[2]}
	if len(settings) > 3 {
		flags.TargetKind = settings[3]
	}
	o, err := flags.Options()
	if err != nil {
		t.Fatal(err)
	}
	found = f.CheckLoss(*o)
	verdict := "proved\n"
	if found.Refused() {
		verdict = ""
	}
	return strings.ReplaceAll(verdict+found.Error(), dir+"/", ""), found
}
