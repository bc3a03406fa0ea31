package metric

import "math"

// cells is how many a [Histogram] has: one for each number of 16 bits.
const cells = 1 << 16

// A Histogram holds scores in [0, 1] of any number of pixels in 1.6 MB, to choose a
// threshold on them and to rank them: positive and negative weight by score, rounded
// to a multiple of 1/65535. The zero Histogram is empty.
//
// Scores that are 16-bit numbers divided by 65535 are held exactly: all results are
// then those of [Rank]. Of others a cell is a range of 1/65535, whose pixels stay
// together as if tied. What is counted at a chosen threshold is still exact, since a
// candidate is the lowest score of a cell; thresholds inside cells are no candidates,
// and for each of them there is one less than 1/65535 below it that flags more by
// pixels of its cell alone. ROCAUC is off by at most half the chance that a positive
// and a negative pixel share a cell.
type Histogram struct {
	cell      []cell
	highest   float32
	positives int
	pixels    int
}

type cell struct {
	pos, neg float64
	lowest   float32 // score in it, if any
	taken    bool
}

// Add adds pixels; those of weight 0 are left out. Nothing is added on an error.
func (h *Histogram) Add(score []float32, mask []bool, weight []float32) error {
	if err := checkRows(len(score), len(mask), weight); err != nil {
		return err
	}
	if err := probabilities(score); err != nil {
		return err
	}
	h.grow()
	for i, s := range score {
		w := weightOf(weight, i)
		if w == 0 {
			continue
		}
		c := &h.cell[int(float64(s)*(cells-1)+0.5)]
		c.see(s)
		h.highest = max(h.highest, s)
		h.pixels++
		if mask[i] {
			c.pos += w
			h.positives++
		} else {
			c.neg += w
		}
	}
	return nil
}

// Merge adds the pixels of another histogram.
func (h *Histogram) Merge(o *Histogram) {
	h.grow()
	for i, from := range o.cell {
		if !from.taken {
			continue
		}
		c := &h.cell[i]
		c.see(from.lowest)
		c.pos += from.pos
		c.neg += from.neg
	}
	h.highest = max(h.highest, o.highest)
	h.pixels += o.pixels
	h.positives += o.positives
}

func (h *Histogram) grow() {
	if h.cell == nil {
		h.cell = make([]cell, cells)
	}
}

func (c *cell) see(score float32) {
	if !c.taken || score < c.lowest {
		c.lowest, c.taken = score, true
	}
}

// Choose is [Ranking.Choose]. Positives and Rows of the [Choice] are pixels. At a
// [Fixed] threshold inside a cell the counts lack pixels of that cell; [CountAt] has
// them. How sure the result is depends on the images, not on the pixels: see
// [Bootstrap.Images].
func (h *Histogram) Choose(rule Rule) (Choice, error) { return h.ranking().Choose(rule) }

// ROCAUC is [Ranking.ROCAUC].
func (h *Histogram) ROCAUC() float64 { return h.ranking().ROCAUC() }

// AveragePrecision is [Ranking.AveragePrecision].
func (h *Histogram) AveragePrecision() float64 { return h.ranking().AveragePrecision() }

// Points is [Ranking.Points], one for each cell that holds a pixel.
func (h *Histogram) Points() []Point { return h.ranking().Points() }

// ranking is not for others: its rows are cells, which a bootstrap must not draw.
func (h *Histogram) ranking() *Ranking {
	var rows []row
	for _, c := range h.cell {
		if c.pos > 0 {
			rows = append(rows, row{score: float64(c.lowest), pos: c.pos})
		}
		if c.neg > 0 {
			rows = append(rows, row{score: float64(c.lowest), neg: c.neg})
		}
	}
	r := newRanking(rows)
	r.positives, r.count = h.positives, h.pixels
	r.all.above = math.Nextafter(float64(h.highest), math.Inf(1))
	return r
}
