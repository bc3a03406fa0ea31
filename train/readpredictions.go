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

// readPredictions reads predictions/PART.csv: rows with their targets, but without
// what the model learned from.
func readPredictions(fsys fsx.FS, part string, target *data.Target) (*scored, error) {
	name := predictionsDir + "/" + part + ".csv"
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.Size() > maxPredictions {
		return nil, &limits.Refusal{Where: name, What: "file", Value: f.Size(), Limit: maxPredictions, Unit: limits.Bytes}
	}
	s := &scored{name: part, set: &data.Set{TargetWidth: target.Width(), MultiLabel: target.Task == data.MultiLabel}}
	if n := len(target.Classes) + len(target.Labels); n > 0 {
		s.set.Counts = make([]int, n)
	}
	in := csv.NewReader(f)
	in.ReuseRecord = true
	header, err := in.Read()
	if err != nil || !slices.Equal(header, predictionColumns(target)) {
		return nil, errors.Join(err, fmt.Errorf("%s: its header is not that of the run's target", name))
	}
	for {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return s, nil
		}
		if err == nil {
			err = s.add(record, target)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: after %d rows: %w", name, s.set.Rows, err)
		}
	}
}

// add appends a line of the file.
func (s *scored) add(record []string, target *data.Target) error {
	id, err := strconv.ParseInt(record[0], 10, 64)
	if err != nil {
		return err
	}
	if record[1] != s.name {
		return fmt.Errorf("a row of part %.20q", record[1])
	}
	targets := len(record) - 2 - target.Width()
	for i, cell := range record[2:] {
		if i >= targets {
			v, err := finiteFloat(cell)
			if err != nil {
				return err
			}
			s.prediction = append(s.prediction, v)
		} else if err := s.addTarget(cell, i, target); err != nil {
			return err
		}
	}
	s.set.RowID = append(s.set.RowID, id)
	s.set.Rows++
	return nil
}

// addTarget appends a cell of the target's column i.
func (s *scored) addTarget(cell string, i int, target *data.Target) error {
	set := s.set
	column := target
	switch target.Task {
	case data.Regression:
		v, err := finiteFloat(cell)
		set.Y = append(set.Y, v)
		return err
	case data.MultiLabel:
		column = target.Labels[i]
	}
	class := slices.Index(column.Classes, cell)
	if class < 0 {
		return fmt.Errorf("%.40q is no class of %.40q", cell, column.Name)
	}
	switch target.Task {
	case data.MultiLabel:
		set.Y = append(set.Y, float32(class))
		set.Counts[i] += class
	default:
		set.Class = append(set.Class, int32(class))
		set.Counts[class]++
	}
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
