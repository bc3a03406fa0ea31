package syntax

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"
)

// python is the interpreter that serves as the oracle.
type python struct {
	path  string
	minor int // of its version 3.minor
}

// inner says whether it knows positions inside f-strings.
func (p python) inner() bool { return p.minor >= 12 }

// findPython looks for an interpreter of version 3.13, or else one near it; the test is skipped without one.
func findPython(t *testing.T) python {
	t.Helper()
	home, _ := os.UserHomeDir()
	for _, version := range []string{"3.13", "3.12", "3"} {
		names := []string{"python" + version}
		kept, _ := filepath.Glob(filepath.Join(home, ".pyenv", "versions", version+".*", "bin", "python3")) // where pyenv keeps them
		for _, name := range append(names, kept...) {
			out, err := exec.Command(name, "-c", "import sys; print(sys.version_info[1] if sys.version_info >= (3, 9) else 0)").Output()
			if minor, _ := strconv.Atoi(strings.TrimSpace(string(out))); err == nil && minor >= 9 {
				return python{name, minor}
			}
		}
	}
	t.Skip("no python3 of version 3.9 or later on this machine: the trees are not compared with CPython's")
	return python{}
}

// dump runs testdata/dump.py over files and returns what it prints for each.
func (p python) dump(t *testing.T, files []string, args ...string) map[string]string {
	t.Helper()
	cmd := exec.Command(p.path, append([]string{filepath.Join("testdata", "dump.py")}, args...)...)
	cmd.Stdin = strings.NewReader(strings.Join(files, "\n"))
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s testdata/dump.py: %v", p.path, err)
	}
	dumps := map[string]string{}
	if len(args) > 0 { // one file, whose dump has many lines
		_, dumps[files[0]], _ = strings.Cut(string(out), "\t")
		dumps[files[0]] = strings.TrimSuffix(dumps[files[0]], "\n")
		return dumps
	}
	for line := range strings.Lines(string(out)) {
		name, sum, _ := strings.Cut(strings.TrimSpace(line), "\t")
		dumps[name] = sum
	}
	return dumps
}

// compareWithPython parses files and compares types, spans, operators, constants and structure with CPython's. It returns how
// many were compared; files with statements that recipes leave out, or in other encodings, are not, but must be refused for that alone.
func compareWithPython(t *testing.T, py python, files []string) int {
	sums := py.dump(t, files)
	compared := 0
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(sums[file], "error") {
			continue // newer syntax than this interpreter reads
		}
		m, errs := ParseLimits(file, src, Limits{Bytes: 1 << 20, Errors: 10000})
		if onlyUnsupported(errs) || len(errs) == 1 && errs[0].Kind == Encoding {
			continue
		}
		if len(errs) > 0 {
			t.Errorf("%s: %d errors in a file that CPython reads, first: %v\n\t%s", file, len(errs), errs[0], m.Line(errs[0].Start.Line))
			continue
		}
		compared++
		ours := dumpModule(m, py.inner())
		if sum := sha256.Sum256([]byte(ours)); hex.EncodeToString(sum[:]) != sums[file] {
			theirs := py.dump(t, []string{file}, "--full")[file]
			t.Errorf("%s: the trees differ (ours -, CPython's +):\n%s", file, firstDifference(ours, theirs))
		}
	}
	return compared
}

// onlyUnsupported says whether there are errors, and all are about Python that recipes leave out or limits on it.
func onlyUnsupported(errs []*Error) bool {
	for _, e := range errs {
		if e.Kind != Unsupported && e.Kind != Limit {
			return false
		}
	}
	return len(errs) > 0
}

func firstDifference(ours, theirs string) string {
	a, b := strings.Split(ours, "\n"), strings.Split(theirs, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return "- " + a[i] + "\n+ " + b[i]
		}
	}
	return "one is longer than the other"
}

// TestOracle compares our trees with CPython's for the sources in testdata/good, one construct a file.
func TestOracle(t *testing.T) {
	py := findPython(t)
	files, err := filepath.Glob("testdata/good/*.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources in testdata/good: %v", err)
	}
	if !py.inner() {
		files = slices.DeleteFunc(files, func(f string) bool { return strings.HasSuffix(f, "fstrings312.py") })
	}
	if n := compareWithPython(t, py, files); n != len(files) {
		t.Errorf("%d of %d sources were compared; CPython, or we, do not read the others", n, len(files))
	}
}

// TestOracleLayouts compares the same sources with other line endings, a byte order mark, and without the last line ending.
func TestOracleLayouts(t *testing.T) {
	py := findPython(t)
	if !py.inner() {
		t.Skip("needs python3 of version 3.12 or later for positions in f-strings")
	}
	layouts := map[string]func(string) string{
		"crlf": func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"cr":   func(s string) string { return strings.ReplaceAll(s, "\n", "\r") },
		"bom":  func(s string) string { return byteOrderMark + s },
		"cut":  func(s string) string { return strings.TrimRight(s, "\n") },
	}
	dir := t.TempDir()
	var files []string
	for name, layout := range layouts {
		for i, src := range seeds(t) {
			file := filepath.Join(dir, name+strconv.Itoa(i)+".py")
			if err := os.WriteFile(file, []byte(layout(src)), 0o600); err != nil {
				t.Fatal(err)
			}
			files = append(files, file)
		}
	}
	sort.Strings(files)
	if n := compareWithPython(t, py, files); n != len(files) {
		t.Errorf("%d of %d sources were compared; CPython, or we, do not read the others", n, len(files))
	}
}

// TestOracleStandardLibrary does the same for a sample of CPython's standard library, where it is installed.
func TestOracleStandardLibrary(t *testing.T) {
	py := findPython(t)
	out, err := exec.Command(py.path, "-c", "import sysconfig; print(sysconfig.get_path('stdlib'))").Output()
	if err != nil {
		t.Skipf("%s does not say where its standard library is: %v", py.path, err)
	}
	files := smallFiles(t, strings.TrimSpace(string(out)))
	if len(files) < 100 {
		t.Skipf("only %d files of the standard library are installed", len(files))
	}
	want := 400
	if testing.Short() {
		want = 100
	}
	var sample []string
	for i := range want {
		sample = append(sample, files[i*len(files)/want])
	}
	n := compareWithPython(t, py, sample)
	t.Logf("%d of %d files compared; the others use what recipes leave out", n, len(sample))
	if n < want/5 {
		t.Errorf("only %d of %d files were compared", n, len(sample))
	}
}

// smallFiles lists the sources below root of at most 20 kB, in order.
func smallFiles(t *testing.T, root string) []string {
	var files []string
	err := filepath.WalkDir(root, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == "site-packages" || strings.HasPrefix(d.Name(), "bad")) {
			return filepath.SkipDir
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() && strings.HasSuffix(path, ".py") && info.Size() <= 20000 && info.Size() > 0 {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Skipf("the standard library cannot be listed: %v", err)
	}
	sort.Strings(files)
	return files
}
