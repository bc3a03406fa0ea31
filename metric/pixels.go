package metric

import (
	"errors"
	"fmt"
	"slices"
)

// Steps is how fine the scores of pixels are kept: multiples of 1/Steps, which float32
// and float64 hold exactly.
const Steps = 1024

// Pixels are the scores of the pixels of one image: how many of either class there are
// in each step of 1/1024. Counts at a threshold that is a multiple of 1/1024 are exact.
type Pixels struct {
	yes, no [Steps + 1]uint32
}

// Step returns how many pixels of either class have scores from k/Steps on and below
// (k+1)/Steps; k is at most Steps.
func (p *Pixels) Step(k int) (yes, no uint32) { return p.yes[k], p.no[k] }

// SetStep says how many have.
func (p *Pixels) SetStep(k int, yes, no uint32) { p.yes[k], p.no[k] = yes, no }

// CountPixels counts the pixels of an image by their scores in [0, 1].
func CountPixels(score []float32, mask []bool) (*Pixels, error) {
	if err := checkRows[float32](len(score), len(mask), nil); err != nil {
		return nil, err
	}
	if err := probabilities(score); err != nil {
		return nil, err
	}
	p := new(Pixels)
	for i, s := range score {
		if mask[i] {
			p.yes[int(s*Steps)]++
		} else {
			p.no[int(s*Steps)]++
		}
	}
	return p, nil
}

// At returns the counts of predicting positive where score >= threshold, which is
// rounded up to a multiple of 1/1024.
func (p *Pixels) At(threshold float64) (c Counts) {
	for k := range p.yes {
		yes, no := float64(p.yes[k]), float64(p.no[k])
		if float64(k) >= threshold*Steps {
			c.TP, c.FP = c.TP+yes, c.FP+no
		} else {
			c.FN, c.TN = c.FN+yes, c.TN+no
		}
	}
	return c
}

// Masks are the pixels of several images.
type Masks []*Pixels

// At returns the counts of each image.
func (m Masks) At(threshold float64) Images {
	images := make(Images, len(m))
	for i, p := range m {
		images[i] = Image{p.At(threshold), 1}
	}
	return images
}

// Positives returns how many pixels are positive, of how many.
func (m Masks) Positives() (yes, all int64) {
	for _, p := range m {
		for k := range p.yes {
			yes += int64(p.yes[k])
			all += int64(p.yes[k]) + int64(p.no[k])
		}
	}
	return yes, all
}

// Rank ranks the pixels of all images together. Those of one step tie.
func (m Masks) Rank() *Ranking { return m.rank(slices.Repeat([]float64{1}, len(m))) }

// rank takes each image so many times.
func (m Masks) rank(times []float64) *Ranking {
	var yes, no [Steps + 1]float64
	for i, p := range m {
		if times[i] == 0 {
			continue
		}
		for k := range yes {
			yes[k] += times[i] * float64(p.yes[k])
			no[k] += times[i] * float64(p.no[k])
		}
	}
	r := &Ranking{}
	for k := Steps; k >= 0; k-- {
		if yes[k]+no[k] > 0 {
			r.rows = append(r.rows, row{score: float64(k) / Steps, pos: yes[k], neg: no[k], last: true})
			r.positives += int(yes[k])
			r.count += int(yes[k] + no[k])
		}
	}
	r.all = newSample(r.rows, slices.Repeat([]float64{1}, len(r.rows)))
	return r
}

// MaskResamples are the results of a bootstrap over images, one each a draw.
type MaskResamples struct {
	Threshold        []float64
	Images           []Images // the drawn test images at that threshold
	ROCAUC           []float64
	AveragePrecision []float64
}

// RunMasks is [Bootstrap.Run] over images: pixels of an image are no evidence apart from
// each other, so a draw takes whole images, as many as there are.
func (b Bootstrap) RunMasks(valid, test Masks, rule Rule) (*MaskResamples, error) {
	if len(valid) == 0 || len(test) == 0 {
		return nil, errors.New("metric: no images to draw from")
	}
	choice, err := valid.Rank().Choose(rule)
	if err != nil {
		return nil, err
	}
	if b.Resamples < 0 {
		return nil, fmt.Errorf("metric: %d resamples", b.Resamples)
	}
	n := b.resamples()
	s := &MaskResamples{make([]float64, n), make([]Images, n), make([]float64, n), make([]float64, n)}
	_, fixed := rule.(Fixed)
	fromValid, fromTest := newLots(b.Seed, 0, len(valid)), newLots(b.Seed, 1, len(test))
	for i := range n {
		threshold := choice.Value
		if !fixed && !choice.Kept {
			threshold = valid.rank(fromValid.draw(i)).all.best(rule)
		}
		times := fromTest.draw(i)
		s.Threshold[i] = threshold
		s.Images[i] = test.At(threshold)
		for k := range s.Images[i] {
			s.Images[i][k].Weight = times[k]
		}
		drawn := test.rank(times).all
		_, s.ROCAUC[i], s.AveragePrecision[i] = evaluate(drawn.rows, drawn.times, threshold)
	}
	return s, nil
}
