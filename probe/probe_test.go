package probe

import (
	"math"
	"strings"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
)

// scene makes prediction and target as a model and data would.
type scene struct {
	pred   func(g *graph.Graph) *graph.Node
	target graph.Range
	shape  graph.Shape // of the target
	names  []string
}

var (
	label  = graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label}
	oneHot = graph.Range{Interval: graph.Within(0, 1), Tag: graph.OneHot}
	index  = graph.Range{Interval: graph.Within(0, 3), Tag: graph.Index}
	amount = graph.Range{Interval: graph.Within(-20, 50)}
)

// affine is the output of a model's last layer.
func affine(act func(*graph.Node) *graph.Node, shape ...int) func(g *graph.Graph) *graph.Node {
	return func(g *graph.Graph) *graph.Node {
		width := graph.Size(shape)
		x := g.Input("x", graph.Rows(3), graph.Unknown)
		w := g.Param(graph.Param{Name: "w", Shape: []int{3, width}})
		b := g.Param(graph.Param{Name: "b", Shape: []int{width}})
		return act(x.MatMul(w).Add(b).ReshapeTo(graph.Rows(shape...)))
	}
}

func linear(x *graph.Node) *graph.Node  { return x }
func softmax(x *graph.Node) *graph.Node { return x.Softmax(-1) }

var (
	yesNo    = scene{pred: affine((*graph.Node).Sigmoid, 1), target: label, shape: graph.Rows(1), names: []string{"No", "Yes"}}
	vector   = scene{pred: affine((*graph.Node).Sigmoid), target: label, shape: graph.Rows()}
	scores   = scene{pred: affine(linear, 1), target: label, shape: graph.Rows(1)}
	several  = scene{pred: affine((*graph.Node).Sigmoid, 3), target: label, shape: graph.Rows(3)}
	mask     = scene{pred: affine((*graph.Node).Sigmoid, 9, 9, 1), target: label, shape: graph.Rows(9, 9, 1)}
	kinds    = scene{pred: affine(softmax, 4), target: oneHot, shape: graph.Rows(4), names: []string{"VF", "F", "M", "L"}}
	sparse   = scene{pred: affine(softmax, 4), target: index, shape: graph.Rows()}
	kindLogs = scene{pred: affine(linear, 4), target: oneHot, shape: graph.Rows(4)}
	regress  = scene{pred: affine(linear, 1), target: amount, shape: graph.Rows(1)}
)

func (s scene) subject(l loss.Loss) Subject {
	g := graph.New(graph.Training)
	in := loss.In{Pred: s.pred(g), Target: g.Input("y", s.shape, s.target)}
	return Subject{Loss: l, In: in, Pos: graph.Position{File: "mine.py", Line: 3, Col: 1}, Classes: s.names}
}

func (s scene) run(t *testing.T, l loss.Loss) (*Report, graph.Diagnostics) {
	t.Helper()
	subject := s.subject(l)
	rows, ok := Draw(subject.In)
	if !ok {
		t.Fatal("the kind of target is unknown")
	}
	report, found := Run(subject, rows)
	if report == nil {
		t.Fatal("the loss could not be tried")
	}
	return report, found
}

func custom(f func(p, y *graph.Node) *graph.Node) loss.Loss { return loss.Func(f) }

const eps = 1e-7

func precision(p, y *graph.Node) *graph.Node {
	return y.Mul(p).Sum().Shift(eps).Div(p.Sum().Shift(eps)).Neg()
}

