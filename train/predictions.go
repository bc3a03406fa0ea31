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
// part, its target, and the score; of several classes a score each, of several
// labels a target and a score each.
func (p *Prepared) writePredictions(fsys fsx.FS, s *scored) error {
	if err := fsys.Mkdir(predictionsDir); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	target := p.Parts.Schema.Target
	header := predictionColumns(target)
	return fsx.WriteFileAtomic(fsys, predictionsDir+"/"+s.name+".csv", func(w io.Writer) error {
		out := csv.NewWriter(w)
		if err := out.Write(header); err != nil {
			return err
		}
		k := target.Width()
		for i := range s.set.Rows {
			row := append([]string{strconv.FormatInt(s.set.RowID[i], 10), s.name}, targetTexts(target, s.set, i)...)
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

// predictionColumns is the header of such a file.
func predictionColumns(target *data.Target) []string {
	header := []string{"row", "part"}
	switch target.Task {
	case data.MultiClass:
		return append(append(header, "target"), prefixed("score ", target.Classes)...)
	case data.MultiLabel:
		return append(append(header, prefixed("target ", target.Names())...), prefixed("score ", target.Names())...)
	}
	return append(header, "target", "score")
}

func prefixed(prefix string, names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = prefix + n
	}
	return all
}

func targetTexts(target *data.Target, set *data.Set, row int) []string {
	switch target.Task {
	case data.Regression:
		return []string{strconv.FormatFloat(float64(set.Y[row]), 'g', -1, 32)}
	case data.MultiLabel:
		var texts []string
		for l, label := range target.Labels {
			texts = append(texts, label.Classes[int(set.Y[row*len(target.Labels)+l])])
		}
		return texts
	}
	return []string{target.Classes[set.Class[row]]}
}
