package loss_test

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// run prints the value of a loss and its gradient to what was fed.
func run(l loss.Loss, s *scene) {
	value := l.Apply(s.in)
	g := s.in.Pred.Graph()
	proved := graph.Rewrite(value)[0]
	out, err := graph.Eval(s.feed, proved, graph.Gradient(proved, []*graph.Node{s.leaf})[0])
	if err := g.Diagnostics().Err(); err != nil {
		fmt.Println(err)
		return
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, d := range out[1].Data {
		out[1].Data[i] = math.Round(d*1e4)/1e4 + 0 // no -0
	}
	fmt.Printf("%.4f  gradient %.4f\n", out[0].Data[0], out[1].Data)
}

func ExampleSquaredError() {
	run(loss.Mean(loss.SquaredError), newScene(2, scores, rows(1, 4), rows(0, 2)))
	// Output: 2.5000  gradient [1.0000 2.0000]
}

func ExampleBCE() {
	run(loss.Mean(loss.BCE), newScene(2, probabilities, rows(0.9, 0.2), rows(1, 0)))
	// A sigmoid may saturate: the loss is computed from its score.
	run(loss.Mean(loss.BCE), newScene(2, sigmoids, rows(1000, -1000), rows(0, 0)))
	// Output:
	// 0.1643  gradient [-0.5556 0.6250]
	// 500.0000  gradient [0.5000 0.0000]
}

func ExampleBCEWithLogits() {
	run(loss.Mean(loss.BCEWithLogits), newScene(2, scores, rows(0.5, -1.2), rows(1, 0)))
	// Output: 0.3687  gradient [-0.1888 0.1157]
}

func ExampleCrossEntropy() {
	p := grid(graph.Rows(3), 0.7, 0.2, 0.1)
	oneHot := grid(graph.Rows(3), 1, 0, 0)
	run(loss.Mean(loss.CrossEntropy), newScene(1, probabilities, p, oneHot))
	// Output: 0.3567  gradient [-1.4286 0.0000 0.0000]
}

func ExampleCrossEntropyWithLogits() {
	z := grid(graph.Rows(3), 2, 0, -1)
	oneHot := grid(graph.Rows(3), 1, 0, 0)
	run(loss.Mean(loss.CrossEntropyWithLogits), newScene(1, scores, z, oneHot))
	// Output: 0.1698  gradient [-0.1562 0.1142 0.0420]
}

func ExampleSparseCrossEntropy() {
	p := grid(graph.Rows(3), 0.7, 0.2, 0.1)
	run(loss.Mean(loss.SparseCrossEntropy), newScene(1, probabilities, p, rows(0)))
	// Output: 0.3567  gradient [-1.4286 0.0000 0.0000]
}

func ExampleSparseCrossEntropyWithLogits() {
	z := grid(graph.Rows(3), 2, 0, -1)
	run(loss.Mean(loss.SparseCrossEntropyWithLogits), newScene(1, scores, z, rows(0)))
	// Output: 0.1698  gradient [-0.1562 0.1142 0.0420]
}

func ExampleFocal_Pointwise() {
	f := loss.Focal{Gamma: 2, Alpha: 0.25}
	run(loss.Mean(f.Pointwise), newScene(2, probabilities, rows(0.9, 0.9), rows(1, 0)))
	// Output: 0.6995  gradient [-0.0040 4.5917]
}

func ExampleFocal_WithLogits() {
	f := loss.Focal{Gamma: 0.5}
	run(loss.Mean(f.WithLogits), newScene(2, scores, rows(1000, 1000), rows(1, 0)))
	// Output: 500.0000  gradient [0.0000 0.5000]
}

func ExampleAbsoluteError() {
	run(loss.Mean(loss.AbsoluteError), newScene(2, scores, rows(1, 4), rows(0, 6)))
	// Output: 1.5000  gradient [0.5000 -0.5000]
}

func ExampleHuber() {
	run(loss.Mean(loss.Huber(1)), newScene(2, scores, rows(0.5, 100), rows(0, 0)))
	// Output: 49.8125  gradient [0.2500 0.5000]
}

func ExamplePinball() {
	run(loss.Mean(loss.Pinball(0.9)), newScene(2, scores, rows(1, 3), rows(2, 1)))
	// Output: 0.5500  gradient [-0.4500 0.0500]
}

func ExampleLogCosh() {
	run(loss.Mean(loss.LogCosh), newScene(2, scores, rows(0.5, 1000), rows(0, 0)))
	// Output: 499.7135  gradient [0.2311 0.5000]
}

func ExampleHinge() {
	run(loss.Mean(loss.Hinge), newScene(3, scores, rows(2, 0.5, 0.5), rows(1, 1, 0)))
	// Output: 0.6667  gradient [0.0000 -0.3333 0.3333]
}

func ExampleKLDivergence() {
	p := grid(graph.Rows(3), 0.7, 0.2, 0.1)
	run(loss.Mean(loss.KLDivergence), newScene(1, probabilities, p, grid(graph.Rows(3), 0.5, 0.5, 0)))
	run(loss.Mean(loss.KLDivergence), newScene(1, probabilities, p, p))
	// Output:
	// 0.2899  gradient [-0.7143 -2.5000 0.0000]
	// 0.0000  gradient [-1.0000 -1.0000 -1.0000]
}

func ExampleKLDivergenceWithLogits() {
	z := grid(graph.Rows(3), 2, 0, -1)
	run(loss.Mean(loss.KLDivergenceWithLogits), newScene(1, scores, z, grid(graph.Rows(3), 0.5, 0.5, 0)))
	// Output: 0.4767  gradient [0.3438 -0.3858 0.0420]
}

func ExampleFocal_Classes() {
	f := loss.Focal{Gamma: 2}
	p := grid(graph.Rows(3), 0.7, 0.2, 0.1, 0.7, 0.2, 0.1)
	run(loss.Mean(f.Classes, loss.ByClass(1, 1, 5)), newScene(2, probabilities, p, rows(0, 2)))
	// Output: 4.6788  gradient [-0.1713 0.0000 0.0000 0.0000 0.0000 -30.6116]
}

func ExampleFocal_ClassesWithLogits() {
	f := loss.Focal{Gamma: 0.5}
	z := grid(graph.Rows(3), 1000, 0, -1000, 0, 0, 0)
	run(loss.Mean(f.ClassesWithLogits), newScene(2, scores, z, rows(2, 0)))
	// Output: 1000.4485  gradient [0.5000 0.0000 -0.5000 -0.3469 0.1735 0.1735]
}

func ExampleSmoothClasses() {
	z := grid(graph.Rows(3), 2, 0, -1)
	l := loss.Mean(loss.SmoothClasses(0.1, loss.CrossEntropyWithLogits))
	run(l, newScene(1, scores, z, rows(0)))
	// Output: 0.3365  gradient [-0.0895 0.0809 0.0087]
}

func ExampleSmoothLabels() {
	run(loss.Mean(loss.SmoothLabels(0.1, loss.BCEWithLogits)), newScene(2, scores, rows(0.5, -1.2), rows(1, 0)))
	// Output: 0.4112  gradient [-0.1638 0.0907]
}

func ExampleGaussianKL() {
	mean, logVar := grid(graph.Rows(2), 0, 1, 2, 0), grid(graph.Rows(2), 0, -1, 0.5, 0)
	run(loss.SumPerSample(loss.GaussianKL), newScene(2, scores, mean, logVar))
	// Output: 1.3792  gradient [0.0000 0.5000 1.0000 0.0000]
}

func ExampleGaussianKLBetween() {
	s := newScene(1, scores, rows(1), rows(0))
	kl := func(mean, logVar *graph.Node) *graph.Node {
		return loss.GaussianKLBetween(mean, logVar, mean.Scale(0).Shift(3), logVar.Shift(1))
	}
	run(loss.Mean(kl), s)
	// Output: 0.9197  gradient [-0.7358]
}

func ExampleGaussianNLL() {
	run(loss.SumPerSample(loss.GaussianNLL(0.25)), newScene(1, scores, grid(graph.Rows(2), 1, 2), grid(graph.Rows(2), 1, 1)))
	// Output: 2.4516  gradient [0.0000 4.0000]
}

func ExampleLearnedGaussianNLL() {
	nll := func(p, y *graph.Node) *graph.Node { // the last axis holds mean and log-variance
		return loss.LearnedGaussianNLL(p.Index(1, 0), p.Index(1, 1), y)
	}
	run(loss.Mean(nll), newScene(1, scores, grid(graph.Rows(2), 1, 0), rows(3)))
	// Output: 2.9189  gradient [-2.0000 -1.5000]
}

// Three rows of three classes; the batch has none of class 2.
func threeRows() *scene {
	p := grid(graph.Rows(3), 0.7, 0.2, 0.1, 0.2, 0.6, 0.2, 0.5, 0.3, 0.2)
	return newScene(3, probabilities, p, rows(0, 1, 1))
}

func ExampleSoftF1() {
	run(loss.SoftF1{Absent: loss.Skip}, threeRows()) // the mean of classes 0 and 1
	run(loss.SoftF1{}, threeRows())                  // and 0.1667, the mean of p of class 2
	run(loss.SoftF1{Average: loss.OneClass, Class: 1}, threeRows())
	// Output:
	// 0.4180  gradient [-0.2951 0.0937 0.0000 0.1215 -0.2289 0.0000 0.1215 -0.2289 0.0000]
	// 0.3342  gradient [-0.1968 0.0624 0.1111 0.0810 -0.1526 0.1111 0.0810 -0.1526 0.1111]
	// 0.4194  gradient [0.0000 0.1873 0.0000 0.0000 -0.4579 0.0000 0.0000 -0.4579 0.0000]
}

func ExampleSoftPrecision() {
	p, y := rows(0.9, 0.2, 0.3), rows(1, 1, 0)
	run(loss.SoftPrecision{}, newScene(3, probabilities, p, y))
	run(loss.SoftPrecision{MinRecall: 0.8}, newScene(3, probabilities, p, y)) // recall is 0.55
	// Output:
	// 0.2143  gradient [-0.1531 -0.1531 0.5612]
	// 1.4643  gradient [-2.6531 -2.6531 0.5612]
}

func ExampleSoftRecall() {
	p, y := rows(0.9, 0.2, 0.3), rows(1, 1, 0)
	run(loss.SoftRecall{MinPrecision: 0.5}, newScene(3, probabilities, p, y)) // precision is 0.79
	// Output: 0.4500  gradient [-0.5000 -0.5000 0.0000]
}

// Two masks of 2x2 pixels; the second is empty.
func twoMasks() *scene {
	p, y := grid(pixels, 0.9, 0.6, 0.1, 0, 0.2, 0.2, 0, 0), grid(pixels, 1, 1, 0, 0, 0, 0, 0, 0)
	return newScene(2, probabilities, p, y)
}

func ExampleDice() {
	run(loss.Dice{}, twoMasks())                                  // all pixels of the batch
	run(loss.Dice{Per: loss.Image}, twoMasks())                   // an empty mask costs the mean of p
	run(loss.Dice{Per: loss.Image, Empty: loss.Skip}, twoMasks()) // or nothing
	run(loss.Add(loss.Mean(loss.BCE), loss.Scale(0.5, loss.Dice{Smooth: 1})), twoMasks())
	// Output:
	// 0.2500  gradient [-0.3125 -0.3125 0.1875 0.1875 0.1875 0.1875 0.1875 0.1875]
	// 0.1333  gradient [-0.1620 -0.1620 0.1157 0.1157 0.1250 0.1250 0.1250 0.1250]
	// 0.1667  gradient [-0.3241 -0.3241 0.2315 0.2315 0.0000 0.0000 0.0000 0.0000]
	// 0.2460  gradient [-0.2589 -0.3283 0.2189 0.2050 0.2363 0.2363 0.2050 0.2050]
}

func ExampleJaccard() {
	run(loss.Jaccard{}, twoMasks())
	// Output: 0.4000  gradient [-0.4000 -0.4000 0.2400 0.2400 0.2400 0.2400 0.2400 0.2400]
}

func ExampleTversky() {
	run(loss.Tversky{Alpha: 0.3, Beta: 0.7}, twoMasks()) // a miss costs more than a false alarm
	// Output: 0.2500  gradient [-0.3875 -0.3875 0.1125 0.1125 0.1125 0.1125 0.1125 0.1125]
}

func ExampleFocalTversky() {
	f := loss.FocalTversky{Tversky: loss.Tversky{Alpha: 0.3, Beta: 0.7}, Gamma: 0.75}
	run(f, twoMasks())
	right := grid(pixels, 1, 0, 0, 0)
	run(f, newScene(1, probabilities, right, right))
	// Output:
	// 0.3536  gradient [-0.4110 -0.4110 0.1193 0.1193 0.1193 0.1193 0.1193 0.1193]
	// 0.0000  gradient [-39.3639 16.8702 16.8702 16.8702]
}

// A loss of the user's own: the cost of decisions in money.
func ExampleOfCounts() {
	cost := loss.OfCounts(func(c loss.Counts) *graph.Node {
		return c.FP().Scale(5).Add(c.FN().Scale(200)).Div(c.All)
	})
	run(cost, newScene(2, probabilities, rows(0.9, 0.2), rows(1, 0)))
	// Output: 10.5000  gradient [-100.0000 2.5000]
}

func ExampleMean() {
	s := newScene(4, scores, rows(1, 2, 3, 4), rows(0, 0, 0, 0), rows(1, 1, 0, 2))
	run(loss.Mean(loss.SquaredError), s)         // Σ w·f / 4
	run(loss.WeightedMean(loss.SquaredError), s) // Σ w·f / Σ w
	run(loss.Sum(loss.SquaredError), s)          // Σ w·f
	// Output:
	// 9.2500  gradient [0.5000 1.0000 0.0000 4.0000]
	// 9.2500  gradient [0.5000 1.0000 0.0000 4.0000]
	// 37.0000  gradient [2.0000 4.0000 0.0000 16.0000]
}

func ExampleSumPerSample() {
	p, y := grid(graph.Rows(3), 1, 2, 3, 0, 0, 1), grid(graph.Rows(3), 0, 0, 0, 0, 0, 0)
	run(loss.SumPerSample(loss.SquaredError), newScene(2, scores, p, y))
	// Output: 7.5000  gradient [1.0000 2.0000 3.0000 0.0000 0.0000 1.0000]
}

func ExampleByClass() {
	s := newScene(4, scores, rows(0, 0, 0, 0), rows(1, 0, 0, 0))
	run(loss.Mean(loss.BCEWithLogits, loss.ByClass(1, 20)), s)
	run(loss.Mean(loss.BCEWithLogits, loss.Balanced(900, 100)), s)
	// Output:
	// 3.9856  gradient [-2.5000 0.1250 0.1250 0.1250]
	// 1.1552  gradient [-0.6250 0.0694 0.0694 0.0694]
}

func ExampleIgnore() {
	z := grid(graph.Rows(2), 1, 0, 0, 3)
	run(loss.Mean(loss.SparseCrossEntropyWithLogits, loss.Ignore(-100)), newScene(2, scores, z, rows(0, -100)))
	// Output: 0.3133  gradient [-0.2689 0.2689 0.0000 0.0000]
}

// A loss of the user's own has weights, reductions and refusals like the others.
func ExamplePointwise() {
	pinball := func(q float64) loss.Pointwise {
		return func(p, y *graph.Node) *graph.Node {
			e := y.Sub(p)
			return e.Scale(q).Max(e.Scale(q - 1))
		}
	}
	run(loss.Mean(pinball(0.9)), newScene(2, scores, rows(1, 3), rows(2, 1), rows(1, 10)))
	// Output: 1.4500  gradient [-0.4500 0.5000]
}

func ExampleAdd() {
	l := loss.Add(loss.Mean(loss.BCEWithLogits), loss.Scale(0.01, loss.Mean(loss.SquaredError)))
	run(l, newScene(2, scores, rows(2, -1), rows(1, 0)))
	// Output: 0.2301  gradient [-0.0496 0.1245]
}
