package loss_test

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// sums are the counts of one class, image or batch, as loops add them up.
type sums struct{ tp, predicted, is, all, weight float64 }

// masks is a batch of so many images with pixels and classes.
type masks struct {
	images, pixels, classes int
	p, y, w                 []float64 // [images pixels classes]; w nil for 1 each
	rows                    []float64 // a weight an image, nil for 1 each
}

func (m masks) shape() graph.Shape { return graph.Rows(m.pixels, m.classes) }

func (m masks) scene() *scene {
	p, y := grid(m.shape(), m.p...), grid(m.shape(), m.y...)
	switch {
	case m.w != nil:
		return newScene(m.images, probabilities, p, y, grid(m.shape(), m.w...))
	case m.rows != nil:
		return newScene(m.images, probabilities, p, y, rows(m.rows...))
	}
	return newScene(m.images, probabilities, p, y)
}

// count adds up, for each image or all and for each class or all.
func (m masks) count(perImage, perClass, squared bool) []sums {
	images, classes := 1, 1
	if perImage {
		images = m.images
	}
	if perClass {
		classes = m.classes
	}
	out := make([]sums, images*classes)
	for i := range out {
		out[i].weight = 1
	}
	for n := range m.images {
		for px := range m.pixels {
			for k := range m.classes {
				i := (n*m.pixels+px)*m.classes + k
				s := &out[n%images*classes+k%classes]
				p, y, w := m.p[i], m.y[i], 1.0
				if m.w != nil {
					w = m.w[i]
				}
				if m.rows != nil && perImage {
					s.weight = m.rows[n]
				} else if m.rows != nil {
					w *= m.rows[n]
				}
				s.tp += w * p * y
				if squared {
					p, y = p*p, y*y
				}
				s.predicted += w * p
				s.is += w * y
				s.all += w
			}
		}
	}
	return out
}

// mean averages costs; what is empty costs what the policy says.
func mean(of []sums, empty loss.Empty, smooth bool, cost func(sums) float64, weights ...float64) float64 {
	total, n := 0.0, 0.0
	for i, s := range of {
		c, w := 0.0, s.weight
		if weights != nil {
			w *= weights[i]
		}
		switch {
		case s.is > 0 || empty == loss.Penalise && smooth:
			c = cost(s)
		case empty == loss.Penalise:
			c = s.predicted / s.all
		case empty == loss.Zero:
			c = 1
		case empty == loss.Skip:
			continue
		}
		total += w * c
		n += w
	}
	if n == 0 {
		return 0
	}
	return total / n
}

func fScore(beta float64) func(sums) float64 {
	return func(s sums) float64 {
		fp, fn := s.predicted-s.tp, s.is-s.tp
		return 1 - (1+beta*beta)*s.tp/((1+beta*beta)*s.tp+beta*beta*fn+fp)
	}
}

func tversky(alpha, beta, smooth float64) func(sums) float64 {
	return func(s sums) float64 {
		return 1 - (s.tp+smooth)/(s.tp+alpha*(s.predicted-s.tp)+beta*(s.is-s.tp)+smooth)
	}
}

func pool(of []sums, weights ...float64) []sums {
	one := sums{weight: 1}
	for i, s := range of {
		w := 1.0
		if weights != nil {
			w = weights[i]
		}
		one.tp += w * s.tp
		one.predicted += w * s.predicted
		one.is += w * s.is
		one.all += w * s.all
	}
	return []sums{one}
}

