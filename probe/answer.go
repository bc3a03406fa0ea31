package probe

import (
	"fmt"
	"math"
	"slices"
)

// The names of values in a [Report].
const (
	AllNegative       = "all_negative"        // p = 0 everywhere
	NearlyAllNegative = "nearly_all_negative" // p = 0.001
	ClassRate         = "class_rate"          // each row the share of its class among the rows
	NearlyAllPositive = "nearly_all_positive" // p = 0.999
	AllPositive       = "all_positive"        // p = 1
	AllOfClass        = "all_of_class"        // p = 1 for one class, one value for each
	Mean              = "mean"                // the mean of the target's numbers
	Zero              = "zero"                // 0
	Perfect           = "perfect"             // the target itself, or nearly so where that costs less
	PerfectScaled     = "perfect_scaled"      // the target divided by 1000
)

// answer is a prediction to try: probabilities, or the numbers to predict.
type answer struct {
	name     string
	text     string // for people: "all No"
	class    int    // of all_of_class
	constant bool   // it says the same of every row, and that is not the truth, as of a single one
	p        []float64
}

// shrink is what predictions are divided by to see whether their size counts.
const shrink = 1000

// sure is how near to yes and no an answer is that is not quite sure.
const sure = 0.999

// answers makes the predictions for rows with the given true ones.
func (t *trial) answers() []answer {
	constant := func(name, text string, row []float64) answer {
		a := answer{name: name, text: text, p: make([]float64, len(t.truth))}
		for i := range a.p {
			a.p[i] = row[i%len(row)]
		}
		a.constant = !slices.Equal(a.p, t.truth)
		return a
	}
	perfect := []answer{
		{name: Perfect, text: "perfect", p: t.truth},
		{name: PerfectScaled, text: "perfect / 1000", p: divided(t.truth, shrink)},
	}
	switch t.kind {
	case labels:
		no, yes := t.class(0, "negative"), t.class(1, "positive")
		return append([]answer{
			constant(AllNegative, "all "+no, []float64{0}),
			constant(NearlyAllNegative, "all "+no+" at rate 0.001", []float64{1 - sure}),
			constant(ClassRate, "class rate", t.means()),
			constant(NearlyAllPositive, "all "+yes+" at rate 0.999", []float64{sure}),
			constant(AllPositive, "all "+yes, []float64{1}),
		}, perfect...)
	case reals:
		if t.logs {
			perfect[0].text = "perfect logarithms"
			perfect = perfect[:1]
		}
		mean := t.means()
		zero := constant(Zero, "zero", []float64{0})
		if !t.pred.Range().Interval.Has(0) {
			return append([]answer{constant(Mean, "mean", mean)}, perfect...)
		}
		return append([]answer{constant(Mean, "mean", mean), zero}, perfect...)
	}
	rates := t.means()
	var out []answer
	for _, k := range t.shown(rates) {
		row := make([]float64, t.width)
		row[k] = 1
		a := constant(AllOfClass, "all "+t.class(k, fmt.Sprintf("class %d", k)), row)
		a.class = k
		out = append(out, a)
	}
	out = append(out, constant(ClassRate, "class rates", rates))
	return append(out, perfect...)
}

// mostClasses bounds how many classes are tried alone.
const mostClasses = 16

// shown returns the classes to try alone: all, or the most frequent.
func (t *trial) shown(rates []float64) []int {
	order := make([]int, t.width)
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case rates[a] > rates[b]:
			return -1
		case rates[a] < rates[b]:
			return 1
		}
		return 0
	})
	order = order[:min(len(order), mostClasses)]
	slices.Sort(order)
	return order
}

// class names a class.
func (t *trial) class(k int, otherwise string) string {
	if k < len(t.names) {
		return t.names[k]
	}
	return otherwise
}

// means returns the mean of the truth in each column of [N K], else of all.
func (t *trial) means() []float64 {
	k := 1
	if t.kind == classes || t.kind == numbers || t.pred.Rank() == 2 {
		k = t.width
	}
	mean := make([]float64, k)
	for i, v := range t.truth {
		mean[i%k] += v
	}
	for i := range mean {
		mean[i] *= float64(k) / float64(len(t.truth))
	}
	return mean
}

// blurred is an answer that is neither right nor wrong: between, and different for
// every row.
func (t *trial) blurred() []float64 {
	out := make([]float64, len(t.truth))
	if t.kind == reals {
		mean := t.means()
		for i, v := range t.truth {
			m := mean[i%len(mean)]
			out[i] = m + (v-m)*(2*fraction(i)-0.3)
		}
		return out
	}
	for i, v := range t.truth {
		out[i] = 0.1 + 0.5*fraction(i) + 0.3*v
	}
	if t.simplex {
		for i := 0; i < len(out); i += t.width {
			normalise(out[i : i+t.width])
		}
	}
	return out
}

// smaller returns a prediction whose values are 1000 times smaller: all of them, or,
// where those of a row sum to 1, those of one class, the rest being shared out.
func (t *trial) smaller(p []float64, class int) []float64 {
	if !t.simplex {
		return divided(p, shrink)
	}
	out := slices.Clone(p)
	for i := 0; i < len(out); i += t.width {
		row := out[i : i+t.width]
		was := row[class]
		row[class] = 0
		left := 1 - was/shrink
		if was < 1 {
			for k := range row {
				row[k] *= left / (1 - was)
			}
		} else { // nothing to share by
			for k := range row {
				row[k] = left / float64(t.width-1)
			}
		}
		row[class] = was / shrink
	}
	return out
}

func divided(p []float64, by float64) []float64 {
	out := make([]float64, len(p))
	for i, v := range p {
		out[i] = v / by
	}
	return out
}

func normalise(row []float64) {
	sum := 0.0
	for _, v := range row {
		sum += v
	}
	for k := range row {
		row[k] /= sum
	}
}

// score returns the raw scores that stand for a prediction: the logit of a
// probability, at most ±100; of classes their logarithms, moved so that the largest of
// a row is as far above 0 as the least is below.
func (t *trial) score(p []float64) []float64 {
	out := make([]float64, len(p))
	for i, v := range p {
		z := math.Log(v)
		if t.kind == labels {
			z -= math.Log1p(-v)
		}
		out[i] = min(max(z, -sureScore), sureScore)
	}
	if t.kind != labels {
		for i := 0; i < len(out); i += t.width {
			row := out[i : i+t.width]
			middle := (slices.Min(row) + slices.Max(row)) / 2
			for k := range row {
				row[k] -= middle
			}
		}
	}
	return out
}

const sureScore = 100
