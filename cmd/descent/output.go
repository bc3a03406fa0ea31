package main

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/train"
)

// output is where a command writes its result: a file, or stdout.
type output struct {
	Output string `short:"o" default:"-" placeholder:"FILE"`
	Force  bool   `name:"force"`
}

// check refuses to write over a file unless that is wanted, and over what is no file
// at all.
func (o *output) check() error {
	if o.Output == "-" {
		return nil
	}
	info, err := os.Lstat(o.Output)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return &train.Error{Class: train.Machine, Err: err}
	case !info.Mode().IsRegular():
		return o.exists("not a regular file: it cannot be replaced", "name another file, or - for stdout")
	case !o.Force:
		return o.exists("the file exists, and would be replaced", "name another file", "or --force")
	}
	return nil
}

func (o *output) exists(what string, fixes ...string) error {
	return &train.Error{Class: train.Refused, Err: &graph.Diagnostic{
		Code: codeFileExists, Pos: graph.Position{File: o.Output}, Message: what, Fixes: fixes,
	}}
}

// write makes the file, whole or not at all.
func (o *output) write(c *console, fill func(io.Writer) error) error {
	if o.Output == "-" {
		return fill(c.out)
	}
	dir, err := fsx.OpenDir(filepath.Dir(o.Output))
	if err != nil {
		return &train.Error{Class: train.Machine, Err: err}
	}
	defer dir.Close()
	if err := fsx.WriteFileAtomic(dir, filepath.Base(o.Output), fill); err != nil {
		return &train.Error{Class: train.Machine, Err: err}
	}
	return nil
}
