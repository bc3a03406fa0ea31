package train

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
)

// Resume goes on with the run at path, which was started with an equal job, to
// the same bits as if it had not stopped. A run without a checkpoint starts over.
//
// A job or data that differ from the run's are refused with what changed.
func Resume(ctx context.Context, path string, j *Job) (*Result, error) {
	p, err := j.Prepare()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p.Resume(ctx, path)
}

// Resume goes on with the run at path: see the function [Resume].
func (p *Prepared) Resume(ctx context.Context, path string) (*Result, error) {
	run, err := Open(path)
	if err != nil {
		return nil, err
	}
	return p.goOn(ctx, run)
}

// goOn continues a run that was opened, and closes it.
func (p *Prepared) goOn(ctx context.Context, run *Run) (*Result, error) {
	return closing(run, func() (*Result, error) {
		if err := p.compare(run); err != nil {
			return nil, err
		}
		if err := p.trainer.checkSpaceFor(run); err != nil {
			return nil, err
		}
		if err := run.setState(StateRunning, nil); err != nil {
			return nil, err
		}
		return p.run(ctx, run)
	})
}

// compare refuses to go on with a run that was started with something else.
func (p *Prepared) compare(run *Run) error {
	changed := slices.Concat(p.changedData(run.info.Data), p.changedTraining(run.info.Training))
	recipe, err := p.changedRecipe(run)
	if err != nil {
		return err
	}
	changed = append(changed, recipe...)
	if len(changed) == 0 {
		return nil
	}
	return refuse(Refused, CodeRunChanged, run.path, "what this run was started with has changed since",
		append(changed, "would have continued as a run that never was."),
		"bring back what it was started with: the run keeps its recipe as "+filepath.Join(run.path, recipeFile),
		"or train anew")
}

func (p *Prepared) changedData(then *DataInfo) []string {
	if then == nil || then.Schema == nil && then.Images == nil && then.Arrays == nil {
		return []string{"data  run.json does not tell which"}
	}
	if (then.Images == nil) != (p.Images == nil) || (then.Arrays == nil) != (p.Arrays == nil) {
		return []string{"data  one is a table, the other images or arrays"}
	}
	var out []string
	was := then.fingerprint()
	for _, d := range was.Diff(p.Parts.Schema.Fingerprint) {
		out = append(out, "data  "+d)
	}
	for _, part := range then.Parts {
		if now := p.Parts.Part(part.Name); now == nil || rowsHash(now) != part.SHA256 {
			out = append(out, fmt.Sprintf("data  the rows of part %.20s are others", part.Name))
		}
	}
	return out
}

// fingerprint is that of the table, the images or the arrays.
func (d *DataInfo) fingerprint() data.Fingerprint {
	switch {
	case d.Images != nil:
		return d.Images.Fingerprint
	case d.Arrays != nil:
		return d.Arrays.Fingerprint
	}
	return d.Schema.Fingerprint
}

func (p *Prepared) changedTraining(then TrainingInfo) []string {
	var rows [][]string
	now := p.Training
	for _, f := range []struct {
		name      string
		then, now any
	}{
		{"loss", then.Loss, now.Loss}, {"optimizer", then.Optimizer, now.Optimizer}, {"epochs", then.Epochs, now.Epochs},
		{"batch_size", then.Batch, now.Batch}, {"accumulate", then.Parts, now.Parts}, {"seed", then.Seed, now.Seed}, {"threshold", then.Threshold, now.Threshold},
		{"early_stop", stopText(then.EarlyStop), stopText(now.EarlyStop)}, {"balance", then.Balance, now.Balance}, {"calibrate", then.Calibrate, now.Calibrate}, {"prior_bias", then.PriorBias, now.PriorBias},
	} {
		if f.then != f.now {
			rows = append(rows, []string{f.name, fmt.Sprintf("was %v", f.then), fmt.Sprintf("is %v", f.now)})
		}
	}
	return graph.Columns(rows...)
}

func stopText(s *EarlyStop) string {
	if s == nil {
		return "none"
	}
	if s.After > 0 {
		return fmt.Sprintf("(%s, patience %d, after epoch %d)", s.Metric, s.Patience, s.After)
	}
	return fmt.Sprintf("(%s, patience %d)", s.Metric, s.Patience)
}

// changedRecipe shows the first lines in which the recipe differs from the run's copy.
func (p *Prepared) changedRecipe(run *Run) ([]string, error) {
	then := run.info.Recipe
	if then == nil {
		if p.Job.RecipeSource != nil {
			return []string{"recipe  the run was started by a program, not by a recipe"}, nil
		}
		return nil, nil
	}
	var out []string
	if !slices.Equal(then.Settings, p.Job.Settings) {
		out = append(out, fmt.Sprintf("settings  was %q, is %q", then.Settings, p.Job.Settings))
	}
	if then.SHA256 == hash(p.Job.RecipeSource) {
		return out, nil
	}
	copied, err := fsx.ReadFile(run.fs, recipeFile, limits.RecipeBytes)
	if err != nil {
		return nil, &Error{Unreadable, err}
	}
	return append(out, diffLines(copied, p.Job.RecipeSource)...), nil
}

// diffLines shows the lines of two texts between what they have in common at
// their beginnings and ends.
func diffLines(then, now []byte) []string {
	a, b := strings.Split(string(bytes.TrimSuffix(then, []byte("\n"))), "\n"), strings.Split(string(bytes.TrimSuffix(now, []byte("\n"))), "\n")
	start := 0
	for start < min(len(a), len(b)) && a[start] == b[start] {
		start++
	}
	for len(a) > start && len(b) > start && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	out := []string{fmt.Sprintf("recipe  differs from line %d on", start+1)}
	for _, side := range []struct {
		sign  string
		lines []string
	}{{"- ", a[start:]}, {"+ ", b[start:]}} {
		for i, line := range side.lines {
			if i == diffShown {
				out = append(out, fmt.Sprintf("%sand %d more lines", side.sign, len(side.lines)-i))
				break
			}
			out = append(out, side.sign+fmt.Sprintf("%.120s", line))
		}
	}
	return out
}

const diffShown = 5
