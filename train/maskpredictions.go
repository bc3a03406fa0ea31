package train

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"slices"
	"strconv"

	"github.com/descent-ml/descent/internal/fsx"
	"github.com/descent-ml/descent/internal/limits"
	"github.com/descent-ml/descent/metric"
)

// maskColumns is the header of predictions/PART.csv of masks of two classes: the number
// of an image, its path and part, and for each step of scores how many of its pixels,
// not to be found and to be found, score from there up to the next step.
var maskColumns = []string{"row", "image", "part", "score", "other pixels", "pixels to find"}

// writeMaskPredictions writes predictions/PART.csv: [metric.Pixels] of each image. Steps
// without pixels are left out.
func writeMaskPredictions(fsys fsx.FS, m *maskPart) error {
	if err := fsys.Mkdir(predictionsDir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return fsx.WriteFileAtomic(fsys, predictionsDir+"/"+m.name+".csv", func(w io.Writer) error {
		out := csv.NewWriter(w)
		_ = out.Write(maskColumns) // Error tells
		for i, p := range m.masks {
			for k := range metric.Steps + 1 {
				yes, no := p.Step(k)
				if yes == 0 && no == 0 {
					continue
				}
				_ = out.Write([]string{
					strconv.FormatInt(m.row[i], 10), m.image[i], m.name, strconv.FormatFloat(float64(k)/metric.Steps, 'g', -1, 64),
					strconv.FormatUint(uint64(no), 10), strconv.FormatUint(uint64(yes), 10),
				})
			}
		}
		out.Flush()
		return out.Error()
	})
}

// readMaskPredictions reads what writeMaskPredictions writes.
func readMaskPredictions(fsys fsx.FS, part string) (*maskPart, error) {
	name := predictionsDir + "/" + part + ".csv"
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if f.Size() > maxPredictions {
		return nil, &limits.Refusal{Where: name, What: "file", Value: f.Size(), Limit: maxPredictions, Unit: limits.Bytes}
	}
	in := csv.NewReader(f)
	in.ReuseRecord = true
	if header, err := in.Read(); err != nil || !slices.Equal(header, maskColumns) {
		return nil, errors.Join(err, errors.New("its header is not that of masks"))
	}
	m := &maskPart{name: part}
	for line := 2; ; line++ {
		record, err := in.Read()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err == nil {
			err = m.add(record)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", line, err)
		}
	}
}

// add takes a line. Those of an image follow each other, by rising scores.
func (m *maskPart) add(record []string) error {
	row, err := strconv.ParseInt(record[0], 10, 64)
	if err != nil {
		return err
	}
	if record[2] != m.name {
		return fmt.Errorf("an image of part %.20q", record[2])
	}
	score, err := strconv.ParseFloat(record[3], 64)
	k := score * metric.Steps
	if err != nil || !(k >= 0 && k <= metric.Steps && k == math.Trunc(k)) {
		return fmt.Errorf("%.40q is no step of scores from 0 to 1", record[3])
	}
	no, err := strconv.ParseUint(record[4], 10, 32)
	if err != nil {
		return err
	}
	yes, err := strconv.ParseUint(record[5], 10, 32)
	if err != nil {
		return err
	}
	if last := len(m.row) - 1; last < 0 || m.row[last] != row || m.image[last] != record[1] {
		m.row, m.image, m.masks = append(m.row, row), append(m.image, record[1]), append(m.masks, new(metric.Pixels))
	}
	pixels := m.masks[len(m.masks)-1]
	if was, also := pixels.Step(int(k)); was != 0 || also != 0 {
		return fmt.Errorf("scores of %s of %.80q for a second time", record[3], record[1])
	}
	pixels.SetStep(int(k), uint32(yes), uint32(no))
	return nil
}
