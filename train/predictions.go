package train

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"strconv"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/internal/fsx"
)

// writePredictions writes predictions/PART.csv: the row's number in the file, its
// part, its target, and the score; of several classes a score each.
func (p *Prepared) writePredictions(fsys fsx.FS, s *scored) error {
	if err := fsys.Mkdir(predictionsDir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	target := p.Parts.Schema.Target
	header := []string{"row", "part", "target", "score"}
	if p.task == data.MultiClass {
		header = header[:3]
		for _, class := range target.Classes {
			header = append(header, "score "+class)
		}
	}
	return fsx.WriteFileAtomic(fsys, predictionsDir+"/"+s.name+".csv", func(w io.Writer) error {
		out := csv.NewWriter(w)
		if err := out.Write(header); err != nil {
			return err
		}
		k := len(header) - 3
		for i := range s.set.Rows {
			row := []string{strconv.FormatInt(s.set.RowID[i], 10), s.name, targetText(target, s.set, i)}
			for _, v := range s.prediction[i*k : (i+1)*k] {
				row = append(row, strconv.FormatFloat(float64(v), 'g', -1, 32))
			}
			if err := out.Write(row); err != nil {
				return err
			}
		}
		out.Flush()
		return out.Error()
	})
}

func targetText(target *data.Target, set *data.Set, row int) string {
	if target.Classes != nil {
		return target.Classes[set.Class[row]]
	}
	return strconv.FormatFloat(float64(set.Y[row]), 'g', -1, 32)
}
