package loss_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

func softmax(z []float64) []float64 {
	sum := 0.0
	p := make([]float64, len(z))
	for i, v := range z {
		p[i] = math.Exp(v)
		sum += p[i]
	}
	for i := range p {
		p[i] /= sum
	}
	return p
}

func identity(z []float64) []float64 { return z }

func each(f func(float64) float64) func([]float64) []float64 {
	return func(z []float64) []float64 {
		out := make([]float64, len(z))
		for i, v := range z {
			out[i] = f(v)
		}
		return out
	}
}

// The formulas of the doc comments, as loops over one row's values.

func squaredError(p, y []float64) []float64 {
	out := make([]float64, len(p))
	for i := range p {
		out[i] = math.Pow(p[i]-y[i], 2)
	}
	return out
}

func bce(p, y []float64) []float64 {
	out := make([]float64, len(p))
	for i := range p {
		out[i] = -(y[i]*math.Log(p[i]) + (1-y[i])*math.Log(1-p[i]))
	}
	return out
}

func crossEntropy(p, y []float64) []float64 {
	s := 0.0
	for k := range p {
		s += y[k] * math.Log(p[k])
	}
	return []float64{-s}
}

func sparseCrossEntropy(p, y []float64) []float64 { return []float64{-math.Log(p[int(y[0])])} }

func focal(gamma, yes, no float64) func(p, y []float64) []float64 {
	return func(p, y []float64) []float64 {
		out := make([]float64, len(p))
		for i := range p {
			out[i] = yes*y[i]*math.Pow(1-p[i], gamma)*-math.Log(p[i]) +
				no*(1-y[i])*math.Pow(p[i], gamma)*-math.Log(1-p[i])
		}
		return out
	}
}

func absoluteError(p, y []float64) []float64 {
	return pairs(p, y, func(p, y float64) float64 { return math.Abs(p - y) })
}

func huber(delta float64) func(p, y []float64) []float64 {
	return func(p, y []float64) []float64 {
		return pairs(p, y, func(p, y float64) float64 {
			if e := math.Abs(p - y); e > delta {
				return delta * (e - delta/2)
			}
			return (p - y) * (p - y) / 2
		})
	}
}

func pinball(q float64) func(p, y []float64) []float64 {
	return func(p, y []float64) []float64 {
		return pairs(p, y, func(p, y float64) float64 {
			if y >= p {
				return q * (y - p)
			}
			return (q - 1) * (y - p)
		})
	}
}

func logCosh(p, y []float64) []float64 {
	return pairs(p, y, func(p, y float64) float64 { return math.Log(math.Cosh(p - y)) })
}

func hinge(z, y []float64) []float64 {
	return pairs(z, y, func(z, y float64) float64 { return math.Max(0, 1-(2*y-1)*z) })
}

func klDivergence(p, y []float64) []float64 {
	s := 0.0
	for k := range p {
		s += y[k] * math.Log(y[k]/p[k])
	}
	return []float64{s}
}

func focalClasses(gamma float64) func(p, y []float64) []float64 {
	return func(p, y []float64) []float64 {
		s := 0.0
		for k := range p {
			share := 0.0
			switch {
			case len(y) > 1:
				share = y[k]
			case int(y[0]) == k:
				share = 1
			}
			s -= share * math.Pow(1-p[k], gamma) * math.Log(p[k])
		}
		return []float64{s}
	}
}

// smoothClasses is the formula of a loss of shares, of class numbers or shares.
func smoothClasses(share float64, f func(p, y []float64) []float64) func(p, y []float64) []float64 {
	return func(p, y []float64) []float64 {
		soft := make([]float64, len(p))
		for k := range p {
			soft[k] = share / float64(len(p))
			switch {
			case len(y) > 1:
				soft[k] += (1 - share) * y[k]
			case int(y[0]) == k:
				soft[k] += 1 - share
			}
		}
		return f(p, soft)
	}
}

func smoothLabels(share float64, f func(p, y []float64) []float64) func(p, y []float64) []float64 {
	return func(p, y []float64) []float64 {
		soft := make([]float64, len(y))
		for i := range y {
			soft[i] = (1-share)*y[i] + share/2
		}
		return f(p, soft)
	}
}