// The usual losses are told apart from what they are not: nothing is said of them.
func TestNoFalseAlarm(t *testing.T) {
	for name, tc := range map[string]struct {
		scene
		loss loss.Loss
	}{
		"bce":                      {yesNo, loss.Mean(loss.BCE)},
		"bce of [N]":               {vector, loss.Mean(loss.BCE)},
		"bce, sum per sample":      {mask, loss.SumPerSample(loss.BCE)},
		"bce of labels":            {several, loss.Mean(loss.BCE)},
		"bce weighted":             {yesNo, loss.Mean(loss.BCE, loss.ByClass(1, 20))},
		"bce with a class of 0.01": {yesNo, loss.Mean(loss.BCE, loss.ByClass(0.01, 1))},
		"bce from scores":          {scores, loss.Mean(loss.BCEWithLogits)},
		"bce smoothed":             {yesNo, loss.Mean(loss.SmoothLabels(0.1, loss.BCE))},
		"cross entropy":            {kinds, loss.Mean(loss.CrossEntropy)},
		"cross entropy, numbers":   {sparse, loss.Mean(loss.SparseCrossEntropy)},
		"cross entropy, scores":    {kindLogs, loss.Mean(loss.CrossEntropyWithLogits)},
		"kl":                       {kinds, loss.Mean(loss.KLDivergence)},
		"mse":                      {regress, loss.Mean(loss.SquaredError)},
		"mse of labels":            {yesNo, loss.Mean(loss.SquaredError)},
		"mae":                      {regress, loss.Mean(loss.AbsoluteError)},
		"mae of labels":            {yesNo, loss.Mean(loss.AbsoluteError)},
		"focal":                    {yesNo, loss.Mean(loss.Focal{Gamma: 2, Alpha: 0.25}.Pointwise)},
		"focal, gamma 5":           {mask, loss.Mean(loss.Focal{Gamma: 5}.Pointwise)},
		"focal from scores":        {scores, loss.Mean(loss.Focal{Gamma: 2}.WithLogits)},
		"focal of classes":         {kinds, loss.Mean(loss.Focal{Gamma: 2}.Classes)},
		"huber":                    {regress, loss.Mean(loss.Huber(1))},
		"log cosh":                 {regress, loss.Mean(loss.LogCosh)},
		"pinball":                  {regress, loss.Mean(loss.Pinball(0.9))},
		"pinball of labels":        {yesNo, loss.Mean(loss.Pinball(0.1))},
		"hinge":                    {scores, loss.Mean(loss.Hinge)},
		"soft f1":                  {yesNo, loss.SoftF1{}},
		"soft f1, beta 2":          {yesNo, loss.SoftF1{Beta: 2}},
		"soft f1 of classes":       {kinds, loss.SoftF1{Average: loss.Weighted}},
		"soft f1 of one class":     {kinds, loss.SoftF1{Average: loss.OneClass, Class: 2}},
		"soft f1, micro":           {kinds, loss.SoftF1{Average: loss.Micro}},
		"soft f1 without a class":  {kinds, loss.SoftF1{Weights: []float64{1, 0, 0, 0}}},
		"dice":                     {mask, loss.Dice{Smooth: 1}},
		"dice per image":           {mask, loss.Dice{Per: loss.Image, Smooth: 1}},
		"dice without smooth":      {mask, loss.Dice{}},
		"jaccard":                  {mask, loss.Jaccard{}},
		"tversky":                  {mask, loss.Tversky{Alpha: 0.3}},
		"focal tversky":            {mask, loss.FocalTversky{}},
		"bce + dice":               {mask, loss.Add(loss.Mean(loss.BCE), loss.Dice{Smooth: 1})},
		"precision with a floor":   {yesNo, loss.SoftPrecision{MinRecall: 0.5}},
		"recall with a floor":      {yesNo, loss.SoftRecall{MinPrecision: 0.5}},
		"bce by hand": {yesNo, custom(func(p, y *graph.Node) *graph.Node {
			return y.Mul(p.Log()).Add(y.OneMinus().Mul(p.OneMinus().Log())).Mean().Neg()
		})},
		"f1 as posted": {kinds, custom(weightedF1)},
		"cosine of rows against": {kinds, custom(func(p, y *graph.Node) *graph.Node {
			return p.Sub(y).Square().Sum(-1).Mean()
		})},
		"tversky, one class enhanced": {kinds, custom(uneven)},
		"normalised by hand": {kinds, custom(func(p, y *graph.Node) *graph.Node {
			q := p.Div(p.SumKeep(-1))
			return y.XLogY(q).Sum(-1).Mean().Neg()
		})},
	} {
		t.Run(name, func(t *testing.T) {
			report, found := tc.run(t, tc.loss)
			if len(found) > 0 {
				t.Errorf("%v\n%v", found, report.Values)
			}
		})
	}
}

// uneven weighs misses above false alarms, and one class above the others, so that which
// certain answer is cheapest depends on the order of its arguments; what a probability
// costs does not.
func uneven(p, y *graph.Node) *graph.Node {
	hit := y.Mul(p).Sum(0).Shift(eps)
	missed, wrong := y.Mul(p.OneMinus()).Sum(0), y.OneMinus().Mul(p).Sum(0)
	short := hit.Div(hit.Add(missed.Scale(0.8)).Add(wrong.Scale(0.2))).OneMinus()
	last := short.Index(0, 1)
	return short.Index(0, 0).Add(last.Shift(eps).Pow(short.Graph().Const(0.25))).Scale(0.5).Mean()
}

