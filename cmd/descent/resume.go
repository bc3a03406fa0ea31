package main

import (
	"context"
	"fmt"
	"path/filepath"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/recipe"
	"github.com/descent-ml/descent/train"
)

type resumeCommand struct {
	RunDir string `arg:"" name:"RUN"`

	Data      string   `placeholder:"FILE"`
	AllowRead []string `placeholder:"DIR" sep:"none"`
	Workers   workers  `placeholder:"N"`
	Quiet     bool     `short:"q"`
	JSON      bool     `name:"json"`
}

// Help returns what descent resume --help shows.
func (resumeCommand) Help() string {
	return `Usage: descent resume RUN [flags]

Goes on where a run stopped, whatever stopped it, from its newest whole
checkpoint, and ends with the same bits as if it had not stopped.

  descent resume runs/credit-1
  descent resume runs/credit-1 --data moved/default.csv

The recipe is the run's own copy. The data is looked for where the recipe was,
from the current directory; other data is refused.

      --data FILE          where the table is now
      --allow-read DIR     a folder that the recipe may read, beside its own
                           (repeatable)
      --workers N          threads; the result is the same for any N [all cores]
  -q, --quiet              errors only
      --json               one line of JSON on stdout at the end
  -h, --help               this page
`
}

// Run goes on with a run.
func (r *resumeCommand) Run(ctx context.Context, c *console) error {
	file, found, err := r.load()
	if err != nil {
		return err
	}
	session := newSession(c, r.Quiet, r.JSON)
	return session.train(ctx, func() (*train.Prepared, error) {
		return prepareFile(c, file, found, func(j *train.Job) { j.Workers, j.Events = int(r.Workers), session.event })
	}, func(p *train.Prepared, ctx context.Context) (*train.Result, error) { return p.Resume(ctx, r.RunDir) })
}

// load reads the run's copy of its recipe, as if it stood where the recipe was.
func (r *resumeCommand) load() (*recipe.File, graph.Diagnostics, error) {
	info, err := readRun(r.RunDir)
	if err != nil {
		return nil, nil, err
	}
	if info.Recipe == nil || info.Data == nil {
		return nil, nil, &train.Error{Class: train.Refused, Err: &graph.Diagnostic{
			Code: train.CodeNotARun, Pos: graph.Position{File: r.RunDir}, Message: "this run was started by a program, not by a recipe",
			Fixes: []string{"let that program resume it: train.Resume"},
		}}
	}
	o := recipe.Options{Set: info.Recipe.Settings, Data: r.Data, AllowRead: r.AllowRead}
	if o.Source, err = r.source(); err != nil {
		return nil, nil, err
	}
	file, found := recipe.Load(info.Recipe.Path, o)
	if r.Data == "" && file != nil && file.Job != nil && file.Job.TablePath != info.Data.Path {
		o.Data = info.Data.Path // the run was started with --data
		file, found = recipe.Load(info.Recipe.Path, o)
	}
	return file, found, nil
}

// source returns the run's copy of the recipe.
func (r *resumeCommand) source() ([]byte, error) {
	dir, err := fsx.OpenDir(r.RunDir)
	if err != nil {
		return nil, &train.Error{Class: train.Unreadable, Err: err}
	}
	defer dir.Close()
	text, err := fsx.ReadFile(dir, "recipe.py", limits.RecipeBytes)
	if err != nil {
		return nil, &train.Error{Class: train.Unreadable, Err: fmt.Errorf("%s: %w", filepath.Join(r.RunDir, "recipe.py"), err)}
	}
	return text, nil
}
