package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe"
	"github.com/descent-ml/descent/train"
)

// recipeFlags are those of every command that reads a recipe.
type recipeFlags struct {
	Set       []setting `short:"s" placeholder:"NAME=VALUE" sep:"none"`
	Data      string    `placeholder:"FILE"`
	AllowRead []string  `placeholder:"DIR" sep:"none"`
	Workers   workers   `placeholder:"N"`
}

func (f *recipeFlags) options() recipe.Options {
	o := recipe.Options{Data: f.Data, AllowRead: f.AllowRead}
	for _, s := range f.Set {
		o.Set = append(o.Set, string(s))
	}
	return o
}

// prepare reads a recipe and its data, builds the model and proves the loss. With
// changes the job before that.
func (f *recipeFlags) prepare(c *console, path string, with func(*train.Job)) (*train.Prepared, error) {
	file, found := recipe.Load(path, f.options())
	return prepareFile(c, file, found, func(j *train.Job) {
		j.Workers = int(f.Workers)
		if with != nil {
			with(j)
		}
	})
}

// prepareFile prepares the job of a recipe that was read. What is wrong is told at
// once, with the lines of the recipe.
func prepareFile(c *console, file *recipe.File, found graph.Diagnostics, with func(*train.Job)) (*train.Prepared, error) {
	if file == nil || found.Refused() {
		return nil, c.refused(file, found)
	}
	if file.Job == nil {
		return nil, usage(fmt.Sprintf("%s declares no run: it does not call train(...)", file.Path),
			"train(data, mlp())", "or look at its loss: descent check "+word(file.Path)+" --pred N,1 --target N,1 --activation sigmoid")
	}
	with(file.Job)
	if file.Job.Images != nil {
		collect(collectImagesAt)
	}
	prepared, err := file.Job.Prepare()
	if err == nil {
		prepared.Diagnostics = append(found, prepared.Diagnostics...)
		return prepared, nil
	}
	if found := file.Diagnose(err); found != nil && train.ClassOf(err) != train.Machine {
		return nil, c.refused(file, found)
	}
	return nil, err
}

// refused tells what is wrong with a recipe and returns the error for it.
func (c *console) refused(file *recipe.File, found graph.Diagnostics) error {
	c.diagnostics(file, found)
	if file != nil {
		c.countRefused(found)
	}
	return told{&train.Error{Class: classOf(file, found), Err: found}}
}

// diagnostics prints what was found in a recipe; file is nil if it could not be read.
func (c *console) diagnostics(file *recipe.File, found graph.Diagnostics) {
	for _, d := range inOrder(found) {
		var source []byte
		if file != nil {
			source = file.TextOf(d.Pos.File)
		}
		c.diagnostic(d, source)
	}
}

// inOrder sorts what is about one file by its place there.
func inOrder(found graph.Diagnostics) graph.Diagnostics {
	sorted := slices.Clone(found)
	slices.SortStableFunc(sorted, func(a, b *graph.Diagnostic) int {
		if a.Pos.File != b.Pos.File {
			return 0
		}
		return cmp.Or(cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col))
	})
	return sorted
}

// classOf tells a file that cannot be read, and a wrong --set, from a refusal.
func classOf(file *recipe.File, found graph.Diagnostics) train.Class {
	if file == nil {
		return train.Unreadable
	}
	for _, d := range found {
		if d.Severity == graph.Error && !strings.HasPrefix(d.Pos.File, "--set ") {
			return train.Refused
		}
	}
	return train.Unreadable
}

// countRefused prints the last line: how many errors, and what explains them.
func (c *console) countRefused(found graph.Diagnostics) {
	n, codes := 0, []string(nil)
	for _, d := range found {
		if d.Severity != graph.Error {
			continue
		}
		n++
		if code := string(d.Code); code != "" && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	fmt.Fprintf(c.err, "%d refused. descent explain %s\n", n, strings.Join(codes, " "))
}
