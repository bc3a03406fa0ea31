package train

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"slices"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/data/csv"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/program"
)

// TuneOptions say how [Tune] chooses.
type TuneOptions struct {
	Rule    metric.Rule // nil for the rule that the run was trained with
	Data    string      // CSV file of rows to choose on, or a folder of images with masks; "" for the run's own tune rows, or its valid rows
	NewOnly bool        // leave out rows of Data that trained or judge, instead of refusing them
	Workers int         // threads; 0 for GOMAXPROCS
}

// Tune chooses the threshold of a finished run anew, or those of its labels or
// classes, judges the choice on the run's test rows, and keeps it in model.json and
// run.json. The choice before stays on record there; the same one made again is not
// recorded twice.
//
// The rows that choose are the run's own, or those of a table. None of them may have
// trained the model or judge it, nor be a copy of one that does: else it is refused
// as [CodeThresholdLeak], unless o.NewOnly leaves such rows out. Of a run on images
// whole images are such rows.
//
// Each file is replaced as a whole, run.json last: until it is, [Load] goes by the
// choice before. Tuning that was killed can be done again, to the same end.
func Tune(ctx context.Context, path string, o TuneOptions) (*RunInfo, []data.Note, error) {
	dir, err := openDir(path)
	if err != nil {
		return nil, nil, err
	}
	defer dir.Close()
	return tuneIn(ctx, dir, path, o)
}

func tuneIn(ctx context.Context, fsys fsx.FS, path string, o TuneOptions) (_ *RunInfo, _ []data.Note, err error) {
	run, err := openIf(fsys, path, finished)
	if err != nil {
		return nil, nil, err
	}
	defer func() {
		if failed := run.Close(); err == nil && failed != nil {
			err = &Error{Machine, failed}
		}
	}()
	t := &tuning{run: run, options: o}
	if err := t.begin(); err != nil {
		return nil, nil, err
	}
	if err := t.choose(ctx); err != nil {
		return nil, nil, err
	}
	return run.info, t.notes, t.write()
}

// tuning is a choice under way.
type tuning struct {
	run     *Run
	options TuneOptions
	rule    metric.Rule
	notes   []data.Note

	model   *modelJSON
	outputs map[string]*graph.Node
	state   *program.State
	result  *Result
}

// begin reads the model and the rule.
func (t *tuning) begin() (err error) {
	info, path := t.run.info, t.run.path
	target := info.Data.Target()
	if info.Result == nil || target == nil {
		return refuse(Refused, CodeNotARun, path, "this run was started by a program that judges it itself: there is no threshold to choose", nil)
	}
	switch {
	case target.Task == data.Regression:
		return refuse(Refused, CodeConfig, path, "the target is a number: there is no threshold to choose", nil)
	case info.Data.Images != nil && target.Task != data.Binary:
		return refuse(Refused, CodeConfig, path, "each pixel takes the likeliest of several classes: there is no threshold to choose", nil)
	}
	if t.model, t.outputs, t.state, err = readModel(t.run.fs, path); err != nil {
		return err
	}
	if t.rule = t.options.Rule; t.rule != nil {
		return metric.CheckRule(t.rule)
	}
	if t.rule, err = metric.ParseRule(info.Training.Threshold); err != nil {
		return refuse(Refused, CodeConfig, path, "this run was trained without a rule for thresholds", nil, "name one: --best-f 1")
	}
	return nil
}

// choose fills in the new result.
func (t *tuning) choose(ctx context.Context) error {
	old := t.run.info.Result
	r := *old
	r.Threshold, r.Choice, r.Thresholds, r.Choices = nil, nil, nil, nil
	decide := t.decide
	if t.run.info.Data.Images != nil {
		decide = t.decideMasks
	}
	if err := decide(ctx, &r); err != nil {
		return err
	}
	r.Train = old.Train.withoutThreshold(t.run.info.Data.Target().Task)
	r.Earlier = old.Earlier
	if was := old.choice(); !was.equal(r.choice()) {
		r.Earlier = append(slices.Clip(r.Earlier), was)
	}
	if n := len(r.Earlier); n > 1 && r.Test != nil {
		t.notes = append(t.notes, data.Note{Code: string(CodeTestReused),
			Text: fmt.Sprintf("the same test %[1]s have judged %[2]d choices: the best of several looks better than it is on new %[1]s", t.noun(), n+1)})
	}
	t.result = &r
	return nil
}

// noun is what a part has many of.
func (t *tuning) noun() string {
	if t.run.info.Data.Images != nil {
		return "images"
	}
	return "rows"
}

// decide chooses thresholds of rows.
func (t *tuning) decide(ctx context.Context, r *Result) error {
	parts, err := t.parts()
	if err != nil {
		return err
	}
	if err := anew(parts, r); err != nil {
		return refuse(Refused, CodeNotARun, t.run.path, err.Error(), nil)
	}
	by := choosing(parts)
	if t.options.Data != "" {
		if by, err = t.table(ctx); err != nil {
			return err
		}
		parts = append(parts, by)
	}
	if by != nil {
		by.chooses = true
	}
	d := decider{target: t.model.Schema.Target, rule: t.rule, seed: t.run.info.Training.Seed}
	return d.decide(parts, r)
}

// choice is what a result was judged by.
func (r *Result) choice() Earlier {
	return Earlier{r.Threshold, r.Choice, r.Thresholds, r.Choices, r.Test}
}

