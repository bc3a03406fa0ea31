package recipe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
	"github.com/descent-ml/descent/recipe/tracer"
)

// source is data in a file or folder that a recipe names.
type source struct {
	declaration
	file  *File
	path  string // as the recipe has it
	fault string // the keyword that is at fault where the path cannot be read
}

// find refuses data that is not there, or not below the recipe's folder.
func (s *source) find(c *tracer.Call) {
	if s.file.options.Data != "" {
		return
	}
	err := s.within(s.path, func(root *os.Root, path string) error {
		_, err := root.Stat(path)
		return err
	})
	if err != nil {
		s.file.tracer.Report(c.Span(0), s.openError(err))
	}
}

// errOutside is for a path that leaves every folder that may be read.
var errOutside = errors.New("outside")

// within calls f with the folder that holds a path and the path below it: the
// recipe's own, or one that the command line allows.
func (s *source) within(path string, f func(root *os.Root, path string) error) error {
	dir := filepath.Dir(s.file.Path)
	allowed := append([]string{dir}, s.file.options.AllowRead...)
	full := path
	if !filepath.IsAbs(path) {
		full = filepath.Join(dir, path)
	}
	for _, folder := range allowed {
		below, ok := relative(folder, full)
		if !ok {
			continue
		}
		root, err := os.OpenRoot(folder)
		if err != nil {
			return err
		}
		defer root.Close()
		err = f(root, below)
		if err != nil && strings.Contains(cause(err), "escapes") {
			continue
		}
		return err
	}
	return errOutside
}

// relative returns the path from a folder down to a file. It is a first look; the
// opened folder itself keeps links from leading out.
func relative(folder, path string) (string, bool) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", false
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", false
	}
	rel, err := filepath.Rel(folder, path)
	return rel, err == nil && filepath.IsLocal(rel)
}

// openError says why data cannot be read, and nothing of what is in it.
func (s *source) openError(err error) graph.Diagnostic {
	path := fmt.Sprintf("%.80q", s.path)
	switch {
	case errors.Is(err, errOutside):
		return graph.Diagnostic{
			Code: CodeOutside, Message: path + " is outside the recipe's folder",
			Notes: []string{"would   let a recipe read any file of yours."},
			Fixes: []string{"--allow-read " + filepath.Dir(filepath.Join(filepath.Dir(s.file.Path), s.path))},
		}
	case errors.Is(err, fs.ErrNotExist):
		d := graph.Diagnostic{Code: CodeNoFile, Message: "there is no file " + path + " in the recipe's folder"}
		if near, ok := tracer.Nearest(filepath.Base(s.path), s.neighbours()); ok {
			d.Fixes = []string{fmt.Sprintf("%q", filepath.ToSlash(filepath.Join(filepath.Dir(s.path), near)))}
		}
		return d
	}
	return graph.Diagnostic{Code: CodeNoFile, Message: path + " cannot be read: " + cause(err)}
}

// neighbours lists the files beside the one that is not there.
func (s *source) neighbours() (names []string) {
	s.within(filepath.Dir(s.path), func(root *os.Root, path string) error {
		dir, err := root.Open(path)
		if err != nil {
			return err
		}
		defer dir.Close()
		const most = 10_000
		names, err = dir.Readdirnames(most)
		return err
	})
	return names
}

// diagnose turns an error of the data into diagnostics: where a word of its
// declaration is at fault at that word, else in the data.
func (s *source) diagnose(err error) graph.Diagnostics {
	var several data.Problems
	var single *data.Problem
	switch {
	case errors.As(err, &several):
	case errors.As(err, &single):
		several = data.Problems{single}
	default:
		d := s.openError(err)
		d.Pos = s.file.tracer.Position(s.argument(s.fault))
		return graph.Diagnostics{&d}
	}
	var out graph.Diagnostics
	for _, p := range several {
		d := &graph.Diagnostic{
			Code: graph.Code(p.Code), Message: p.What, Notes: p.Notes, Fixes: slices.Clone(p.Fixes),
			Pos: graph.Position{File: p.File, Line: p.Line, Col: p.Col},
		}
		if p.Option != "" {
			if p.Line > 0 {
				d.Notes = append(slices.Clone(d.Notes), fmt.Sprintf("seen at  %s", d.Pos))
			}
			d.Pos = s.file.tracer.Position(s.named(p))
		}
		out = append(out, d)
	}
	return out
}

// argument returns where a keyword's value stands, or the call where it was not given.
func (s *source) argument(option string) syntax.Span {
	for i, p := range s.call.Fn.Params() {
		if p.Name == option {
			return s.call.Span(i)
		}
	}
	return s.call.At
}

// named returns where the text stands that a problem is about: of a list the
// element that the message names.
func (s *source) named(p *data.Problem) syntax.Span {
	at := s.argument(p.Option)
	found := at
	syntax.Walk(s.file.tracer.Module(), func(n syntax.Node) bool {
		text, ok := n.(*syntax.Str)
		if ok && text.Span().Start.Offset >= at.Start.Offset && text.Span().End.Offset <= at.End.Offset &&
			at.Start != at.End && strings.HasSuffix(p.What, fmt.Sprintf("column %q", text.Value)) {
			found = text.Span()
		}
		return true
	})
	return found
}
