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
		p := &predictions{part: part, k: 1}
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
	header := []string{"row", "part", "target", "score"}
	if target.Task == data.MultiClass {
		p.k = len(target.Classes)
		header = header[:3]
		for _, class := range target.Classes {
			header = append(header, "score "+class)
		}
	}
	in := csv.NewReader(f)
	in.ReuseRecord = true
	if got, err := in.Read(); err != nil || !slices.Equal(got, header) {
		return errors.Join(err, fmt.Errorf("its header is not that of the run's target"))
	}
	classes := map[string]int{}
	for i, c := range target.Classes {
		classes[c] = i
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = p.add(record, classes)
		}
		if err != nil {
			return fmt.Errorf("after %s: %w", plural(len(p.rows), "row"), err)
		}
	}
}

// add adds a line of the file.
func (p *predictions) add(record []string, classes map[string]int) error {
	id, err := strconv.ParseInt(record[0], 10, 64)
	if err != nil {
		return err
	}
	if record[1] != p.part {
		return fmt.Errorf("a row of part %s", quoted(record[1]))
	}
	p.rows = append(p.rows, id)
	if len(classes) > 0 {
		class, known := classes[record[2]]
		if !known {
			return fmt.Errorf("%s is no class", quoted(record[2]))
		}
		p.class = append(p.class, class)
	} else {
		v, err := finiteNumber(record[2])
		if err != nil {
			return err
		}
		p.number = append(p.number, v)
	}
	for _, text := range record[3:] {
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

// likeliest is each row's class of the highest score, the first of several.
func (p *predictions) likeliest() (class []int, score []float64) {
	for i := range p.rows {
		scores := p.score[i*p.k : (i+1)*p.k]
		best := 0
		for c, v := range scores {
			if v > scores[best] {
				best = c
			}
		}
		class, score = append(class, best), append(score, scores[best])
	}
	return class, score
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
		class, _ := p.likeliest()
		var c metric.Confusion
		c, err = metric.Confuse(class, p.class, nil, p.k)
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