// equal reports whether two choices are one, made again.
func (e Earlier) equal(o Earlier) bool {
	return reflect.DeepEqual([]any{e.Threshold, e.Choice, e.Thresholds, e.Choices}, []any{o.Threshold, o.Choice, o.Thresholds, o.Choices})
}

// anew gives each part metrics of its own in r, beginning with those it has.
func anew(parts []*scored, r *Result) error {
	kept := map[string]**Judged{"valid": &r.Valid, "tune": &r.Tune, "test": &r.Test}
	for _, s := range parts {
		j := kept[s.name]
		if j == nil || *j == nil || (*j).Rows != s.set.Rows {
			return fmt.Errorf("run.json has no result of the %d rows in predictions/%.40s.csv", s.set.Rows, s.name)
		}
		s.judged = &Judged{Rows: s.set.Rows, Positives: s.set.Positives(), Metrics: slices.Clone((*j).Metrics)}
		*j = s.judged
	}
	return nil
}

// withoutThreshold leaves out what depends on a threshold: the training rows are not
// at hand to count them anew.
func (j *Judged) withoutThreshold(task data.Task) *Judged {
	if j == nil {
		return nil
	}
	kept := *j
	drop := func(m Metrics) Metrics {
		return slices.DeleteFunc(slices.Clone(m), func(x Metric) bool { return slices.Contains(decided(task), x.Name) })
	}
	kept.Metrics, kept.Confusion = drop(j.Metrics), nil
	kept.Classes = slices.Clone(j.Classes)
	for i, c := range kept.Classes {
		kept.Classes[i].Metrics = drop(c.Metrics)
	}
	return &kept
}

// decided names the metrics that follow from a decision by thresholds.
func decided(task data.Task) []string {
	names := []string{"f1", "precision", "recall", "accuracy"}
	if task == data.Binary {
		return append(names, "balanced_accuracy")
	}
	return append(names, "balanced_accuracy", "f1_macro", "f1_micro", "f1_weighted")
}

// parts reads the predictions of the run's own rows, which must be those of run.json.
func (t *tuning) parts() ([]*scored, error) {
	info := t.run.info.Data
	var parts []*scored
	for _, p := range info.Parts {
		if p.Name == "train" {
			continue
		}
		file := t.run.path + "/" + predictionsDir + "/" + p.Name + ".csv"
		set, scores, err := ReadPredictions(t.run.fs, p.Name, info.Schema.Target)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, &Error{Unreadable, fmt.Errorf("%s: %w", t.run.path, err)}
		case err != nil:
			return nil, refuse(Refused, CodeNotARun, file, err.Error(), nil)
		case rowsHash(set) != p.SHA256:
			return nil, refuse(Refused, CodeNotARun, file, "its rows are not those that run.json names", nil)
		}
		parts = append(parts, &scored{name: p.Name, source: info.Schema.Fingerprint.SHA256, set: set, prediction: scores})
	}
	var rows []metric.Rows
	for _, s := range parts {
		rows = append(rows, s.rows())
	}
	if err := metric.Apart(rows...); err != nil {
		return nil, refuse(Refused, CodeThresholdLeak, t.run.path, err.Error(), nil)
	}
	return parts, nil
}

// table predicts the rows of the table that chooses.
func (t *tuning) table(ctx context.Context) (*scored, error) {
	m, err := newModel(t.run.path, t.model, t.outputs, t.state, t.options.Workers)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	table, err := csv.ReadFile(t.options.Data, m.Schema.Options(true))
	if err != nil {
		return nil, err
	}
	p, notes, err := m.Predict(ctx, table, data.Policy{Judge: true})
	if err != nil {
		return nil, err
	}
	t.notes = notes
	s := &scored{name: filepath.Base(t.options.Data), source: table.SHA256, set: p.Rows, prediction: p.Scores, judged: &Judged{Rows: p.Rows.Rows}}
	rows := s.rows()
	rows.Hash = hashRows(s.set)
	known, err := t.known(rows, "row", func(number int64) string { return fmt.Sprint("line ", table.Lines[number-1]) })
	if err != nil || known == nil {
		return s, err
	}
	s.leaveOut(known)
	return s, nil
}

// leaveOut removes rows, by their numbers in the file.
func (s *scored) leaveOut(known map[int64]bool) {
	set, k := *s.set, s.set.TargetWidth
	kept := &data.Set{Width: set.Width, TargetWidth: k, MultiLabel: set.MultiLabel, Counts: make([]int, len(set.Counts))}
	var prediction []float32
	for i, id := range set.RowID {
		if known[id] {
			continue
		}
		kept.Rows++
		kept.RowID = append(kept.RowID, id)
		y := set.Y[i*k : (i+1)*k]
		kept.Y = append(kept.Y, y...)
		prediction = append(prediction, s.prediction[i*k:(i+1)*k]...)
		if set.Class != nil {
			kept.Class = append(kept.Class, set.Class[i])
			kept.Counts[set.Class[i]]++
			continue
		}
		for l, has := range y {
			kept.Counts[l] += int(has)
		}
	}
	s.set, s.prediction, s.judged.Rows = kept, prediction, kept.Rows
}

// write replaces the model's thresholds, and last run.json.
func (t *tuning) write() error {
	t.model.Threshold, t.model.Thresholds = t.result.Threshold, t.result.Thresholds
	t.run.info.Result = t.result
	err := writeModel(t.run.fs, t.model, t.state, t.model.meta())
	if err == nil {
		err = writeInfo(t.run.fs, t.run.info)
	}
	if err != nil && ClassOf(err) != SelfStopped {
		return &Error{Machine, err}
	}
	return err
}
