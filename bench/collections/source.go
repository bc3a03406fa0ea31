package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
)

// collection is a folder of Python files.
type collection struct {
	name   string
	dir    string
	commit string   // of its repository, if that is known
	paths  []string // where modules are found that it does not hold
	files  []*file
}

// file is one of them.
type file struct {
	path  string // below the collection's folder
	text  string
	torch bool // it is for PyTorch: channels stand before rows and columns
	whole bool // it is Python; else its parts are read one by one
	parts []*part
}

// part is a statement of the top level.
type part struct {
	file  *file
	text  string
	binds []string
	uses  []string
	stmt  syntax.Stmt // nil where the text is not Python
}

// read reads the Python files below a folder.
func read(dir string, paths ...string) (*collection, error) {
	name := filepath.Base(dir)
	dir, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, err
	}
	c := &collection{name: name, dir: dir, commit: commitOf(dir), paths: paths}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".py" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		f := &file{path: rel, text: string(src), torch: regexp.MustCompile(`\btorch\b`).Match(src)}
		f.cut()
		c.files = append(c.files, f)
		return err
	})
	return c, err
}

// commitOf returns the commit that a folder is of, if it is a repository's.
func commitOf(dir string) string {
	if _, err := os.Stat(filepath.Join(dir, ".git")); err != nil {
		return "" // it may lie in another one
	}
	commit, err := exec.Command("git", "-C", dir, "rev-parse", "HEAD").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(commit))
}

// brief is the commit as people write it.
func (c *collection) brief() string { return c.commit[:min(12, len(c.commit))] }

// title names the collection and its commit.
func (c *collection) title() string {
	if c.commit == "" {
		return c.name
	}
	return c.name + "@" + c.brief()
}

// isPython reports whether errors are only about what is not supported.
func isPython(errs []*syntax.Error) bool {
	return !slices.ContainsFunc(errs, func(e *syntax.Error) bool { return e.Kind != syntax.Unsupported })
}

// cut fills the parts of a file. Where the whole is not Python, each definition is
// parsed alone, so that one fault does not hide the others.
func (f *file) cut() {
	module, errs := syntax.Parse(f.path, []byte(f.text))
	if f.whole = isPython(errs); f.whole {
		for _, s := range module.Body {
			f.add(s, f.text)
		}
		return
	}
	for _, chunk := range chunks(f.text) {
		module, errs := syntax.Parse(f.path, []byte(chunk))
		if !isPython(errs) {
			p := &part{file: f, text: chunk}
			if m := regexp.MustCompile(`(?m)^(?:def|class)\s+(\w+)`).FindStringSubmatch(chunk); m != nil {
				p.binds = m[1:]
			}
			f.parts = append(f.parts, p)
			continue
		}
		for _, s := range module.Body {
			f.add(s, chunk)
		}
	}
}

// chunks cuts a text in front of every line that begins a definition or statement.
func chunks(src string) []string {
	var out []string
	begins := regexp.MustCompile(`^[A-Za-z_@]`)
	decorated := false
	for _, line := range strings.SplitAfter(src, "\n") {
		if begins.MatchString(line) && !decorated || out == nil {
			out = append(out, "")
		}
		decorated = strings.HasPrefix(line, "@")
		out[len(out)-1] += line
	}
	return out
}

// add appends a statement that stands in src.
func (f *file) add(s syntax.Stmt, src string) {
	start := s.Span().Start.Offset
	p := &part{file: f, stmt: s}
	switch s := s.(type) {
	case *syntax.Import:
		for _, a := range s.Names {
			p.binds = append(p.binds, bound(a))
		}
	case *syntax.ImportFrom:
		for _, a := range s.Names {
			p.binds = append(p.binds, bound(a))
		}
	case *syntax.FunctionDef:
		p.binds = []string{s.Name.Name}
		start = first(start, s.Decorators)
	case *syntax.ClassDef:
		p.binds = []string{s.Name.Name}
		start = first(start, s.Decorators)
	case *syntax.Assign:
		for _, t := range s.Targets {
			if n, ok := t.(*syntax.Name); ok {
				p.binds = append(p.binds, n.Id)
			}
		}
	}
	p.text = src[strings.LastIndexByte(src[:start], '\n')+1:s.Span().End.Offset] + "\n"
	syntax.Walk(s, func(n syntax.Node) bool {
		if name, ok := n.(*syntax.Name); ok && !slices.Contains(p.uses, name.Id) {
			p.uses = append(p.uses, name.Id)
		}
		return true
	})
	f.parts = append(f.parts, p)
}

// bound is the name that an import gives, or "*".
func bound(a *syntax.Alias) string {
	if a.AsName != nil {
		return a.AsName.Name
	}
	name, _, _ := strings.Cut(a.Name.Name, ".")
	return name
}

// first is where a definition begins, its decorators counted.
func first(start int, decorators []syntax.Expr) int {
	if len(decorators) > 0 {
		return decorators[0].Span().Start.Offset
	}
	return start
}

// paste returns the text that a loss is checked in: the whole file, or, where that is not
// Python, the loss behind what it uses of the file.
func (p *part) paste() string {
	if p.file.whole {
		return p.file.text
	}
	var b strings.Builder
	seen := map[*part]bool{}
	var visit func(*part)
	visit = func(p *part) {
		if seen[p] {
			return
		}
		seen[p] = true
		for _, q := range p.file.parts {
			if slices.Contains(q.binds, "*") || slices.ContainsFunc(p.uses, func(name string) bool { return slices.Contains(q.binds, name) }) {
				visit(q)
			}
		}
		b.WriteString(p.text)
	}
	visit(p)
	return b.String()
}