// weightedF1 is a widely copied loss for several classes.
func weightedF1(p, y *graph.Node) *graph.Node {
	ground, said := y.Sum(0).Shift(eps), p.Sum(0).Shift(eps)
	hit := y.Mul(p).Sum(0).Shift(eps)
	precision, recall := hit.Div(said), hit.Div(ground)
	f1 := precision.Mul(recall).Scale(2).Div(precision.Add(recall).Shift(eps))
	return f1.Mul(ground).Div(ground.Sum()).Sum().OneMinus()
}

// Values are what the formula gives by hand. 1 of 4 rows is Yes.
func TestValues(t *testing.T) {
	rows := Rows{N: 4, Target: []float64{0, 1, 0, 0}}
	report, _ := Run(yesNo.subject(loss.Mean(loss.BCE)), rows)
	ln := math.Log
	for name, want := range map[string]float64{
		AllNegative:       100.0 / 4, // a probability of 0 costs 100 nats
		NearlyAllNegative: -(ln(0.001) + 3*ln(0.999)) / 4,
		ClassRate:         -(ln(0.25) + 3*ln(0.75)) / 4,
		NearlyAllPositive: -(ln(0.999) + 3*ln(0.001)) / 4,
		AllPositive:       300.0 / 4,
		Perfect:           0,
		PerfectScaled:     -ln(0.001) / 4,
	} {
		got, ok := report.Get(name)
		if !ok || math.Abs(got.Loss-want) > 1e-12 {
			t.Errorf("%s: %v, want %v", name, got.Loss, want)
		}
	}
	if report.Rows != 4 || len(report.Values) != 7 {
		t.Errorf("%+v", report)
	}
	var lines []string
	for _, v := range report.Values {
		lines = append(lines, v.String())
	}
	want := "all No: 25, all No at rate 0.001: 1.728, class rate 0.562, all Yes at rate 0.999: 5.181, all Yes: 75, perfect 0.000, perfect / 1000: 1.727"
	if got := strings.Join(lines, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}

	// Of classes, and from scores the same.
	classRows := Rows{N: 4, Target: []float64{1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1}}
	for name, s := range map[string]scene{"probabilities": kinds, "scores": kindLogs} {
		l := loss.Mean(loss.CrossEntropy)
		if name == "scores" {
			l = loss.Mean(loss.CrossEntropyWithLogits)
		}
		report, _ := Run(s.subject(l), classRows)
		for name, want := range map[string]float64{
			ClassRate: -(2*ln(0.5) + 2*ln(0.25)) / 4,
			Perfect:   0,
		} {
			if got, _ := report.Get(name); math.Abs(got.Loss-want) > 1e-9 {
				t.Errorf("%s: %v, want %v", name, got.Loss, want)
			}
		}
	}

	// Of numbers.
	report, _ = Run(regress.subject(loss.Mean(loss.SquaredError)), Rows{N: 3, Target: []float64{-2, 0, 8}})
	for name, want := range map[string]float64{Mean: (16 + 4 + 36) / 3.0, Zero: 68 / 3.0, Perfect: 0, PerfectScaled: 68.0 / 3 * 0.999 * 0.999} {
		if got, _ := report.Get(name); math.Abs(got.Loss-want) > 1e-9 {
			t.Errorf("%s: %v, want %v", name, got.Loss, want)
		}
	}
}

// The four rows of the shared case: soft precision 0.75, whatever the scale.
func TestPrecisionScaleFree(t *testing.T) {
	s := vector.subject(loss.SoftPrecision{})
	tr := newTrial(s, Rows{N: 4, Target: []float64{1, 1, 0, 0}})
	b := tr.newBench(false)
	p := []float64{0.9, 0.6, 0.3, 0.2}
	for _, scaled := range [][]float64{p, divided(p, shrink)} {
		if v, ok := b.lossOf(scaled); !ok || math.Abs(v-0.25) > 1e-12 {
			t.Errorf("1 - precision of %v is %v", scaled, v)
		}
	}
}

