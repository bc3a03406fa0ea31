package report

import (
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

// A run is what a page is made of.
type run struct {
	*train.RunInfo
	options Options

	epochs   []epoch
	timings  []timing
	recipe   string
	scores   map[string]*predictions // by part; without those that are missing, or not the run's
	rows     rowsVerdict
	pictures []drawn
	drawings []drawing
	found    []note // while reading
}

// read reads a run directory. All but run.json may be missing: that is found, and
// noted.
func read(path string, o Options) (*run, error) {
	info, err := train.ReadRun(path)
	if err != nil {
		return nil, err
	}
	dir, err := fsx.OpenDir(path)
	if err != nil {
		return nil, err
	}
	defer dir.Close()
	r := &run{RunInfo: info, options: o, scores: map[string]*predictions{}}
	if r.epochs, err = optional(r, "metrics.jsonl", readEpochs, dir); err != nil {
		return nil, err
	}
	if r.timings, err = optional(r, "timing.jsonl", readTimings, dir); err != nil {
		return nil, err
	}
	if info.Recipe != nil {
		if r.recipe, err = optional(r, "recipe.py", readRecipe, dir); err != nil {
			return nil, err
		}
	}
	if r.target() != nil && !r.isOwn() {
		for _, part := range r.judged() {
			if part.name == "train" {
				continue // whose scores are not kept
			}
			p, err := r.readPredictions(dir, part.name, part.judged)
			if err != nil {
				return nil, err
			}
			if p != nil {
				r.scores[part.name] = p
			}
		}
	}
	if err := r.readPictures(dir); err != nil {
		return nil, err
	}
	r.rows = verdict(r)
	return r, nil
}

// optional reads a file that may be missing or broken: either is noted, and costs
// what the file would have told. An error of the machine remains one.
func optional[T any](r *run, name string, read func(fsx.FS, string) (T, error), fsys fsx.FS) (value T, err error) {
	value, err = read(fsys, name)
	var none T
	switch {
	case err == nil:
		return value, nil
	case errors.Is(err, fs.ErrNotExist):
		if r.State == train.StateDone {
			r.note("file-missing", "%s is not there; this page lacks what it would tell", name)
		}
		return none, nil
	case is[*fs.PathError](err) && !errors.Is(err, fsx.ErrNotRegular):
		return none, err
	}
	r.warn("file-broken", "%s: %v; this page lacks what it would tell", name, err)
	return none, nil
}

func is[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}

func (r *run) note(code, format string, args ...any) {
	r.found = append(r.found, note{"note", code, fmt.Sprintf(format, args...)})
}

func (r *run) warn(code, format string, args ...any) {
	r.found = append(r.found, note{"warning", code, fmt.Sprintf(format, args...)})
}

func readRecipe(fsys fsx.FS, name string) (string, error) {
	text, err := fsx.ReadFile(fsys, name, limits.RecipeBytes)
	return string(text), err
}

func (r *run) target() *data.Target {
	if r.Data == nil || r.Data.Schema == nil {
		return nil
	}
	return r.Data.Schema.Target
}

// isOwn reports whether the run trained codes of rows, or an objective of its own, not predictions of a target.
func (r *run) isOwn() bool { return r.Training.Own }

// hasCodes reports whether there are codes to tell of.
func (r *run) hasCodes() bool { return r.Result != nil && r.Result.Latent != nil }

// task is Auto for a run that predicts no target.
func (r *run) task() data.Task {
	if t := r.target(); t != nil && !r.isOwn() {
		return t.Task
	}
	return data.Auto
}

// positive is the name of the positive class of a binary target.
func (r *run) positive() string { return name(r.target().Positive()) }

// part is a part of the rows with what was measured on it.
type part struct {
	name   string
	judged *train.Judged
}

// judged are the parts that have results, the one to report on first: test, if
// there is one.
func (r *run) judged() []part {
	if r.Result == nil {
		return nil
	}
	var parts []part
	for _, p := range []part{{"test", r.Result.Test}, {"valid", r.Result.Valid}, {"tune", r.Result.Tune}, {"train", r.Result.Train}} {
		if p.judged != nil {
			parts = append(parts, p)
		}
	}
	return parts
}

// shown are the predictions of the part that is reported on, if they are there.
func (r *run) shown() *predictions {
	parts := r.judged()
	if len(parts) == 0 {
		return nil
	}
	return r.scores[parts[0].name]
}

// choosers are the predictions of the rows that chose the threshold, if these are
// others than those that are shown.
func (r *run) choosers() *predictions {
	if r.Result == nil || r.Result.Choice == nil || r.judged()[0].name == r.Result.Choice.Part {
		return nil
	}
	return r.scores[r.Result.Choice.Part]
}

// metric is a metric of a part: test.f1.
func (p part) metric(name string) span {
	v, _ := p.judged.Metrics.Get(name)
	return fromRun(p.name+"."+name, v, decimal(v))
}

// interval is the 95 % interval of a metric, printed by f, or nothing.
func (p part) interval(name string, f func(float64) string) (prose, bool) {
	i, ok := p.judged.Intervals[name]
	if !ok {
		return nil, false
	}
	at := p.name + ".intervals." + name
	return say(fromRun(at+".0", i[0], f(i[0])), " to ", fromRun(at+".1", i[1], f(i[1]))), true
}

// threshold is the one that decides: 0.5 unless the run chose another.
func (r *run) threshold() float64 {
	if r.Result != nil && r.Result.Threshold != nil {
		return *r.Result.Threshold
	}
	return metric.DefaultThreshold
}

// thresholds are those of each label or class; equal ones take the likeliest class.
func (r *run) thresholds() metric.Thresholds {
	if r.Result != nil && len(r.Result.Thresholds) == r.target().Width() {
		return r.Result.Thresholds
	}
	t := make(metric.Thresholds, r.target().Width())
	for i := range t {
		t[i] = metric.DefaultThreshold
	}
	return t
}

// date is when the run started, or what is given instead.
func (r *run) date() time.Time {
	if !r.options.Date.IsZero() {
		return r.options.Date.UTC()
	}
	return r.Started.UTC()
}
