package recipe

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/train"
)

// job loads a recipe and returns what it declares.
func job(t *testing.T, source string) *train.Job {
	t.Helper()
	f, found := Load(write(t, folder(t), "x.py", source), Options{})
	if found.Refused() || f.Job == nil {
		t.Fatal(found)
	}
	return f.Job
}

// value evaluates the loss of a job for probabilities and targets of two rows.
func value(t *testing.T, j *train.Job, spec train.LossSpec, tag graph.Tag, p, y []float64) float64 {
	t.Helper()
	l, found := j.LossFor(spec)
	if found.Refused() {
		t.Fatal(found)
	}
	g := graph.New(graph.Training)
	shape := graph.Rows(len(p) / 2)
	pred := g.Input("p", shape, graph.Range{Interval: graph.Within(0, 1), Tag: graph.Probability})
	target := g.Input("y", shape, graph.Range{Interval: graph.Within(0, 1), Tag: tag})
	n := l.Apply(loss.In{Pred: pred, Target: target})
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	out, err := graph.Eval(graph.Feed{Rows: 2, Values: map[*graph.Node]graph.Array{
		pred: graph.ArrayOf(p, shape.At(2)...), target: graph.ArrayOf(y, shape.At(2)...),
	}}, n)
	if err != nil {
		t.Fatal(err)
	}
	return out[0].Data[0]
}