func gaussianKL(mean, logVar []float64) []float64 {
	return pairs(mean, logVar, func(m, v float64) float64 { return 0.5 * (math.Exp(v) + m*m - 1 - v) })
}

func gaussianNLL(variance float64) func(p, y []float64) []float64 {
	return func(p, y []float64) []float64 {
		return pairs(p, y, func(p, y float64) float64 {
			return -math.Log(math.Exp(-(p-y)*(p-y)/(2*variance)) / math.Sqrt(2*math.Pi*variance))
		})
	}
}

// learned and between have the mean's third as logarithm of the variance, so that one
// gradient passes through both.
func learned(p, y *graph.Node) *graph.Node {
	return loss.LearnedGaussianNLL(p, p.Scale(1./3), y)
}

func learnedFormula(p, y []float64) []float64 {
	return pairs(p, y, func(m, y float64) float64 { return gaussianNLL(math.Exp(m/3))([]float64{m}, []float64{y})[0] })
}

func between(p, y *graph.Node) *graph.Node {
	return loss.GaussianKLBetween(p, p.Scale(1./3), y, y.Scale(0.5))
}

func betweenFormula(p, y []float64) []float64 {
	return pairs(p, y, func(m, k float64) float64 {
		v, w := m/3, k/2
		return 0.5 * (math.Exp(v)/math.Exp(w) + (m-k)*(m-k)/math.Exp(w) - 1 - v + w)
	})
}

func pairs(p, y []float64, f func(p, y float64) float64) []float64 {
	out := make([]float64, len(p))
	for i := range p {
		out[i] = f(p[i], y[i])
	}
	return out
}

// formulas has a row for each pointwise loss: what it is fed, how the prediction
// follows from that, and the formula of its doc comment.
var formulas = []struct {
	name    string
	f       loss.Pointwise
	kind    kind
	link    func(row []float64) []float64
	formula func(p, y []float64) []float64
	target  string // "real", "share", "shares" (of classes) or "index"
}{
	{"SquaredError", loss.SquaredError, scores, identity, squaredError, "real"},
	{"BCE", loss.BCE, probabilities, identity, bce, "share"},
	{"BCE of a sigmoid", loss.BCE, sigmoids, each(logistic), bce, "share"},
	{"BCEWithLogits", loss.BCEWithLogits, scores, each(logistic), bce, "share"},
	{"CrossEntropy", loss.CrossEntropy, probabilities, identity, crossEntropy, "shares"},
	{"CrossEntropy of a softmax", loss.CrossEntropy, softmaxes, softmax, crossEntropy, "shares"},
	{"CrossEntropyWithLogits", loss.CrossEntropyWithLogits, scores, softmax, crossEntropy, "shares"},
	{"SparseCrossEntropy", loss.SparseCrossEntropy, probabilities, identity, sparseCrossEntropy, "index"},
	{"SparseCrossEntropy of a softmax", loss.SparseCrossEntropy, softmaxes, softmax, sparseCrossEntropy, "index"},
	{"SparseCrossEntropyWithLogits", loss.SparseCrossEntropyWithLogits, scores, softmax, sparseCrossEntropy, "index"},
	{"Focal", loss.Focal{Gamma: 1.7, Alpha: 0.3}.Pointwise, probabilities, identity, focal(1.7, 0.3, 0.7), "share"},
	{"Focal of a sigmoid", loss.Focal{Gamma: 3, Alpha: 0.25}.Pointwise, sigmoids, each(logistic), focal(3, 0.25, 0.75), "share"},
	{"Focal without alpha", loss.Focal{Gamma: 0.5}.WithLogits, scores, each(logistic), focal(0.5, 1, 1), "share"},
	{"Focal of zeros is BCE", loss.Focal{}.WithLogits, scores, each(logistic), bce, "share"},
	{"AbsoluteError", loss.AbsoluteError, scores, identity, absoluteError, "real"},
	{"Huber", loss.Huber(0.8), scores, identity, huber(0.8), "real"},
	{"Pinball", loss.Pinball(0.3), scores, identity, pinball(0.3), "real"},
	{"LogCosh", loss.LogCosh, scores, identity, logCosh, "real"},
	{"Hinge", loss.Hinge, scores, identity, hinge, "share"},
	{"KLDivergence", loss.KLDivergence, probabilities, identity, klDivergence, "shares"},
	{"KLDivergence of a softmax", loss.KLDivergence, softmaxes, softmax, klDivergence, "shares"},
	{"KLDivergenceWithLogits", loss.KLDivergenceWithLogits, scores, softmax, klDivergence, "shares"},
	{"Focal.Classes", loss.Focal{Gamma: 1.7}.Classes, probabilities, identity, focalClasses(1.7), "shares"},
	{"Focal.Classes of a softmax", loss.Focal{Gamma: 0.5}.Classes, softmaxes, softmax, focalClasses(0.5), "index"},
	{"Focal.ClassesWithLogits", loss.Focal{Gamma: 2}.ClassesWithLogits, scores, softmax, focalClasses(2), "index"},
	{"Focal.ClassesWithLogits of zeros is cross entropy", loss.Focal{}.ClassesWithLogits, scores, softmax, crossEntropy, "shares"},
	{"SmoothClasses", loss.SmoothClasses(0.2, loss.CrossEntropy), softmaxes, softmax, smoothClasses(0.2, crossEntropy), "shares"},
	{"SmoothClasses of class numbers", loss.SmoothClasses(0.3, loss.CrossEntropyWithLogits), scores, softmax, smoothClasses(0.3, crossEntropy), "index"},
	{"SmoothLabels", loss.SmoothLabels(0.2, loss.BCE), sigmoids, each(logistic), smoothLabels(0.2, bce), "share"},
	{"GaussianKL", loss.GaussianKL, scores, identity, gaussianKL, "real"},
	{"GaussianKLBetween", between, scores, identity, betweenFormula, "real"},
	{"GaussianNLL", loss.GaussianNLL(0.7), scores, identity, gaussianNLL(0.7), "real"},
	{"LearnedGaussianNLL", learned, scores, identity, learnedFormula, "real"},
	{"Focal.WithLogits", loss.Focal{Gamma: 2, Alpha: 0.9}.WithLogits, scores, each(logistic), focal(2, 0.9, 0.1), "share"},
}

