// Package questions holds six public questions about losses, each in a folder: the
// code as posted, what Descent says of it (said.txt), and the right way, as a recipe
// and as a Go program.
//
//	go test ./examples/questions -update    writes what is said
package questions

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/descent-ml/descent/recipe"
)

var update = flag.Bool("update", false, "write what is said of the posted code")

// TestPosted holds what is said of the code as it was posted. Each section of a
// said.txt begins with the command.
func TestPosted(t *testing.T) {
	paths, err := filepath.Glob("*/said.txt")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var now strings.Builder
		for _, section := range strings.Split("\n"+string(text), "\n$ descent check ")[1:] {
			command, _, _ := strings.Cut(section, "\n")
			now.WriteString("$ descent check " + command + "\n" + said(t, filepath.Dir(path), command) + "\n")
		}
		if *update {
			if err := os.WriteFile(path, []byte(now.String()), 0o666); err != nil {
				t.Fatal(err)
			}
		} else if now.String() != string(text) {
			t.Errorf("%s is\n%s\nbut what is said is\n%s", path, text, now.String())
		}
	}
}

// said is what descent check says, with flags as on its command line.
func said(t *testing.T, dir, command string) string {
	words := strings.Fields(command)
	source, err := os.ReadFile(filepath.Join(dir, words[0]))
	if err != nil {
		t.Fatal(err)
	}
	f, found := recipe.Load(words[0], recipe.Options{Source: source})
	if f != nil && len(words) > 1 {
		var flags recipe.LossFlags
		if _, err := kong.Must(&flags).Parse(words[1:]); err != nil {
			t.Fatalf("%s: %v", command, err)
		}
		o, err := flags.Options()
		if err != nil {
			t.Fatal(err)
		}
		found = f.CheckLoss(*o)
	}
	out := found.Error()
	switch {
	case f != nil && !found.Refused() && len(words) > 1:
		out = "proved\n" + out
	case f != nil && !found.Refused():
		out = f.Output + out
	}
	return strings.TrimRight(out, "\n") + "\n"
}

// TestRightRecipes holds that the recipes of the right ways are proved, on their
// tables.
func TestRightRecipes(t *testing.T) {
	paths, err := filepath.Glob("*/right*.py")
	if err != nil || len(paths) == 0 {
		t.Fatal(paths, err)
	}
	for _, path := range paths {
		f, found := recipe.Load(path, recipe.Options{})
		if found.Refused() || f.Job == nil {
			t.Errorf("%s\n%v", path, found)
			continue
		}
		prepared, err := f.Job.Prepare()
		if err != nil {
			t.Errorf("%s: %v", path, err)
			continue
		}
		if _, err := prepared.Check(); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		prepared.Close()
	}
}

// TestRefusals holds what must be named of the posted code: the cases, by their ids.
func TestRefusals(t *testing.T) {
	for id, c := range map[string]struct {
		dir, command string
		says         []string
	}{
		"precision-argmax-refused": {"6", "posted.py --pred N,4 --target N --activation softmax --target-kind index", []string{
			"posted.py:5:21: this objective cannot be a loss: no gradient passes argmax [not-differentiable]",
			"cuts    argmax 5:21, equal 6:30, and 6:53, cast 6:23, equal 7:32, cast 7:25",
			"degenerate-optimum", "y_true * y_pred",
		}},
		"focal-seed-bugs": {"3", "focal.py --pred N,1 --target N,1 --activation none --target-kind binary", []string{
			"focal.py:9:16: cannot access local variable 'pred' where it is not associated with a value [unbound-local]",
			"focal.py:12:14: loss binary_cross_entropy: pred_logits must lie in [0, 1], but it may be any value [loss-domain]",
		}},
	} {
		got := said(t, c.dir, c.command)
		for _, text := range c.says {
			if !strings.Contains(got, text) {
				t.Errorf("%s: %q is not in\n%s", id, text, got)
			}
		}
	}
}
