package probe

import (
	"fmt"
	"math"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// Rows are targets to try a loss on, best of every class there is.
type Rows struct {
	N      int       // the batch
	Target []float64 // in the target's shape, row-major
	Weight []float64 // in the weights' shape, or nil
}

// most bounds the numbers of a prediction that is tried, so that a check stays quick.
const most = 1 << 14

// Fit returns how many rows of so many numbers are tried at once.
func Fit(rows, size int) int { return min(rows, max(1, most/max(size, 1))) }

// drawnRows is how many rows [Draw] makes of a small target.
const drawnRows = 64

// Draw makes up rows that fit shapes and ranges of a prediction and a target, for a
// loss without data: yes in a quarter of all elements, classes in turn, or numbers of
// the target's interval. It is the same at every call; ok is false where the graph
// does not say what the target is.
func Draw(in loss.In) (rows Rows, ok bool) {
	k := kindOf(in)
	if k == unknown {
		return Rows{}, false
	}
	rows.N = Fit(drawnRows, graph.Size(in.Pred.Shape().At(1)))
	size := graph.Size(in.Target.Shape().At(rows.N))
	rows.Target = make([]float64, size)
	classesThere := width(in.Pred)
	for i := range rows.Target {
		switch u := fraction(i); k {
		case labels:
			if u < 0.25 {
				rows.Target[i] = 1
			}
		case numbers:
			rows.Target[i] = float64(i % classesThere)
		case classes:
			if i%classesThere == i/classesThere%classesThere {
				rows.Target[i] = 1
			}
		case reals:
			rows.Target[i] = between(in.Target.Range().Interval, u)
		}
	}
	if k == reals && sumsToOne(in.Pred) {
		for i := 0; i < size; i += classesThere {
			distribution(rows.Target[i : i+classesThere])
		}
	}
	if in.Weight != nil {
		rows.Weight = make([]float64, graph.Size(in.Weight.Shape().At(rows.N)))
		for i := range rows.Weight {
			rows.Weight[i] = 1
		}
	}
	return rows, true
}

// distribution makes a row sum to 1, as the softmax does that is to predict it.
func distribution(row []float64) {
	for k, v := range row {
		row[k] = math.Abs(v)
	}
	normalise(row)
}

// ascending makes rows of numbers that may be anything into what many losses mean by
// them: none is negative, and each row ascends, as amounts, boxes and levels do.
func (r Rows) ascending(in loss.In) (Rows, bool) {
	if i := in.Target.Range().Interval; i.Hi < math.Inf(1) || sumsToOne(in.Pred) {
		return Rows{}, false
	}
	r.Target = slices.Clone(r.Target)
	k := width(in.Target)
	for i := 0; i < len(r.Target); i += k {
		row := r.Target[i : i+k]
		for j, v := range row {
			row[j] = math.Abs(v)
		}
		slices.Sort(row)
	}
	return r, true
}

// fraction is a number in [0, 1) for each i, spread evenly: multiples of the golden
// ratio.
func fraction(i int) float64 {
	x := float64(i+1) * 0.6180339887498949
	return x - float64(int64(x))
}

// between returns the number at a fraction of an interval; an end without a bound is
// taken as 3 beyond the other, or beyond 0.
func between(i graph.Interval, u float64) float64 {
	lo, hi := i.Lo, i.Hi
	switch unbounded := [2]bool{lo < -1e6, hi > 1e6}; unbounded {
	case [2]bool{true, true}:
		lo, hi = -1, 3
	case [2]bool{false, true}:
		hi = lo + 3
	case [2]bool{true, false}:
		lo = hi - 3
	}
	return lo + u*(hi-lo)
}

// check refuses rows that do not fit the nodes of a subject.
func (r Rows) check(in loss.In) error {
	if want := graph.Size(in.Target.Shape().At(r.N)); len(r.Target) != want {
		return fmt.Errorf("probe: %d numbers of a target %v for %d rows", len(r.Target), in.Target.Shape(), r.N)
	}
	if in.Weight != nil {
		if want := graph.Size(in.Weight.Shape().At(r.N)); len(r.Weight) != want {
			return fmt.Errorf("probe: %d numbers of weights %v for %d rows", len(r.Weight), in.Weight.Shape(), r.N)
		}
	}
	return nil
}
