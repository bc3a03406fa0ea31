package report

import (
	"errors"
	"fmt"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

// predictions are the scores of the rows of one part.
type predictions struct {
	part   string
	rows   []int64   // their numbers in the file
	class  []int     // of a target with classes
	has    []bool    // [rows labels] of several labels
	number []float64 // of a regression
	score  []float64 // [rows outputs]
	k      int       // outputs a row
}

// readPredictions reads predictions/PART.csv if the run judged that part, and
// compares it with run.json.
func (r *run) readPredictions(fsys fsx.FS, part string, judged *train.Judged) (*predictions, error) {
	if judged == nil {
		return nil, nil
	}
	return optional(r, "predictions/"+part+".csv", func(fsys fsx.FS, _ string) (*predictions, error) {
		set, scores, err := train.ReadPredictions(fsys, part, r.target())
		if err != nil {
			return nil, err
		}
		p := newPredictions(part, set, scores, r.task())
		return p, r.compare(p, judged)
	}, fsys)
}

func newPredictions(part string, set *data.Set, scores []float32, task data.Task) *predictions {
	p := &predictions{part: part, rows: set.RowID, k: set.TargetWidth}
	for _, s := range scores {
		p.score = append(p.score, float64(s))
	}
	for _, c := range set.Class {
		p.class = append(p.class, int(c))
	}
	for _, y := range set.Y {
		if task == data.MultiLabel {
			p.has = append(p.has, y == 1)
		} else {
			p.number = append(p.number, float64(y))
		}
	}
	return p
}

// labels tells which rows are positive.
func (p *predictions) labels() []bool {
	label := make([]bool, len(p.class))
	for i, c := range p.class {
		label[i] = c == 1
	}
	return label
}

// said is the class that the model says of each row, of a target with classes.
func (r *run) said(p *predictions) ([]int, error) {
	if p.k > 1 {
		return r.thresholds().Decide(p.score)
	}
	class := make([]int, len(p.score))
	for i, s := range p.score {
		if s >= r.threshold() {
			class[i] = 1
		}
	}
	return class, nil
}

var errOther = errors.New("it says something else than run.json")

// compare refuses predictions that do not give the result in run.json.
func (r *run) compare(p *predictions, judged *train.Judged) error {
	if len(p.rows) != judged.Rows || len(p.rows) == 0 {
		return fmt.Errorf("it has %s, and run.json %d", plural(len(p.rows), "row"), judged.Rows)
	}
	var name string
	var value float64
	var err error
	switch r.task() {
	case data.Binary:
		var c metric.Counts
		c, err = metric.CountAt(p.score, p.labels(), nil, r.threshold())
		name, value = "f1", c.F1(metric.Zero)
	case data.MultiClass:
		var said []int
		var c metric.Confusion
		if said, err = r.said(p); err == nil {
			c, err = metric.Confuse(said, p.class, nil, p.k)
		}
		name, value = "f1_macro", c.F1(metric.Macro, metric.Zero)
	case data.MultiLabel:
		var said []bool
		var c metric.Classes
		if said, err = r.thresholds().Flag(p.score); err == nil {
			c, err = metric.CountLabels(said, p.has, p.k, nil)
		}
		name, value = "f1_macro", c.F1(metric.Macro, metric.Zero)
	default:
		name = "rmse"
		value, err = metric.RMSE(p.score, p.number, nil)
	}
	if want, _ := judged.Metrics.Get(name); err == nil && value != want {
		err = fmt.Errorf("%w: %s %s there, %s here", errOther, name, decimal(want), decimal(value))
	}
	return err
}
