package data

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/data/internal/words"
)

// newLabels makes a target of several columns, of two values each; class gives, for each column, whether a row has the label.
func newLabels(t *Table, o *Options) (target *Target, class [][]int32, ps Problems) {
	target = &Target{Task: MultiLabel}
	for _, name := range o.Targets {
		column := *o
		column.Target, column.Targets, column.Task = name, nil, Binary
		if p := manyValues(t, t.Column(name)); p != nil {
			ps = append(ps, p)
			continue
		}
		label, has, err := newTarget(t, &column)
		if err != nil {
			ps = append(ps, err.(*Problem))
			continue
		}
		target.Labels, class = append(target.Labels, label), append(class, has)
	}
	if ps != nil {
		return nil, nil, ps
	}
	return target, class, nil
}

// manyValues refuses a column of more than two values as a label.
func manyValues(t *Table, c *Column) *Problem {
	levels := c.Levels
	if c.Codes == nil {
		_, levels = distinct(c.Numbers)
	}
	if len(levels) <= 2 || c.Missing > 0 { // what is missing is refused for itself
		return nil
	}
	return &Problem{File: t.File, Line: 1, Col: c.Index,
		What:  fmt.Sprintf("target %s has %s values; each of several targets takes two, such as 0 and 1", words.Quote(c.Name), words.Count(len(levels))),
		Code:  "task",
		Notes: words.Lines("values", words.Names(levels, 10)),
		Fixes: []string{"name it alone: target = " + words.Quote(c.Name), "or leave it out of the list"}, Option: "target"}
}

// strata divides rows for the division into parts, which keeps its shares within each stratum: by class, or by the rarest
// label that a row has.
func (t *Target) strata(class [][]int32) (stratum []int32, n int) {
	if t.Task != MultiLabel {
		return class[0], len(t.Classes)
	}
	rows := make([]int, len(class))
	for l, has := range class {
		for _, k := range has {
			rows[l] += int(k)
		}
	}
	stratum = make([]int32, len(class[0]))
	order := sortedBy(len(class), func(l int) int { return rows[l] })
	slices.Reverse(order) // the rarest is written last
	for _, l := range order {
		for r, k := range class[l] {
			if k == 1 {
				stratum[r] = int32(l) + 1
			}
		}
	}
	return stratum, len(class) + 1
}
