package train

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/metric"
)

// Sampled compares rows that an autoencoder draws with those that trained it.
type Sampled struct {
	Rows    int             `json:"rows"` // drawn, with the run's seed: as many as trained, at most 20,000
	Columns []SampledColumn `json:"columns"`
	// Correlation is the mean absolute difference of the correlations of two columns in, over all pairs of the first 200.
	Correlation float64   `json:"correlation_difference"`
	Copies      float64   `json:"copies"`            // share of the rows drawn that equal a row that trained
	Nearest     []float64 `json:"nearest,omitempty"` // distances of rows drawn to the nearest that trained: their quantiles at 0, 1/20, ..., 1
	Other       *Other    `json:"other,omitempty"`   // what to compare the last two with; nil without such rows
}

// Other says of rows that did not train what [Sampled] says of those that were drawn: how near to training rows rows of the
// same table are that are no copies of them.
type Other struct {
	Part    string    `json:"part"`
	Copies  float64   `json:"copies"`
	Nearest []float64 `json:"nearest"`
}

// SampledColumn compares one column.
type SampledColumn struct {
	Name string `json:"name"`
	// Distance is, of numbers, that of Kolmogorov and Smirnov ([metric.KolmogorovSmirnov]), of levels half the sum of the
	// absolute differences of their shares (total variation).
	Distance float64   `json:"distance"`
	Levels   []string  `json:"levels,omitempty"` // nil of numbers
	Edges    []float64 `json:"edges,omitempty"`  // of bins of equal width; nil of levels
	Trained  []float64 `json:"trained"`          // share of each level or bin among the training rows that have a value
	Drawn    []float64 `json:"drawn"`
	Missing  []float64 `json:"missing,omitempty"` // share of training and drawn rows without a value; nil if it cannot be missing
}

const (
	mostDrawn      = 20_000
	mostCorrelated = 200 // columns in
	bins           = 24
	nearestRows    = 500 // whose nearest training row is looked for
	nearestMarks   = 21
)

// sampled draws rows and compares them.
func (p *Prepared) sampled(ctx context.Context, m *VAEModel) (*Sampled, error) {
	trained, seed := p.Parts.Train, p.Job.Seed
	n := min(trained.Rows, mostDrawn)
	y := m.Classes(-1, n, seed)
	x, err := m.Draw(ctx, m.Codes(n, seed), y, seed)
	if err != nil {
		return nil, err
	}
	drawn := &data.Set{Rows: n, Width: trained.Width, TargetWidth: trained.TargetWidth, X: x, Y: y}
	s := &Sampled{Rows: n}
	at := 0
	for _, f := range p.Parts.Schema.Features() {
		s.Columns = append(s.Columns, compareColumn(f, at, trained, drawn))
		at += f.Width()
	}
	s.Correlation = correlationDifference(trained, drawn)
	known := map[string]bool{}
	for i := range trained.Rows {
		known[p.rowText(trained, i)] = true
	}
	s.Copies, s.Nearest = p.copies(known, drawn), nearest(drawn, trained)
	if part := p.lookedAt(); part.Name != "train" {
		s.Other = &Other{part.Name, p.copies(known, part.Set), nearest(part.Set, trained)}
	}
	return s, nil
}

// compareColumn compares the column of two sets whose numbers in start at a place.
func compareColumn(f *data.Field, at int, trained, drawn *data.Set) SampledColumn {
	c := SampledColumn{Name: f.Name}
	a, missingA := columnOf(f, at, trained)
	b, missingB := columnOf(f, at, drawn)
	if f.Indicator {
		c.Missing = []float64{missingA, missingB}
	}
	if f.Kind != data.Numeric {
		c.Levels = f.Levels
		c.Trained, c.Drawn = shareOf(a, len(f.Levels), func(v float64) int { return int(v) }), shareOf(b, len(f.Levels), func(v float64) int { return int(v) })
		for k, share := range c.Trained {
			c.Distance += 0.5 * math.Abs(share-c.Drawn[k])
		}
		return c
	}
	if len(a) == 0 || len(b) == 0 {
		return c // every value is missing
	}
	c.Distance = metric.KolmogorovSmirnov(a, b)
	lo, hi := min(slices.Min(a), slices.Min(b)), max(slices.Max(a), slices.Max(b))
	width := (hi - lo) / bins
	for k := range bins + 1 {
		c.Edges = append(c.Edges, lo+float64(k)*width)
	}
	bin := func(v float64) int {
		if width == 0 {
			return 0
		}
		return min(int((v-lo)/width), bins-1)
	}
	c.Trained, c.Drawn = shareOf(a, bins, bin), shareOf(b, bins, bin)
	return c
}

