package engine

import (
	"cmp"
	"slices"

	"github.com/descent-ml/descent/internal/plan"
)

// pick gathers, or adds to, the lines from..to of a table.
func (m *Machine) pick(w *plan.Pick, from, to int) {
	table, index, picked := m.at(w.Table), m.at(w.Index), m.at(w.Picked)
	for line := from; line < to; line++ {
		rows := table[line*w.Length*w.Inner : (line+1)*w.Length*w.Inner]
		out := picked[line*w.Each*w.Inner : (line+1)*w.Each*w.Inner]
		positions := index[line/w.Repeat*w.Each:][:w.Each]
		if w.Add {
			clear(rows)
		} else {
			clear(out)
		}
		for i, position := range positions {
			k := int(position)
			if k < 0 || k >= w.Length {
				continue
			}
			row, part := rows[k*w.Inner:(k+1)*w.Inner], out[i*w.Inner:(i+1)*w.Inner]
			if w.Add {
				m.set.Add(row, row, part)
			} else {
				copy(part, row)
			}
		}
	}
}

// lanes works on the lines of the outer indices from..to.
func (m *Machine) lanes(w *plan.Lanes, from, to int) {
	src, dst := m.at(w.Src), m.at(w.Dst)
	for o := from; o < to; o++ {
		for i := range w.Inner {
			in, out := src[o*w.Length*w.Inner+i:], dst[o*w.Out*w.Inner+i:]
			if w.Fn == plan.TopK {
				top(out, in, m.at(*w.Scratch)[o*w.Length:(o+1)*w.Length], w)
			} else {
				cumSum(out, in, w)
			}
		}
	}
}

func cumSum(out, in []float32, w *plan.Lanes) {
	sum := float32(0)
	for i := range w.Length {
		k := i
		if w.Fn == plan.CumSumReverse {
			k = w.Length - 1 - i
		}
		sum += in[k*w.Inner]
		out[k*w.Inner] = sum
	}
}

// top writes the positions of the largest elements in falling order; of equal ones
// the first comes first, and what is not a number last.
func top(out, in, order []float32, w *plan.Lanes) {
	for i := range order {
		order[i] = float32(i)
	}
	slices.SortFunc(order, func(i, j float32) int {
		a, b := in[int(i)*w.Inner], in[int(j)*w.Inner]
		switch {
		case a > b || a == a && b != b:
			return -1
		case a < b || a != a && b == b:
			return 1
		}
		return cmp.Compare(i, j)
	})
	for k := range w.Out {
		out[k*w.Inner] = order[k]
	}
}
