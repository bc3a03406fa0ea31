package metric

import (
	"errors"
	"math/bits"
	"runtime"
	"sync"
)

// DefaultResamples is how often a [Bootstrap] draws unless told otherwise.
const DefaultResamples = 2000

// A Bootstrap measures how sure a threshold and its result are. It repeats the
// whole choice on rows drawn with replacement: a threshold from drawn valid
// rows, its result on drawn test rows.
//
// Source: Efron & Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
type Bootstrap struct {
	Resamples int    // 0 for DefaultResamples
	Seed      uint64 // the same seed and rows give the same draws, in whatever order the rows come
}

// Resamples are the results of a [Bootstrap], one each a draw. [Interval95] of
// any of them is its interval.
type Resamples struct {
	Threshold        []float64
	Counts           []Counts  // of the test rows at that threshold
	ROCAUC           []float64 // of the test rows; NaN where a class was not drawn
	AveragePrecision []float64 // of the test rows; NaN where no positive row was drawn
}

// Of returns a metric of each draw's counts.
func (s *Resamples) Of(metric func(Counts) float64) []float64 {
	values := make([]float64, len(s.Counts))
	for i, c := range s.Counts {
		values[i] = metric(c)
	}
	return values
}

// Run draws. Whether the threshold is kept at [DefaultThreshold] is decided once,
// on all valid rows: then every draw uses it. A draw takes as many rows as there
// are, whatever their weights. Every draw chooses plainly, of [BestF] too, whose mean of
// draws varies less: for that one the intervals are wide rather than narrow.
func (b Bootstrap) Run(valid, test *Ranking, rule Rule) (*Resamples, error) {
	choice, err := valid.Choose(rule)
	if err != nil {
		return nil, err
	}
	if len(test.rows) == 0 {
		return nil, errors.New("metric: no test rows to draw from")
	}
	if b.Resamples < 0 {
		return nil, errors.New("metric: a negative number of resamples")
	}
	n := b.resamples()
	s := &Resamples{make([]float64, n), make([]Counts, n), make([]float64, n), make([]float64, n)}
	_, fixed := rule.(Fixed)
	side(n, func(from, to int) {
		fromValid, fromTest := newDrawer(b.Seed, 0, valid), newLots(b.Seed, 1, len(test.rows))
		for i := from; i < to; i++ {
			threshold := choice.Value
			if !fixed && !choice.Kept {
				threshold = fromValid.draw(i).best(rule)
			}
			s.Threshold[i] = threshold
			s.Counts[i], s.ROCAUC[i], s.AveragePrecision[i] = evaluate(test.rows, fromTest.draw(i), threshold)
		}
	})
	return s, nil
}

// side cuts n draws into a range for each core and calls work on all of them side by
// side. Draws do not depend on each other, so the cut changes no result.
func side(n int, work func(from, to int)) {
	cores := min(runtime.GOMAXPROCS(0), n)
	var all sync.WaitGroup
	for c := range cores {
		all.Go(func() { work(n*c/cores, n*(c+1)/cores) })
	}
	all.Wait()
}

func (b Bootstrap) resamples() int {
	if b.Resamples == 0 {
		return DefaultResamples
	}
	return b.Resamples
}

// evaluate returns the counts at a threshold and the areas under both curves, in one
// sweep over rows of which row i is taken times[i] times.
func evaluate(rows []row, times []float64, threshold float64) (c Counts, roc, precision float64) {
	var a area
	tp, fp, taken := 0.0, 0.0, false
	for i, t := range times {
		row := &rows[i]
		if t > 0 {
			tp += float64(row.pos * t)
			fp += float64(row.neg * t)
			taken = true
		}
		if row.last && taken {
			if row.score >= threshold {
				c.TP, c.FP = tp, fp
			}
			a.add(row.score, Counts{TP: tp, FP: fp})
			taken = false
		}
	}
	c.FN, c.TN = tp-c.TP, fp-c.FP
	return c, a.roc(), a.precision()
}

// A drawer draws the rows of a ranking with replacement.
type drawer struct {
	lots
	rows []row
}

func newDrawer(seed, part uint64, r *Ranking) drawer {
	return drawer{newLots(seed, part, len(r.rows)), r.rows}
}

// draw returns draw i, which holds until the next.
func (d drawer) draw(i int) *sample {
	s := newSample(d.rows, d.lots.draw(i))
	return &s
}

// Lots say how often each of some rows is drawn.
type lots struct {
	key   uint64
	times []float64
}

func newLots(seed, part uint64, rows int) lots {
	return lots{mix(mix(seed) + part), make([]float64, rows)}
}

// draw depends on seed, part and i alone. The result holds until the next draw.
func (d lots) draw(i int) []float64 {
	clear(d.times)
	n := uint64(len(d.times))
	state := mix(d.key + uint64(i))
	for range n {
		state += golden
		at, _ := bits.Mul64(mix(state), n) // of 2^64 values each row gets n⁻¹, ±1
		d.times[at]++
	}
	return d.times
}

// golden and mix are SplitMix64, here a function of key and counter.
//
// Source: Steele, Lea & Flood, “Fast Splittable Pseudorandom Number Generators”, OOPSLA 2014.
const golden = 0x9e3779b97f4a7c15

func mix(z uint64) uint64 {
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}