// countLosses has a row for each loss of counts, with the formula of its doc comment;
// e is the policy for what is empty.
var countLosses = []struct {
	name    string
	of      func(e loss.Empty) loss.Loss
	formula func(m masks, e loss.Empty) float64
}{
	{
		"SoftF1", func(e loss.Empty) loss.Loss { return loss.SoftF1{Absent: e} },
		func(m masks, e loss.Empty) float64 { return mean(m.count(false, true, false), e, false, fScore(1)) },
	},
	{
		"SoftF1 with beta and weights", func(e loss.Empty) loss.Loss { return loss.SoftF1{Beta: 2, Weights: []float64{1, 0.5, 4}, Absent: e} },
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(false, true, false), e, false, fScore(2), 1, 0.5, 4)
		},
	},
	{
		"SoftF1 weighted by rows", func(e loss.Empty) loss.Loss { return loss.SoftF1{Average: loss.Weighted, Beta: 0.5, Absent: e} },
		func(m masks, e loss.Empty) float64 {
			of := m.count(false, true, false)
			byRows, some := make([]float64, len(of)), pool(of)[0].is > 0
			for i, s := range of {
				byRows[i] = 1
				if some {
					byRows[i] = s.is
				}
			}
			return mean(of, e, false, fScore(0.5), byRows...)
		},
	},
	{
		"SoftF1 micro", func(e loss.Empty) loss.Loss {
			return loss.SoftF1{Average: loss.Micro, Weights: []float64{1, 3, 0}, Absent: e}
		},
		func(m masks, e loss.Empty) float64 {
			return mean(pool(m.count(false, true, false), 1, 3, 0), e, false, fScore(1))
		},
	},
	{
		"SoftF1 of one class", func(e loss.Empty) loss.Loss { return loss.SoftF1{Average: loss.OneClass, Class: 2, Beta: 3, Absent: e} },
		func(m masks, e loss.Empty) float64 { return mean(m.count(false, true, false)[2:], e, false, fScore(3)) },
	},
	{
		"SoftPrecision", func(e loss.Empty) loss.Loss { return loss.SoftPrecision{Class: 1, Absent: e} },
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(false, true, false)[1:2], e, false, func(s sums) float64 { return 1 - s.tp/s.predicted })
		},
	},
	{
		"SoftPrecision with a floor", func(e loss.Empty) loss.Loss {
			return loss.SoftPrecision{Class: 2, MinRecall: 0.95, Penalty: 1.5, Absent: e}
		},
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(false, true, false)[2:], e, false, func(s sums) float64 {
				return 1 - s.tp/s.predicted + 1.5*math.Max(0, 1-s.tp/s.is/0.95)
			})
		},
	},
	{
		"SoftRecall with a floor", func(e loss.Empty) loss.Loss { return loss.SoftRecall{Class: 2, MinPrecision: 0.9, Absent: e} },
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(false, true, false)[2:], e, false, func(s sums) float64 {
				return 1 - s.tp/s.is + 4*math.Max(0, 1-s.tp/s.predicted/0.9)
			})
		},
	},
	{
		"Dice", func(e loss.Empty) loss.Loss { return loss.Dice{Empty: e} },
		func(m masks, e loss.Empty) float64 { return mean(m.count(false, false, false), e, false, fScore(1)) },
	},
	{
		"Dice of classes, smooth, squared", func(e loss.Empty) loss.Loss { return loss.Dice{Classes: true, Smooth: 0.7, Squared: true, Empty: e} },
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(false, true, true), e, true, func(s sums) float64 { return 1 - (2*s.tp+0.7)/(s.predicted+s.is+0.7) })
		},
	},
	{
		"Dice of images", func(e loss.Empty) loss.Loss { return loss.Dice{Per: loss.Image, Empty: e} },
		func(m masks, e loss.Empty) float64 { return mean(m.count(true, false, false), e, false, fScore(1)) },
	},
	{
		"Dice of images and classes", func(e loss.Empty) loss.Loss { return loss.Dice{Per: loss.Image, Classes: true, Smooth: 2, Empty: e} },
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(true, true, false), e, true, func(s sums) float64 { return 1 - (2*s.tp+2)/(s.predicted+s.is+2) })
		},
	},
	{
		"Jaccard", func(e loss.Empty) loss.Loss { return loss.Jaccard{Classes: true, Empty: e} },
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(false, true, false), e, false, tversky(1, 1, 0))
		},
	},
	{
		"Jaccard of images, squared", func(e loss.Empty) loss.Loss {
			return loss.Jaccard{Per: loss.Image, Smooth: 0.3, Squared: true, Empty: e}
		},
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(true, false, true), e, true, func(s sums) float64 { return 1 - (s.tp+0.3)/(s.predicted+s.is-s.tp+0.3) })
		},
	},
	{
		"Tversky", func(e loss.Empty) loss.Loss { return loss.Tversky{Alpha: 0.3, Classes: true, Empty: e} },
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(false, true, false), e, false, tversky(0.3, 0.7, 0))
		},
	},
	{
		"Tversky of images", func(e loss.Empty) loss.Loss {
			return loss.Tversky{Alpha: 2, Beta: 0.25, Per: loss.Image, Smooth: 0.5, Empty: e}
		},
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(true, false, false), e, true, tversky(2, 0.25, 0.5))
		},
	},
	{
		"FocalTversky", func(e loss.Empty) loss.Loss {
			return loss.FocalTversky{Tversky: loss.Tversky{Alpha: 0.3, Per: loss.Image, Classes: true, Empty: e}}
		},
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(true, true, false), e, false, func(s sums) float64 { return math.Pow(tversky(0.3, 0.7, 0)(s), 0.75) })
		},
	},
	{
		"FocalTversky, cubed", func(e loss.Empty) loss.Loss {
			return loss.FocalTversky{Tversky: loss.Tversky{Smooth: 1, Empty: e}, Gamma: 3}
		},
		func(m masks, e loss.Empty) float64 {
			return mean(m.count(false, false, false), e, true, func(s sums) float64 { return math.Pow(tversky(0.5, 0.5, 1)(s), 3) })
		},
	},
}