const (
	formulaRows    = 5
	formulaClasses = 3
)

// TestFormulas compares every loss with its doc comment's formula, in value and, by
// central differences of the formula, in gradient.
func TestFormulas(t *testing.T) {
	for _, c := range formulas {
		t.Run(c.name, func(t *testing.T) {
			r := rand.New(rand.NewPCG(7, 11))
			pred := make([]float64, formulaRows*formulaClasses)
			for i := range pred {
				pred[i] = r.NormFloat64() * 2
				if c.kind == probabilities {
					pred[i] = 0.02 + 0.96*r.Float64()
				}
			}
			target := drawTarget(r, c.target)
			perRow := len(target.data) / formulaRows
			want := func(pred []float64) (terms []float64) {
				for i := range formulaRows {
					p := c.link(pred[i*formulaClasses : (i+1)*formulaClasses])
					terms = append(terms, c.formula(p, target.data[i*perRow:(i+1)*perRow])...)
				}
				return terms
			}
			s := newScene(formulaRows, c.kind, grid(graph.Rows(formulaClasses), pred...), target)
			wantAll(t, "terms", s.terms(t, c.f), want(pred), 1e-12)

			value, grad := s.apply(t, loss.Mean(c.f))
			wantNear(t, "mean", value, average(want(pred)), 1e-12)
			for i := range pred {
				const h = 1e-6
				up, down := append([]float64(nil), pred...), append([]float64(nil), pred...)
				up[i] += h
				down[i] -= h
				wantNear(t, "gradient", grad[i], (average(want(up))-average(want(down)))/(2*h), 1e-8)
			}
		})
	}
}

