package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/descent-ml/descent/recipe/syntax"
)

// collection is a folder of Python files.
type collection struct {
	name  string
	files []*file
}

// file is one of them, cut into the parts that can be pasted apart.
type file struct {
	path  string // below the collection's folder
	torch bool   // it is for PyTorch: channels stand before rows and columns
	parts []*part
}

// part is a statement of the top level, or one name of an import.
type part struct {
	file  *file
	text  string
	binds []string
	uses  []string
	stmt  syntax.Stmt // nil for an import, and where the text is not Python

	module string // of an import, with its leading dots
	star   bool   // from module import *
}

// read reads the Python files below a folder.
func read(dir string) (*collection, error) {
	c := &collection{name: filepath.Base(dir)}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".py" {
			return err
		}
		src, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		f := &file{path: rel, torch: regexp.MustCompile(`\bnn\b|\btorch\b`).Match(src)}
		f.cut(string(src))
		c.files = append(c.files, f)
		return err
	})
	return c, err
}

// cut fills the parts of a file. Where the whole is not Python, each definition is
// parsed alone, so that one fault does not hide the others.
func (f *file) cut(src string) {
	module, errs := syntax.Parse(f.path, []byte(src))
	if len(errs) == 0 {
		for _, s := range module.Body {
			f.add(s, src)
		}
		return
	}
	for _, chunk := range chunks(src) {
		module, errs := syntax.Parse(f.path, []byte(chunk))
		if len(errs) > 0 {
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

// add appends the parts of a statement that stands in src.
func (f *file) add(s syntax.Stmt, src string) {
	switch s := s.(type) {
	case *syntax.Import:
		for _, a := range s.Names {
			bound, _, _ := strings.Cut(a.Name.Name, ".")
			f.parts = append(f.parts, imported(f, a, "import ", bound, a.Name.Name))
		}
		return
	case *syntax.ImportFrom:
		module := strings.Repeat(".", s.Level)
		if s.Module != nil {
			module += s.Module.Name
		}
		for _, a := range s.Names {
			f.parts = append(f.parts, imported(f, a, "from "+module+" import ", a.Name.Name, module))
		}
		return
	}
	start := s.Span().Start.Offset
	p := &part{file: f, stmt: s}
	switch s := s.(type) {
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

// first is where a definition begins, its decorators counted.
func first(start int, decorators []syntax.Expr) int {
	if len(decorators) > 0 {
		return decorators[0].Span().Start.Offset
	}
	return start
}

func imported(f *file, a *syntax.Alias, line, bound, module string) *part {
	line += a.Name.Name
	if a.AsName != nil {
		bound = a.AsName.Name
		line += " as " + bound
	}
	return &part{file: f, text: line + "\n", binds: []string{bound}, module: module, star: bound == "*"}
}

// local reports whether a module is one of the collection's own files.
func (c *collection) local(module string) bool {
	if strings.HasPrefix(module, ".") {
		return true
	}
	root, _, _ := strings.Cut(module, ".")
	return slices.ContainsFunc(c.files, func(f *file) bool {
		stem := strings.TrimSuffix(filepath.Base(f.path), ".py")
		return stem == root || strings.HasPrefix(f.path, root+string(filepath.Separator))
	})
}

// lookup returns the parts that bind a name for the text of a file: its own, or those
// of the collection's files that it imports from.
func (c *collection) lookup(f *file, name string) []*part {
	var own []*part
	anywhere := false
	for _, p := range f.parts {
		switch {
		case p.star && c.local(p.module):
			anywhere = true
		case slices.Contains(p.binds, name) && p.module != "" && c.local(p.module):
			return c.definition(name)
		case slices.Contains(p.binds, name):
			own = append(own, p)
		}
	}
	if own == nil && anywhere {
		return c.definition(name)
	}
	return own
}

// definition returns the part of any file that defines a name, or imports it from
// elsewhere.
func (c *collection) definition(name string) []*part {
	for _, f := range c.files {
		for _, p := range f.parts {
			if slices.Contains(p.binds, name) && !(p.module != "" && c.local(p.module)) {
				return []*part{p}
			}
		}
	}
	return nil
}

// paste returns a part behind everything that it uses.
func (c *collection) paste(p *part) string {
	var b strings.Builder
	seen := map[*part]bool{}
	var visit func(*part)
	visit = func(p *part) {
		if seen[p] {
			return
		}
		seen[p] = true
		for _, name := range p.uses {
			for _, q := range c.lookup(p.file, name) {
				visit(q)
			}
		}
		b.WriteString(p.text)
	}
	visit(p)
	return b.String()
}
