package report

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/train"
)

// predictionBytes is the longest file of predictions that is read.
const predictionBytes = 1 << 30

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
	return optional(r, "predictions/"+part+".csv", func(fsys fsx.FS, file string) (*predictions, error) {
		p := &predictions{part: part, k: r.target().Width()}
		if err := p.read(fsys, file, r.target()); err != nil {
			return nil, err
		}
		return p, r.compare(p, judged)
	}, fsys)
}

func (p *predictions) read(fsys fsx.FS, file string, target *data.Target) error {
	f, err := fsys.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	if f.Size() > predictionBytes {
		return &limits.Refusal{Where: file, What: "file", Value: f.Size(), Limit: predictionBytes, Unit: limits.Bytes}
	}
	header := predictionHeader(target)
	in := csv.NewReader(f)
	in.ReuseRecord = true
	if got, err := in.Read(); err != nil || !slices.Equal(got, header) {
		return errors.Join(err, fmt.Errorf("its header is not that of the run's target"))
	}
	truth := p.truth(target)
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = p.add(record, truth)
		}
		if err != nil {
			return fmt.Errorf("after %s: %w", plural(len(p.rows), "row"), err)
		}
	}
}

// predictionHeader is the first line of such a file.
func predictionHeader(target *data.Target) []string {
	header := []string{"row", "part"}
	with := func(prefix string, names []string) {
		for _, n := range names {
			header = append(header, prefix+n)
		}
	}
	switch target.Task {
	case data.MultiClass:
		header = append(header, "target")
		with("score ", target.Classes)
	case data.MultiLabel:
		with("target ", target.Names())
		with("score ", target.Names())
	default:
		header = append(header, "target", "score")
	}
	return header
}

// truth returns what reads each target of a line.
func (p *predictions) truth(target *data.Target) []func(text string) error {
	classOf := func(classes []string, put func(class int)) func(string) error {
		index := map[string]int{}
		for i, c := range classes {
			index[c] = i
		}
		return func(text string) error {
			class, known := index[text]
			if !known {
				return fmt.Errorf("%s is no class", quoted(text))
			}
			put(class)
			return nil
		}
	}
	switch target.Task {
	case data.Binary, data.MultiClass:
		return []func(string) error{classOf(target.Classes, func(class int) { p.class = append(p.class, class) })}
	case data.MultiLabel:
		var each []func(string) error
		for _, label := range target.Labels {
			each = append(each, classOf(label.Classes, func(class int) { p.has = append(p.has, class == 1) }))
		}
		return each
	}
	return []func(string) error{func(text string) error {
		v, err := finiteNumber(text)
		p.number = append(p.number, v)
		return err
	}}
}

// add adds a line of the file.
func (p *predictions) add(record []string, truth []func(string) error) error {
	id, err := strconv.ParseInt(record[0], 10, 64)
	if err != nil {
		return err
	}
	if record[1] != p.part {
		return fmt.Errorf("a row of part %s", quoted(record[1]))
	}
	p.rows = append(p.rows, id)
	for i, read := range truth {
		if err := read(record[2+i]); err != nil {
			return err
		}
	}
	for _, text := range record[2+len(truth):] {
		v, err := finiteNumber(text)
		if err != nil {
			return err
		}
		p.score = append(p.score, v)
	}
	return nil
}

// finiteNumber reads what was written of a float32.
func finiteNumber(text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 32)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = fmt.Errorf("%s is not finite", quoted(text))
	}
	return v, err
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