// Whole texts of the warnings.
func TestWarnings(t *testing.T) {
	recipe := func(s scene, l loss.Loss) func(t *testing.T) string {
		return func(t *testing.T) string {
			subject := s.subject(l)
			subject.In.Pred.Graph().Language = graph.Python
			rows, _ := Draw(subject.In)
			_, found := Run(subject, rows)
			return found.Error()
		}
	}
	inGo := func(s scene, l loss.Loss) func(t *testing.T) string {
		return func(t *testing.T) string { _, found := s.run(t, l); return found.Error() }
	}
	for name, tc := range map[string]struct {
		found func(t *testing.T) string
		want  string
	}{
		"precision": {recipe(yesNo, custom(precision)), `
mine.py:3:1: warning: predicting nothing is as good as predicting perfectly [degenerate-optimum]
	all No  -1.000     class rate  -0.250     all Yes  -0.250     perfect  -1.000
	why  the denominator counts only what was said: with nothing said it is 1e-07 / 1e-07 = 1.
	fix: give recall a say: loss = soft_f1(beta = 0.5)
mine.py:3:1: warning: dividing predictions by 1000 changes nothing: the loss sees their order, not their size [scale-free]
	perfect  -1.000     perfect / 1000  -1.000
	would  leave the scores without a level: no threshold means anything, and they may all shrink to 0.
	fix: add a loss that sees the size: loss = f + bce()`},
		"recall": {inGo(yesNo, loss.SoftRecall{}), `
mine.py:3:1: warning: predicting yes for every row is as good as predicting perfectly [degenerate-optimum]
	all No  1.000     class rate  0.750     all Yes  0.000     perfect  0.000
	why  a false alarm costs nothing.
	fix: give precision a say: loss.SoftF1{Beta: 2}`},
		"precision of one class, hard": {recipe(sparse, custom(hardPrecision)), `
mine.py:3:1: warning: never predicting class 0 is as good as predicting perfectly [degenerate-optimum]
	all class 0  -0.250     all class 1  -1.000     all class 2  -1.000     all class 3  -1.000     class rates  -0.250     perfect  -1.000
	why  the denominator counts only what was said: with nothing said it is 1e-07 / 1e-07 = 1.
	fix: count every class: loss = soft_f1()`},
		"precision of one class, soft": {recipe(kinds, loss.SoftPrecision{Class: 2}), `
mine.py:3:1: warning: dividing predictions of M by 1000 changes nothing: the loss sees their order, not their size [scale-free]
	perfect  0.000     perfect / 1000  0.000
	would  leave the scores without a level: no threshold means anything, and they may all shrink to 0.
	fix: add a loss that sees the size: loss = f + bce()`},
		"swapped": {recipe(yesNo, custom(func(p, y *graph.Node) *graph.Node {
			p.Named("y_pred")
			y.Named("y_true")
			return loss.BCE(y, p).Mean() // K.binary_crossentropy(y_pred, y_true)
		})), `
mine.py:3:1: warning: y_pred and y_true look swapped: only the other way round is a probability better than certainty [argument-order]
	as written  all No 25  class rate 37.5   all Yes 75  perfect 0.000
	swapped     all No 25  class rate 0.562  all Yes 75  perfect 0.000
	fix: K.binary_crossentropy(y_true, y_pred): the target comes first, as in Keras`},
		"swapped, of classes": {inGo(kinds, custom(func(p, y *graph.Node) *graph.Node { return p.XLogY(y).Sum(-1).Mean().Neg() })), `
mine.py:3:1: warning: prediction and target look swapped: only the other way round is a probability better than certainty [argument-order]
	as written  all VF 75  all F 75  all M 75  all L 75  class rates 75     perfect 0.000
	swapped     all VF 75  all F 75  all M 75  all L 75  class rates 1.386  perfect 0.000
	fix: loss.BCE(p, y): the prediction comes first in Go`},
		"a score": {inGo(kinds, custom(func(p, y *graph.Node) *graph.Node { return weightedF1(p, y).OneMinus() })), `
mine.py:3:1: warning: the loss is largest for a perfect prediction: a score is made small where it should be made large [degenerate-optimum]
	all VF  0.100     all F  0.100     all M  0.100     all L  0.100     class rates  0.250     perfect  1.000
	fix: make one minus it small: score.OneMinus()`},
		"only the positive term": {inGo(yesNo, custom(func(p, y *graph.Node) *graph.Node { return y.XLogY(p).Mean().Neg() })), `
mine.py:3:1: warning: predicting yes for every row is as good as predicting perfectly [degenerate-optimum]
	all No  25     class rate  0.347     all Yes  0.000     perfect  0.000
	why  a false alarm costs nothing.
	fix: give precision a say: loss.SoftF1{Beta: 2}`},
		"counts only": {inGo(yesNo, custom(func(p, y *graph.Node) *graph.Node { return p.Mean().Sub(y.Mean()).Square() })), `
mine.py:3:1: warning: predicting the class rate for every row is as good as predicting perfectly [degenerate-optimum]
	all No  0.062     class rate  0.000     all Yes  0.562     perfect  0.000
	why  the loss counts how much is predicted, not for which rows.
	fix: let every row count: loss.Mean(loss.BCE)`},
		"signs cancel": {inGo(regress, custom(func(p, y *graph.Node) *graph.Node { return p.Sub(y).Mean().Abs() })), `
mine.py:3:1: warning: predicting the mean for every row is as good as predicting perfectly [degenerate-optimum]
	mean  0.000     zero  15.56     perfect  0.000
	why  errors of both signs cancel, or do not count.
	fix: let every error count: loss.Mean(loss.SquaredError)`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := tc.found(t); got != strings.TrimPrefix(tc.want, "\n") {
				t.Errorf("got\n%s\nwant%s", got, tc.want)
			}
		})
	}
}

