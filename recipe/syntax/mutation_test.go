package syntax

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// seeds are the sources in testdata/good.
func seeds(t testing.TB) []string {
	files, err := filepath.Glob("testdata/good/*.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sources in testdata/good: %v", err)
	}
	var texts []string
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(src))
	}
	return texts
}

// pieces are what a mutation inserts.
var pieces = []string{
	"(", ")", "[", "]", "{", "}", "'", `"`, `"""`, "'''", "f'", `f"{`, "\\", "\n", "\t", " ", ",", ":", ";", "=", ":=", "==", ".", "...",
	"*", "**", "+", "-", "@", "->", "!", "!r", "#", "lambda ", "if ", "else ", "for x in y ", "in ", "not ", "is ", "and ", "def f():", "class A:",
	"return ", "yield ", "await ", "async ", "try:", "except:", "global x", "import ", "from ", "as ", "None", "1", "0x", "1e", "1_", "x", " x ",
	"é", "\u00a0", "“", "\r\n", "\r", "\f", "\x00", "\xff", "%", "~", "|", "break", "pass", "del ", "with ", "while ", "elif x:", "*a", "/",
}

// mutate changes a source at random, once or a few times.
func mutate(rng *rand.Rand, src string) string {
	for range 1 + rng.IntN(2) {
		i := rng.IntN(len(src) + 1)
		j := min(len(src), i+rng.IntN(1+rng.IntN(12)))
		switch rng.IntN(7) {
		case 0: // delete
			src = src[:i] + src[j:]
		case 1: // repeat
			src = src[:j] + src[i:]
		case 2: // truncate
			if rng.IntN(8) == 0 {
				src = src[:i]
			}
		case 3: // exchange lines
			lines := strings.SplitAfter(src, "\n")
			a, b := rng.IntN(len(lines)), rng.IntN(len(lines))
			lines[a], lines[b] = lines[b], lines[a]
			src = strings.Join(lines, "")
		case 4: // splice
			k := rng.IntN(len(src) + 1)
			src = src[:i] + src[k:min(len(src), k+rng.IntN(30))] + src[i:]
		default:
			src = src[:i] + pieces[rng.IntN(len(pieces))] + src[i:]
		}
	}
	return src
}

// snippet cuts a few lines out of a source, so that a mutation meets little else.
func snippet(rng *rand.Rand, src string) string {
	lines := strings.SplitAfter(src, "\n")
	i := rng.IntN(len(lines))
	return strings.Join(lines[i:min(len(lines), i+1+rng.IntN(8))], "")
}

// checkParse parses a source and checks what must hold for any bytes: time, positions inside the file, messages that say
// something, and nodes inside their parents.
func checkParse(t *testing.T, src string) (*Module, []*Error) {
	t.Helper()
	start := time.Now()
	m, errs := Parse("x.py", []byte(src))
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("parsing %d bytes took %v", len(src), d)
	}
	for _, e := range errs {
		if !inside(e.Start, len(src)) || !inside(e.End, len(src)) || e.End.Offset < e.Start.Offset {
			t.Errorf("error outside the file: %+v in %q", e, src)
		}
		if e.Msg == "" || strings.HasPrefix(e.Msg, "invalid syntax") {
			t.Errorf("error that says nothing: %v in %q", e, src)
		}
	}
	if len(errs) == 0 {
		checkNesting(t, src, m)
	}
	return m, errs
}

func inside(p Pos, size int) bool {
	return p.Line >= 1 && p.Col >= 1 && p.Offset >= 0 && p.Offset <= size
}

// checkNesting checks that every node has a span, inside that of its parent.
func checkNesting(t *testing.T, src string, n Node) {
	outer := n.Span()
	if outer.End.Offset < outer.Start.Offset {
		t.Errorf("%T ends before it starts: %v in %q", n, outer, src)
	}
	var outside []Node
	switch n := n.(type) {
	case *FunctionDef:
		outside = append(outside, children(&Tuple{Elts: n.Decorators})...)
	case *ClassDef:
		outside = append(outside, children(&Tuple{Elts: n.Decorators})...)
	case *Param:
		if n.Default != nil {
			outside = append(outside, n.Default)
		}
	}
	for _, c := range children(n) {
		s := c.Span()
		within := s.Start.Offset >= outer.Start.Offset && s.End.Offset <= outer.End.Offset
		excused := false
		for _, o := range outside {
			excused = excused || o == c
		}
		if !within && !excused {
			t.Errorf("%T %v is not inside %T %v in %q", c, s, n, outer, src)
		}
		checkNesting(t, src, c)
	}
}

// TestMutations parses damaged sources.
func TestMutations(t *testing.T) {
	const seed = 1
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	texts := seeds(t)
	for range 2000 {
		checkParse(t, mutate(rng, texts[rng.IntN(len(texts))]))
	}
}

// TestOracleMutations asks CPython which of the damaged sources are still Python, and compares: we refuse nothing that it reads, unless as
// Unsupported or Limit, read nothing that it refuses, and make the same trees.
func TestOracleMutations(t *testing.T) {
	py := findPython(t)
	if py.minor != 13 {
		t.Skipf("needs python3.13: python3.%d reads a few odd f-strings otherwise", py.minor)
	}
	const seed = 2
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	texts := seeds(t)
	dir := t.TempDir()
	var files []string
	for i := range 2000 {
		file := filepath.Join(dir, fmt.Sprintf("m%05d.py", i))
		src := mutate(rng, snippet(rng, texts[rng.IntN(len(texts))]))
		src = strings.ToValidUTF8(src, "?") // CPython is not strict about comments
		if err := os.WriteFile(file, []byte(src), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	compareWithPython(t, py, files)
	sums := py.dump(t, files)
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if _, errs := Parse(file, src); len(errs) == 0 && strings.HasPrefix(sums[file], "error") {
			t.Errorf("read, but CPython says %s: %q", sums[file], src)
		}
	}
}
