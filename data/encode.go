package data

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/descent-ml/descent/data/internal/words"
	"github.com/descent-ml/descent/internal/limits"
)

// unseenLevel is the code of a level that the schema does not know; -1 is that of a missing cell.
const unseenLevel = -2

// encode makes a set of the given rows of the table, whose columns have been found to agree with the schema.
// class gives, for each column of the target that has classes, the class of each row of the table.
func (s *Schema) encode(t *Table, rows []int32, class [][]int32, judge bool) (*Set, error) {
	set := &Set{Rows: len(rows), Width: s.Width()}
	if _, err := limits.Elements(t.File, []int{set.Rows, set.Width}); err != nil {
		return nil, &Problem{File: t.File, What: fmt.Sprintf("%s times %s in are too many numbers",
			words.Of(set.Rows, "row"), words.Of(set.Width, "column")), Code: "element-limit",
			Notes: words.Lines("limit", words.Count(limits.TensorElements)), Fixes: []string{"drop the columns with most levels"}}
	}
	set.X = make([]float32, set.Rows*set.Width)
	set.RowID = make([]int64, len(rows))
	for i, r := range rows {
		set.RowID[i] = int64(r) + 1
	}
	var ps Problems
	at := 0
	for _, f := range s.Features() {
		c := t.Column(f.Name)
		if c == nil {
			c = absentColumn(f, t.Rows)
		}
		if c.Codes == nil {
			if p := f.numbers(set, at, t, c, rows); p != nil {
				ps = append(ps, p)
			}
		} else {
			f.levels(set, at, c, rows)
		}
		at += f.Width()
	}
	set.ID, set.Label = s.texts(IDRole, t, rows), s.texts(LabelRole, t, rows)
	if judge {
		s.target(set, t, rows, class)
		if f := s.Field(WeightRole); f != nil {
			set.Weight = make([]float32, len(rows))
			for i, r := range rows {
				set.Weight[i] = float32(t.Column(f.Name).Numbers[r])
			}
		}
	}
	return set, ps.Err()
}

// numbers writes a standardised column, (x-mean)/std, or one made normal by its rank, and its indicator. A missing value is 0,
// which is the mean, or the median; so is every value of a column that did not vary in training.
func (f *Field) numbers(set *Set, at int, t *Table, c *Column, rows []int32) *Problem {
	for i, r := range rows {
		x := set.Row(i)[at:]
		v := c.Numbers[r]
		if math.IsNaN(v) {
			set.Filled++
			if f.Indicator {
				x[1] = 1
			}
			continue
		}
		if f.Std == 0 {
			continue
		}
		if f.Quantiles != nil {
			x[0] = float32(f.Quantiles.normal(v, rankOf(r, at)))
			continue
		}
		x[0] = float32((v - f.Mean) / f.Std)
		if math.IsInf(float64(x[0]), 0) {
			return &Problem{File: t.File, Line: t.Lines[r], Col: c.Index,
				What: fmt.Sprintf("column %s: %v is too far from the training rows for float32", words.Quote(c.Name), v), Code: "bad-value",
				Notes: words.Lines("expected", fmt.Sprintf("about %v, give or take %v", f.Mean, f.Std), "would", "have been infinite."),
				Fixes: []string{"correct the cell"}}
		}
	}
	return nil
}

// levels writes a column of texts, and its indicator: for one or two levels the number of the level, for more a one-hot row.
// A missing value is the most frequent level; an unseen one is the mean of the training rows.
func (f *Field) levels(set *Set, at int, c *Column, rows []int32) {
	codes := f.recode(c)
	n := f.Width()
	for i, r := range rows {
		x := set.Row(i)[at : at+n]
		k := int(c.Codes[r])
		switch {
		case k < 0:
			set.Filled++
			if f.Indicator {
				x[n-1] = 1
			}
			k = f.Mode
		case codes[k] == unseenLevel:
			set.Unseen++
			f.unseen(x)
			continue
		default:
			k = codes[k]
		}
		if f.Kind == Categorical {
			x[k] = 1
		} else {
			x[0] = float32(k)
		}
	}
}

func (f *Field) unseen(x []float32) {
	if f.Kind == Categorical {
		for k, share := range f.Share {
			x[k] = float32(share)
		}
		return
	}
	x[0] = float32(f.Share[len(f.Share)-1] * float64(len(f.Share)-1))
}

// recode returns the schema's code for each level of the column.
func (f *Field) recode(c *Column) []int {
	codes := make([]int, len(c.Levels))
	for i, l := range c.Levels {
		k, known := slices.BinarySearch(f.Levels, l)
		if !known {
			k = unseenLevel
		}
		codes[i] = k
	}
	return codes
}

// texts returns the cells of the column of this role, nil if there is none.
func (s *Schema) texts(role Role, t *Table, rows []int32) []string {
	f := s.Field(role)
	if f == nil {
		return nil
	}
	c := t.Column(f.Name)
	if c == nil {
		return nil
	}
	texts := make([]string, len(rows))
	for i, r := range rows {
		switch {
		case c.missing(int(r)):
		case c.Codes != nil:
			texts[i] = c.Levels[c.Codes[r]]
		default:
			texts[i] = strconv.FormatFloat(c.Numbers[r], 'g', -1, 64)
		}
	}
	return texts
}

// target writes Y, for classes also Class and Counts, and for labels Counts.
func (s *Schema) target(set *Set, t *Table, rows []int32, class [][]int32) {
	if s.Target == nil {
		return
	}
	set.TargetWidth = s.Target.Width()
	set.Y = make([]float32, len(rows)*set.TargetWidth)
	switch s.Target.Task {
	case Regression:
		numbers := t.Column(s.Target.Name).Numbers
		for i, r := range rows {
			set.Y[i] = float32(numbers[r])
		}
	case MultiLabel:
		set.MultiLabel = true
		set.Counts = make([]int, set.TargetWidth)
		for l, has := range class {
			for i, r := range rows {
				set.Y[i*set.TargetWidth+l] = float32(has[r])
				set.Counts[l] += int(has[r])
			}
		}
	default:
		s.classes(set, rows, class[0])
	}
}

func (s *Schema) classes(set *Set, rows []int32, class []int32) {
	set.Class = make([]int32, len(rows))
	set.Counts = make([]int, len(s.Target.Classes))
	for i, r := range rows {
		k := class[r]
		set.Class[i] = k
		set.Counts[k]++
		if s.Target.Task == Binary {
			set.Y[i] = float32(k)
		} else {
			set.Y[i*set.TargetWidth+int(k)] = 1
		}
	}
}