// hardPrecision is the precision of class 0, by positions: it has no gradient, but
// a value.
func hardPrecision(p, y *graph.Node) *graph.Node {
	said, was := p.ArgMax(-1).Cast(graph.Float), y
	zero := p.Graph().Const(0)
	hit := was.Equal(said).And(was.Equal(zero)).Cast(graph.Float).Sum().Shift(eps)
	return hit.Div(said.Equal(zero).Cast(graph.Float).Sum().Shift(eps)).Neg()
}

// What cannot be tried is left alone.
func TestNotTried(t *testing.T) {
	for name, s := range map[string]Subject{
		"class numbers against one output": scene{pred: affine(linear, 1), target: index, shape: graph.Rows(1)}.subject(loss.Mean(loss.SquaredError)),
		"shapes that do not fit":           scene{pred: affine(linear, 2), target: label, shape: graph.Rows(1)}.subject(loss.Mean(loss.SquaredError)),
		"random numbers": yesNo.subject(custom(func(p, y *graph.Node) *graph.Node {
			return p.Sub(y).Mul(p.Graph().Random("r", graph.StandardNormal, p.Shape())).Square().Mean()
		})),
		"refused": yesNo.subject(loss.Mean(loss.CrossEntropy)),
	} {
		rows, _ := Draw(s.In)
		if rows.N == 0 {
			rows = Rows{N: 2, Target: []float64{0, 1}}
		}
		if report, found := Run(s, rows); report != nil || found != nil {
			t.Errorf("%s: %v %v", name, report, found)
		}
	}
	// Rows that are not what the target says.
	if report, _ := Run(yesNo.subject(loss.Mean(loss.BCE)), Rows{N: 2, Target: []float64{0, 2}}); report != nil {
		t.Error("a label of 2 was tried")
	}
	if report, _ := Run(sparse.subject(loss.Mean(loss.SparseCrossEntropy)), Rows{N: 2, Target: []float64{0, 4}}); report != nil {
		t.Error("a class 4 of 4 was tried")
	}
	if report, _ := Run(yesNo.subject(loss.Mean(loss.BCE)), Rows{N: 3, Target: []float64{0, 1}}); report != nil {
		t.Error("two targets were taken for three rows")
	}
}

// Weights of the data act in what is tried.
func TestWeights(t *testing.T) {
	s := yesNo.subject(loss.WeightedMean(loss.BCE))
	s.In.Weight = s.In.Pred.Graph().Input("w", graph.Rows(), graph.Range{Interval: graph.Interval{Hi: math.Inf(1)}})
	report, _ := Run(s, Rows{N: 2, Target: []float64{0, 1}, Weight: []float64{1, 3}})
	got, _ := report.Get(NearlyAllNegative)
	if want := -(math.Log(0.999) + 3*math.Log(0.001)) / 4; math.Abs(got.Loss-want) > 1e-12 {
		t.Errorf("%v, want %v", got.Loss, want)
	}
}