func drawTarget(r *rand.Rand, what string) array {
	out := grid(graph.Rows(formulaClasses))
	if what == "index" {
		out.shape = graph.Rows()
		for range formulaRows {
			out.data = append(out.data, float64(r.IntN(formulaClasses)))
		}
		return out
	}
	for range formulaRows {
		row := make([]float64, formulaClasses)
		for k := range row {
			row[k] = r.Float64()
			if what == "real" {
				row[k] = r.NormFloat64()
			}
		}
		if what == "shares" {
			row = softmax(row)
		}
		out.data = append(out.data, row...)
	}
	return out
}

func average(v []float64) float64 {
	s := 0.0
	for _, x := range v {
		s += x
	}
	return s / float64(len(v))
}

// TestFloat32 checks that no value on the way to a loss or its gradient leaves the
// numbers of float32, at scores where probabilities are exactly 0 and 1.
func TestFloat32(t *testing.T) {
	extreme := []float64{1000, -1000, 1000, -1000, 0, 100, -100, 88}
	for _, f := range []struct {
		name string
		kind kind
		of   loss.Pointwise
	}{
		{"BCE", sigmoids, loss.BCE},
		{"BCEWithLogits", scores, loss.BCEWithLogits},
		{"Focal", sigmoids, loss.Focal{Gamma: 0.5, Alpha: 0.25}.Pointwise},
		{"Focal.WithLogits", scores, loss.Focal{Gamma: 0.5, Alpha: 0.25}.WithLogits},
		{"Focal of hard probabilities", probabilities, loss.Focal{Gamma: 0.5}.Pointwise},
		{"BCE of hard probabilities", probabilities, loss.BCE},
	} {
		t.Run(f.name, func(t *testing.T) {
			pred := extreme
			if f.kind == probabilities {
				pred = []float64{1, 0, 1, 0, 0.5, 1, 0, 1}
			}
			s := newScene(len(pred), f.kind, rows(pred...), rows(1, 0, 0, 1, 1, 0, 1, 1))
			node := graph.Rewrite(loss.Mean(f.of).Apply(s.in))[0]
			grad := graph.Gradient(node, []*graph.Node{s.leaf})[0]
			all := graph.Reachable(node, grad)
			for i, values := range s.eval(t, all...) {
				for _, v := range values {
					if math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 {
						t.Errorf("%s: %v is no number of float32", all[i].Op().Name(), v)
					}
				}
			}
			g := s.eval(t, grad)[0]
			for _, wrong := range []int{2, 3, 5, 6} {
				if g[wrong] == 0 {
					t.Errorf("wrong answer %d has no gradient", wrong)
				}
			}
		})
	}
}

// TestFloat32OfClasses is TestFloat32 for losses of one class out of several.
func TestFloat32OfClasses(t *testing.T) {
	logits := grid(graph.Rows(3), 1000, -1000, 0, -1000, 1000, 0, 0, 0, 0, 100, 0, -100, 88, 89, -89)
	numbers := rows(0, 0, 1, 2, 1)
	for _, f := range []struct {
		name string
		kind kind
		of   loss.Pointwise
	}{
		{"focal", scores, loss.Focal{Gamma: 0.5}.ClassesWithLogits},
		{"focal of a softmax", softmaxes, loss.Focal{Gamma: 2}.Classes},
		{"smoothed", scores, loss.SmoothClasses(0.1, loss.CrossEntropyWithLogits)},
		{"divergence", softmaxes, loss.SmoothClasses(0.1, loss.KLDivergence)},
		{"divergence of one-hot rows", scores, loss.SmoothClasses(0, loss.KLDivergenceWithLogits)},
	} {
		t.Run(f.name, func(t *testing.T) {
			s := newScene(5, f.kind, logits, numbers)
			node := graph.Rewrite(loss.Mean(f.of).Apply(s.in))[0]
			grad := graph.Gradient(node, []*graph.Node{s.leaf})[0]
			all := graph.Reachable(node, grad)
			for i, values := range s.eval(t, all...) {
				for _, v := range values {
					if math.IsNaN(v) || math.Abs(v) > math.MaxFloat32 {
						t.Errorf("%s: %v is no number of float32", all[i].Op().Name(), v)
					}
				}
			}
			if g := s.eval(t, grad)[0]; g[3] >= 0 || g[11] >= 0 {
				t.Errorf("wrong answers have no gradient: %v", g)
			}
		})
	}
}
