package questions

import (
	"math"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// scene is a graph whose prediction and target are fed.
type scene struct {
	g    *graph.Graph
	feed graph.Feed
}

func newScene(rows int) *scene {
	return &scene{graph.New(graph.Training), graph.Feed{Rows: rows, Values: map[*graph.Node]graph.Array{}}}
}

func (s *scene) input(name string, r graph.Range, width int, data ...float64) *graph.Node {
	shape := graph.Rows(width)
	if width == 0 {
		shape = graph.Rows()
	}
	n := s.g.Input(name, shape, r)
	s.feed.Values[n] = graph.ArrayOf(data, shape.At(s.feed.Rows)...)
	return n
}

func (s *scene) eval(t *testing.T, n *graph.Node) []float64 {
	t.Helper()
	if err := s.g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	out, err := graph.Eval(s.feed, n)
	if err != nil {
		t.Fatal(err)
	}
	return out[0].Data
}

func want(t *testing.T, what string, got, want, within float64) {
	t.Helper()
	if !(math.Abs(got-want) <= within) {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

var probability = graph.Range{Interval: graph.Within(0, 1), Tag: graph.Probability}

// Question 2: the KL line of the answer has no reduction. It gives a number for every
// row and latent dimension; the mean of all of them, which Keras takes, is a half of
// the divergence of a row where there are two dimensions.
func TestKLWithoutReduction(t *testing.T) {
	s := newScene(2)
	mean := s.input("mean", graph.Unknown, 2, 0, 1, 2, 0)
	logVar := s.input("log_var", graph.Unknown, 2, 0, -1, 0.2, -3)
	kl := loss.GaussianKL(mean, logVar)
	line := s.g.Const(1).Add(logVar).Sub(mean.Square()).Sub(logVar.Exp()).Scale(-0.5)
	for i, v := range s.eval(t, kl) {
		want(t, "the line of the answer", s.eval(t, line)[i], v, 1e-12)
	}
	want(t, "how many numbers it gives for 2 rows", float64(len(s.eval(t, line))), 4, 0)
	perRow := s.eval(t, kl.Sum(1).Mean())[0]
	want(t, "divergence of a row over the mean of everything", perRow/s.eval(t, kl.Mean())[0], 2, 1e-12)
}

// Question 3: a squeeze drops axes of length one. There is none in [64, 2], and what
// is left has two numbers for each of the 64 of the target.
func TestSqueezeMendsNothing(t *testing.T) {
	squeezed := dropOnes([]int{64, 2})
	want(t, "numbers of a squeezed [64, 2]", float64(squeezed[0]*squeezed[1]), 128, 0)
	if got := dropOnes([]int{64, 1}); len(got) != 1 || got[0] != 64 {
		t.Errorf("a squeezed [64, 1] is %v", got)
	}
	// With one row in the last batch, it drops the rows too.
	if got := dropOnes([]int{1, 1}); len(got) != 0 {
		t.Errorf("a squeezed [1, 1] is %v", got)
	}
}

// dropOnes is what a squeeze without an axis leaves of a shape.
func dropOnes(shape []int) []int {
	var left []int
	for _, n := range shape {
		if n != 1 {
			left = append(left, n)
		}
	}
	return left
}

// Question 3: the focal loss hands scores to a cross entropy of probabilities. For a
// score of 3 that is right, it gives a loss below zero; for one of -1.2, none at all.
func TestFocalOfScores(t *testing.T) {
	asProbability := func(score float64) float64 { return -math.Log(score) } // of a positive row
	want(t, "cost of score 3 taken as a probability", asProbability(3), -1.0986, 1e-4)
	if v := asProbability(-1.2); !math.IsNaN(v) {
		t.Errorf("the cost of score -1.2 is %v", v)
	}
	s := newScene(2)
	z := s.input("z", graph.Unknown, 0, 3, -1.2)
	y := s.input("y", graph.Unknown, 0, 1, 1)
	right := s.eval(t, loss.Focal{Gamma: 3, Alpha: 0.25}.WithLogits(z, y))
	want(t, "focal loss of score 3", right[0], 0.25*math.Pow(1-sigmoid(3), 3)*-math.Log(sigmoid(3)), 1e-12)
	want(t, "focal loss of score -1.2", right[1], 0.25*math.Pow(1-sigmoid(-1.2), 3)*-math.Log(sigmoid(-1.2)), 1e-12)
}

func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// Question 4: the epsilons of the answer cost 5e-8 where every row is right, which
// float32 rounds to 0. The note beside them is wrong all the same: without a true row
// of a class recall is 1, but precision is near 0, not 1.
func TestEpsilonsOfF1(t *testing.T) {
	const epsilon = 1e-7
	want(t, "the loss of a perfect prediction", lossOfPerfect[float64](epsilon), 5e-8, 1e-9)
	want(t, "the same in float32", float64(lossOfPerfect[float32](epsilon)), 0, 0)
	const predicted = 0.6 // mass of a class that no row has
	want(t, "precision of an absent class", epsilon/(predicted+epsilon), 0, 1e-6)
	trueRows := 0.0
	want(t, "recall of an absent class", (0+epsilon)/(trueRows+epsilon), 1, 0)
}

// lossOfPerfect is the loss of the answer where 3, 2, 1 and 0 rows of four classes are
// all predicted rightly, in numbers of a size.
func lossOfPerfect[F float32 | float64](epsilon F) F {
	var total, weighted F
	for _, n := range []F{3, 2, 1, 0} {
		total += n + epsilon
	}
	for _, n := range []F{3, 2, 1, 0} {
		precision, recall := (n+epsilon)/(n+epsilon), (n+epsilon)/(n+epsilon)
		weighted += 2 * (precision * recall) / (precision + recall + epsilon) * (n + epsilon) / total
	}
	return 1 - weighted
}

// Question 4: sample weights are said not to work with a loss of counts. They do, inside
// the sums: a row of weight 3 is three copies of it.
func TestWeightsInsideF1(t *testing.T) {
	weighted := newScene(3)
	p := weighted.input("p", probability, 2, 0.7, 0.3, 0.4, 0.6, 0.2, 0.8)
	y := weighted.input("y", graph.Unknown, 2, 1, 0, 1, 0, 0, 1)
	w := weighted.input("w", graph.Unknown, 0, 3, 1, 1)
	f1 := loss.SoftF1{Average: loss.Weighted}
	got := weighted.eval(t, f1.Apply(loss.In{Pred: p, Target: y, Weight: w}))[0]

	copied := newScene(5)
	p = copied.input("p", probability, 2, 0.7, 0.3, 0.7, 0.3, 0.7, 0.3, 0.4, 0.6, 0.2, 0.8)
	y = copied.input("y", graph.Unknown, 2, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1)
	want(t, "the loss with a row of weight 3", got, copied.eval(t, f1.Apply(loss.In{Pred: p, Target: y}))[0], 1e-12)
}

// Question 5: the weights 1000/900 and 1000/100 have the ratio of the balanced ones,
// and double the mean loss, and with it the size of every step.
func TestClassWeightsDouble(t *testing.T) {
	want(t, "mean weight as posted", (900*1000./900+100*1000./100)/1000, 2, 1e-12)
	want(t, "mean weight, balanced", (900*1000./(2*900)+100*1000./(2*100))/1000, 1, 1e-12)
}

// Question 6: the loss is at its best when class 0 is never predicted, and labels of
// shape [N, 1] make its precision 2.
func TestPrecisionAsPosted(t *testing.T) {
	const epsilon = 1e-7
	loss := func(hits, said float64) float64 { return -(hits + epsilon) / (said + epsilon) }
	want(t, "never predicting class 0", loss(0, 0), -1, 0)
	want(t, "predicting it perfectly", loss(2, 2), -1, 0)

	labels, said := []int{0, 1, 2, 0}, []int{0, 0, 2, 1}
	grid, rows, predicted := 0., 0., 0.
	for i, s := range said {
		for k, l := range labels { // [N, 1] against [N]: every label with every row
			if l == s && l == 0 {
				grid++
				if i == k {
					rows++
				}
			}
		}
		if s == 0 {
			predicted++
		}
	}
	want(t, "precision of labels [N, 1]", grid/predicted, 2, 0)
	want(t, "precision of labels [N]", rows/predicted, 0.5, 0)
}

// Question 6: y_true * y_pred in place of argmax gives a loss that trains, and that
// does not change when every probability is divided by 1000.
func TestSoftPrecisionIsScaleFree(t *testing.T) {
	precision := func(scale float64) float64 {
		s := newScene(4)
		p := s.input("p", probability, 0, 0.9*scale, 0.6*scale, 0.3*scale, 0.2*scale)
		y := s.input("y", graph.Unknown, 0, 1, 1, 0, 0)
		return s.eval(t, y.Mul(p).Sum().Div(p.Sum()))[0]
	}
	want(t, "soft precision", precision(1), 0.75, 1e-12)
	want(t, "soft precision of scores a thousandth as large", precision(0.001), 0.75, 1e-12)
}
