package train

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
)

// maxPredictions is the longest file of predictions that is read.
const maxPredictions = 1 << 30

// ReadPredictions reads predictions/PART.csv of a run directory: the rows of the part
// with their targets, but without what the model learned from, and the scores that
// [Predictions] has.
func ReadPredictions(fsys fsx.FS, part string, target *data.Target) (rows *data.Set, scores []float32, err error) {
	name := predictionsDir + "/" + part + ".csv"
	f, err := fsys.Open(name)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	if f.Size() > maxPredictions {
		return nil, nil, &limits.Refusal{Where: name, What: "file", Value: f.Size(), Limit: maxPredictions, Unit: limits.Bytes}
	}
	in := csv.NewReader(f)
	in.ReuseRecord = true
	if header, err := in.Read(); err != nil || !slices.Equal(header, predictionColumns(target)) {
		return nil, nil, errors.Join(err, errors.New("its header is not that of the run's target"))
	}
	r := newPredictionReader(part, target)
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return r.set, r.scores, nil
		}
		if err == nil {
			err = r.add(record)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("after %d rows: %w", r.set.Rows, err)
		}
	}
}

// predictionReader takes the lines of such a file.
type predictionReader struct {
	part    string
	set     *data.Set
	scores  []float32
	targets []func(cell string) error // one for each column of the target
}

func newPredictionReader(part string, target *data.Target) *predictionReader {
	set := &data.Set{TargetWidth: target.Width(), MultiLabel: target.Task == data.MultiLabel}
	r := &predictionReader{part: part, set: set}
	switch target.Task {
	case data.Regression:
		r.targets = []func(string) error{func(cell string) error {
			v, err := finiteFloat(cell)
			set.Y = append(set.Y, v)
			return err
		}}
	case data.MultiLabel:
		set.Counts = make([]int, len(target.Labels))
		for l, label := range target.Labels {
			r.targets = append(r.targets, classReader(label.Classes, func(class int) {
				set.Y = append(set.Y, float32(class))
				set.Counts[l] += class
			}))
		}
	default:
		set.Counts = make([]int, len(target.Classes))
		r.targets = []func(string) error{classReader(target.Classes, func(class int) {
			set.Class = append(set.Class, int32(class))
			set.Counts[class]++
		})}
	}
	return r
}

// classReader hands the class of a cell to put.
func classReader(classes []string, put func(class int)) func(cell string) error {
	index := map[string]int{}
	for i, c := range classes {
		index[c] = i
	}
	return func(cell string) error {
		class, known := index[cell]
		if !known {
			return fmt.Errorf("%.40q is no class", cell)
		}
		put(class)
		return nil
	}
}

// add takes a line.
func (r *predictionReader) add(record []string) error {
	id, err := strconv.ParseInt(record[0], 10, 64)
	if err != nil {
		return err
	}
	if record[1] != r.part {
		return fmt.Errorf("a row of part %.20q", record[1])
	}
	for i, read := range r.targets {
		if err := read(record[2+i]); err != nil {
			return err
		}
	}
	for _, cell := range record[2+len(r.targets):] {
		v, err := finiteFloat(cell)
		if err != nil {
			return err
		}
		r.scores = append(r.scores, v)
	}
	r.set.RowID = append(r.set.RowID, id)
	r.set.Rows++
	return nil
}

// finiteFloat reads what was written of a float32.
func finiteFloat(text string) (float32, error) {
	v, err := strconv.ParseFloat(text, 32)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = fmt.Errorf("%.40q is not finite", text)
	}
	return float32(v), err
}