// columnOf returns the values that are not missing, and the share of those that are.
func columnOf(f *data.Field, at int, set *data.Set) (values []float64, missing float64) {
	for i := range set.Rows {
		v, none := f.Value(set.Row(i)[at : at+f.Width()])
		if none {
			missing += 1 / float64(set.Rows)
			continue
		}
		values = append(values, v)
	}
	return values, missing
}

func shareOf(values []float64, n int, class func(float64) int) []float64 {
	s := make([]float64, n)
	for _, v := range values {
		s[class(v)] += 1 / float64(len(values))
	}
	return s
}

// correlationDifference is [Sampled.Correlation].
func correlationDifference(a, b *data.Set) float64 {
	width := min(a.Width, mostCorrelated)
	if width < 2 {
		return 0
	}
	ca, cb := correlations(a, width), correlations(b, width)
	sum := 0.0
	for k, v := range ca {
		sum += math.Abs(v - cb[k])
	}
	return sum / float64(len(ca))
}

// correlations returns those of all pairs of the first columns; 0 of a column that does not vary.
func correlations(set *data.Set, width int) []float64 {
	columns := make([][]float64, width) // of mean 0 and length 1
	for j := range columns {
		c := make([]float64, set.Rows)
		mean, squares := 0.0, 0.0
		for i := range c {
			c[i] = float64(set.X[i*set.Width+j])
			mean += c[i] / float64(set.Rows)
		}
		for i := range c {
			c[i] -= mean
			squares += c[i] * c[i]
		}
		for i := range c {
			if squares > 0 {
				c[i] /= math.Sqrt(squares)
			}
		}
		columns[j] = c
	}
	var all []float64
	for j, a := range columns {
		for _, b := range columns[:j] {
			sum := 0.0
			for i, v := range a {
				sum += v * b[i]
			}
			all = append(all, sum)
		}
	}
	return all
}

// rowText is a row as the file would have it.
func (p *Prepared) rowText(set *data.Set, i int) string {
	return strings.Join(p.Parts.Schema.RowCells(set.Row(i), set.Y[i*set.TargetWidth:(i+1)*set.TargetWidth]), "\x00")
}

func (p *Prepared) copies(known map[string]bool, set *data.Set) float64 {
	n := 0
	for i := range set.Rows {
		if known[p.rowText(set, i)] {
			n++
		}
	}
	return float64(n) / float64(set.Rows)
}

// nearest returns quantiles of the distances of the first rows of a set to the nearest training row each, among the first
// 20,000: the root of the sum of the squared differences of the numbers in.
func nearest(set, trained *data.Set) []float64 {
	distances := make([]float64, min(set.Rows, nearestRows))
	for i := range distances {
		row, least := set.Row(i), float32(math.Inf(1))
		for j := range min(trained.Rows, mostDrawn) {
			sum := float32(0)
			for k, v := range trained.Row(j) {
				d := v - row[k]
				if sum += d * d; sum >= least {
					break
				}
			}
			least = min(least, sum)
		}
		distances[i] = math.Sqrt(float64(least))
	}
	slices.Sort(distances)
	marks := make([]float64, nearestMarks)
	for k := range marks {
		marks[k] = distances[k*(len(distances)-1)/(nearestMarks-1)]
	}
	return marks
}