// Weights by name reach the class of that name, whatever the order of the data.
func TestWeightsReachTheirClass(t *testing.T) {
	ln := math.Log
	classes := train.LossSpec{Task: data.MultiClass, Classes: []string{"F", "L", "M", "VF"}, Rows: 10, Counts: []int{2, 4, 1, 3}}
	two := train.LossSpec{Task: data.Binary, Classes: []string{"No", "Yes"}, Rows: 1000, Counts: []int{900, 100}}
	labels := train.LossSpec{Task: data.MultiLabel, Classes: []string{"red", "big", "old"}, Rows: 10, Counts: []int{5, 2, 1}}
	rows := []float64{0.1, 0.2, 0.3, 0.4, 0.25, 0.25, 0.25, 0.25}
	isMandVF := []float64{0, 0, 1, 0, 0, 0, 0, 1}
	yesNo, isYesNo := []float64{0.3, 0.2}, []float64{1, 0}
	tags, isTags := []float64{0.5, 0.4, 0.3, 0.2, 0.1, 0.6}, []float64{1, 0, 0, 0, 1, 1}
	bce := func(w func(i int) float64) float64 {
		sum := 0.0
		for i, p := range tags {
			sum -= w(i) * (isTags[i]*ln(p) + (1-isTags[i])*ln(1-p))
		}
		return sum / 6
	}
	for name, tc := range map[string]struct {
		loss string
		spec train.LossSpec
		p, y []float64
		tag  graph.Tag
		want float64
	}{
		"by name":             {`cross_entropy(class_weight = {"VF": 1, "F": 9, "M": 2, "L": 7})`, classes, rows, isMandVF, graph.OneHot, -(2*ln(0.3) + ln(0.25)) / 2},
		"by number":           {`cross_entropy(class_weight = {0: 9, 3: 1, 1: 7, 2: 2})`, classes, rows, isMandVF, graph.OneHot, -(2*ln(0.3) + ln(0.25)) / 2},
		"in a list":           {`cross_entropy(class_weight = [9, 7, 2, 1])`, classes, rows, isMandVF, graph.OneHot, -(2*ln(0.3) + ln(0.25)) / 2},
		"balanced classes":    {`cross_entropy(class_weight = "balanced")`, classes, rows, isMandVF, graph.OneHot, -(10.0/4*ln(0.3) + 10.0/12*ln(0.25)) / 2},
		"weighted mean":       {`cross_entropy(class_weight = [9, 7, 2, 1], reduction = "weighted_mean")`, classes, rows, isMandVF, graph.OneHot, -(2*ln(0.3) + ln(0.25)) / 3},
		"yes and no":          {`bce(class_weight = {"Yes": 5, "No": 3})`, two, yesNo, isYesNo, graph.Label, -(5*ln(0.3) + 3*ln(0.8)) / 2},
		"balanced yes and no": {`bce(class_weight = "balanced")`, two, yesNo, isYesNo, graph.Label, -(5*ln(0.3) + 1000.0/1800*ln(0.8)) / 2},
		"smoothed":            {`bce(label_smoothing = 0.2)`, two, yesNo, isYesNo, graph.Label, -(0.9*ln(0.3) + 0.1*ln(0.7) + 0.1*ln(0.2) + 0.9*ln(0.8)) / 2},
		"two for every label": {`bce(class_weight = [1, 4])`, labels, tags, isTags, graph.Label, bce(func(i int) float64 { return 1 + 3*isTags[i] })},
		"one for each label":  {`bce(class_weight = {"old": 3, "red": 1, "big": 2})`, labels, tags, isTags, graph.Label, bce(func(i int) float64 { return []float64{1, 2, 3}[i%3] })},
		"no and yes of labels": {`bce(class_weight = {"old": [1, 8], "red": [1, 1], "big": [2, 3]})`, labels, tags, isTags, graph.Label,
			bce(func(i int) float64 { return [][2]float64{{1, 1}, {2, 3}, {1, 8}}[i%3][int(isTags[i])] })},
		"balanced labels": {`bce(class_weight = "balanced")`, labels, tags, isTags, graph.Label,
			bce(func(i int) float64 {
				return [][2]float64{{1, 1}, {10. / 16, 10. / 4}, {10. / 18, 10. / 2}}[i%3][int(isTags[i])]
			})},
		"focal of classes": {`focal(gamma = 1)`, classes, rows, isMandVF, graph.OneHot, -(0.7*ln(0.3) + 0.75*ln(0.25)) / 2},
		"focal of labels":  {`focal(gamma = 0)`, labels, tags, isTags, graph.Label, bce(func(int) float64 { return 1 })},
		"sum and factor":   {`2 * bce() - mse() / 4`, two, yesNo, isYesNo, graph.Label, -(ln(0.3) + ln(0.8)) - (0.49+0.04)/8},
		"robust": {`huber(delta = 0.5) + pinball(0.9) + mae() + log_cosh()`, two, yesNo, isYesNo, graph.Label,
			(0.5*(0.7-0.25)+0.02)/2 + (0.63+0.02)/2 + 0.9/2 + (ln(math.Cosh(0.7))+ln(math.Cosh(0.2)))/2},
		"one class of several": {`soft_precision(positive = "VF")`, classes, rows, isMandVF, graph.OneHot, 1 - 0.25/0.65},
	} {
		t.Run(name, func(t *testing.T) {
			got := value(t, job(t, "train(table(\"hpc.csv\", target = \"class\"), mlp([4]), loss = "+tc.loss+")\n"), tc.spec, tc.tag, tc.p, tc.y)
			if math.Abs(got-tc.want) > 1e-12 {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

// What is said of optimiser, schedule and clipping becomes one rule.
func TestOptimizerRule(t *testing.T) {
	steps := train.Steps{Epoch: 10, Run: 200}
	for options, want := range map[string]optim.Optimizer{
		``:                       optim.Adam{},
		`optimizer = adam(0.01)`: optim.Adam{LR: 0.01, Beta1: 0.9, Beta2: 0.999, Eps: 1e-8},
		`optimizer = adamw(betas = (0.5, 0.9), epsilon = 1e-7)`: optim.AdamW{LR: 1e-3, WeightDecay: 0.01, Beta1: 0.5, Beta2: 0.9, Eps: 1e-7},
		`schedule = constant()`:                                 optim.Adam{},
		`schedule = step(2.5, by = 0.1)`:                        optim.Adam{Schedule: optim.StepDecay{Every: 25, By: 0.1}},
		`optimizer = sgd(0.1), schedule = cosine(warmup = 2, floor = 0.1), clip = 1`: optim.ClipNorm{
			Max: 1, Of: optim.SGD{LR: 0.1, Momentum: 0.9, Schedule: optim.Cosine{Warmup: 20, Steps: 200, Floor: 0.1}},
		},
		`schedule = cosine(warmup = 500)`: optim.Adam{Schedule: optim.Cosine{Warmup: 199, Steps: 200}},
	} {
		if options != "" {
			options = ", " + options
		}
		got := job(t, "train(table(\"hpc.csv\", target = \"class\"), mlp([4])"+options+")\n").OptimizerFor(steps)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", options, diff)
		}
	}
}
