package metric

import (
	"cmp"
	"slices"
)

// Isotonic is a calibration that rises with the score in any shape: linear between
// the points (Score, Value), flat outside them. It wants a thousand rows or more;
// on fewer [Platt] is closer. It may put out 0 and 1, of which a new row can cost
// much log loss, and it ties scores that it gives one value.
//
// Source: Zadrozny & Elkan, “Transforming Classifier Scores into Accurate Multiclass
// Probability Estimates”, KDD 2002; the fit is that of pool adjacent violators.
type Isotonic struct {
	Score []float64 // rising
	Value []float64 // of each, rising or equal
}

// Probability returns the probability of a score.
func (c Isotonic) Probability(score float64) float64 {
	i, found := slices.BinarySearch(c.Score, score)
	switch {
	case found:
		return c.Value[i]
	case i == 0:
		return c.Value[0]
	case i == len(c.Score):
		return c.Value[i-1]
	}
	part := (score - c.Score[i-1]) / (c.Score[i] - c.Score[i-1])
	return c.Value[i-1] + float64(part*(c.Value[i]-c.Value[i-1]))
}

// FitIsotonic returns the rising function of least weighted squares: of all that
// never fall it minimises Σ w·(f(score) − y)² with y = 1 for a positive row and 0
// for others. Rows of one score are one point.
func FitIsotonic(score []float64, label []bool, weight []float64) (Isotonic, error) {
	if _, _, err := checkFit(score, label, weight); err != nil {
		return Isotonic{}, err
	}
	var blocks []block
	for _, b := range tied(score, label, weight) {
		for n := len(blocks); n > 0 && blocks[n-1].value() >= b.value(); n-- {
			b = blocks[n-1].join(b)
			blocks = blocks[:n-1]
		}
		blocks = append(blocks, b)
	}
	var c Isotonic
	for _, b := range blocks {
		c.Score, c.Value = append(c.Score, b.lo), append(c.Value, b.value())
		if b.hi > b.lo {
			c.Score, c.Value = append(c.Score, b.hi), append(c.Value, b.value())
		}
	}
	return c, nil
}

// A block holds the rows of scores from lo to hi, which get one value.
type block struct {
	lo, hi           float64
	positive, weight float64
}

func (b block) value() float64 { return b.positive / b.weight }

func (b block) join(o block) block {
	return block{b.lo, o.hi, b.positive + o.positive, b.weight + o.weight}
}

// tied returns a block for each distinct score of a row that counts, the lowest first.
func tied(score []float64, label []bool, weight []float64) []block {
	var rows []block
	for i, s := range score {
		w := weightOf(weight, i)
		switch {
		case w == 0:
		case label[i]:
			rows = append(rows, block{s, s, w, w})
		default:
			rows = append(rows, block{s, s, 0, w})
		}
	}
	slices.SortFunc(rows, func(a, b block) int {
		return cmp.Or(cmp.Compare(a.lo, b.lo), cmp.Compare(a.positive, b.positive), cmp.Compare(a.weight, b.weight))
	})
	var out []block
	for _, r := range rows {
		if n := len(out); n > 0 && out[n-1].lo == r.lo {
			out[n-1] = out[n-1].join(r)
			continue
		}
		out = append(out, r)
	}
	return out
}
