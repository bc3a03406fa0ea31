package recipe

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/limits"
)

// Each section is a tree of files, of which the first is checked as a loss; its text is
// what was printed and found.
func TestImports(t *testing.T) {
	golden(t, "testdata/imports.txt", func(t *testing.T, _ []string, source string) string {
		dir := t.TempDir()
		main := ""
		for _, part := range strings.Split("\n"+source, "\n# file ")[1:] {
			name, text, _ := strings.Cut(part, "\n")
			if main == "" {
				main = filepath.Join(dir, filepath.FromSlash(name))
			}
			writeBelow(t, dir, name, text+"\n")
		}
		return checkTree(dir, main, Options{})
	})
}

func writeBelow(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// checkTree checks a loss on a small prediction, and tells what came of it.
func checkTree(dir, main string, o Options) string {
	file, found := Load(main, o)
	out := ""
	if file != nil {
		out = file.Output
		found = file.CheckLoss(LossOptions{Pred: graph.Rows(3), Target: graph.Rows(3), Activation: "sigmoid", TargetKind: "binary"})
	}
	var b strings.Builder
	b.WriteString(out)
	for _, d := range found {
		if d.Code != "ignored" {
			fmt.Fprintln(&b, d.Error())
		}
	}
	return strings.ReplaceAll(strings.TrimSpace(b.String()), dir+string(filepath.Separator), "")
}

// TestImportStaysInside leads out of the folder by names and by links.
func TestImportStaysInside(t *testing.T) {
	outer := t.TempDir()
	dir := filepath.Join(outer, "mine")
	writeBelow(t, outer, "secret.py", "def f(y_true, y_pred): return y_pred\n")
	writeBelow(t, outer, "mine/loss.py", "from secret import f\nloss = f\n")
	if got := checkTree(dir, filepath.Join(dir, "loss.py"), Options{}); !strings.Contains(got, `there is no module "secret"`) {
		t.Errorf("a file above the folder was read: %s", got)
	}
	if err := os.Symlink(filepath.Join(outer, "secret.py"), filepath.Join(dir, "secret.py")); err != nil {
		t.Skip(err)
	}
	if got := checkTree(dir, filepath.Join(dir, "loss.py"), Options{}); !strings.Contains(got, `there is no module "secret"`) {
		t.Errorf("a link out of the folder was followed: %s", got)
	}
	os.Remove(filepath.Join(dir, "secret.py"))
	if got := checkTree(dir, filepath.Join(dir, "loss.py"), Options{AllowRead: []string{outer}}); strings.Contains(got, "no module") {
		t.Errorf("a folder that may be read was not: %s", got)
	}
}

// TestImportOrder finds a package in a later folder before a bare folder of its name in an
// earlier one, and a module of it in either.
func TestImportOrder(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	writeBelow(t, dir, "loss.py", "from parts.a import f\nfrom parts.b import g, K\ndef loss(y_true, y_pred): return K.mean(f(y_true - g(y_pred)))\n")
	writeBelow(t, dir, "parts/a.py", "def f(x): return x * x\n")
	writeBelow(t, other, "parts/__init__.py", "print('parts')\n")
	writeBelow(t, other, "parts/b.py", "from keras import backend as K\ndef g(x): return x\n")
	if got := checkTree(dir, filepath.Join(dir, "loss.py"), Options{AllowRead: []string{other}}); got != "parts" {
		t.Errorf("got %s", got)
	}
}

// TestImportLimits imports more files than may be, and one that is too long.
func TestImportLimits(t *testing.T) {
	dir := t.TempDir()
	for i := range limits.RecipeFiles + 2 {
		writeBelow(t, dir, fmt.Sprintf("m%d.py", i), fmt.Sprintf("import m%d\n", i+1))
	}
	writeBelow(t, dir, "loss.py", "import m0\n")
	if got := checkTree(dir, filepath.Join(dir, "loss.py"), Options{}); !strings.Contains(got, "imported files") {
		t.Errorf("got %s", got)
	}
	writeBelow(t, dir, "long.py", strings.Repeat("#\n", limits.RecipeBytes/2+1))
	writeBelow(t, dir, "loss.py", "import long\n")
	if got := checkTree(dir, filepath.Join(dir, "loss.py"), Options{}); !strings.Contains(got, `"long" cannot be read: size of a recipe`) {
		t.Errorf("got %s", got)
	}
}

// TestTrainAlone refuses to train with a recipe of two files.
func TestTrainAlone(t *testing.T) {
	dir := folder(t)
	write(t, dir, "mine.py", "def f(y_true, y_pred): return K.mean(K.square(y_true - y_pred))\n")
	write(t, dir, "credit.py", "from mine import f\ndata = table(\"default.csv\", target = \"default\")\ntrain(data, mlp(), loss = f)\n")
	_, found := Load(filepath.Join(dir, "credit.py"), Options{})
	if !strings.Contains(found.Error(), `a recipe that trains is one file, but this one imports "mine"`) {
		t.Errorf("got %v", found)
	}
	write(t, dir, "credit.py", "import os\ndata = table(\"default.csv\", target = \"default\")\ntrain(data, mlp())\n")
	if _, found := Load(filepath.Join(dir, "credit.py"), Options{}); found.Refused() {
		t.Errorf("an import that nothing needs was refused: %v", found)
	}
}
