package train

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
)

// classSet has rows of classes, in any order.
func classSet(class ...int32) *data.Set {
	s := &data.Set{Rows: len(class), Class: class, Counts: make([]int, slices.Max(class)+1)}
	for _, c := range class {
		s.Counts[c]++
	}
	return s
}

// drawClasses draws a set with every class.
func drawClassSet(t *rapid.T) *data.Set {
	k := rapid.IntRange(2, 5).Draw(t, "classes")
	class := rapid.SliceOfN(rapid.Int32Range(0, int32(k)-1), 1, 80).Draw(t, "rows")
	for c := range k {
		class = append(class, int32(c))
	}
	return classSet(class...)
}

// Any stretch of balanced batches has the classes alike, and over the epochs all rows
// of a class are taken before one is taken again.
func TestBalancedBatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawClassSet(t)
		k := len(set.Counts)
		s := newSampler(set, BalancedBatches, rapid.Uint64().Draw(t, "seed"))
		if s.rows < set.Rows || s.rows >= set.Rows+k {
			t.Fatalf("%d rows an epoch of %d", s.rows, set.Rows)
		}
		taken := make([][]int32, k) // rows of each class, epoch after epoch
		order := make([]int32, s.rows)
		for epoch := range rapid.IntRange(1, 6).Draw(t, "epochs") {
			s.arrange(order, epoch)
			for _, r := range order {
				taken[set.Class[r]] = append(taken[set.Class[r]], r)
			}
			from := rapid.IntRange(0, s.rows-1).Draw(t, "from")
			to := rapid.IntRange(from+1, s.rows).Draw(t, "to")
			in := make([]int, k)
			for _, r := range order[from:to] {
				in[set.Class[r]]++
			}
			if slices.Max(in)-slices.Min(in) > 2 || from%k == 0 && slices.Max(in)-slices.Min(in) > 1 {
				t.Fatalf("classes in places %d to %d: %v", from, to, in)
			}
		}
		for c, rows := range taken {
			for turn := range slices.Chunk(rows, set.Counts[c]) {
				if once := slices.Compact(slices.Sorted(slices.Values(turn))); len(once) != len(turn) {
					t.Fatalf("a row of class %d comes twice in a turn: %v", c, turn)
				}
			}
		}
	})
}

// An oversampled epoch has every row, each class as often, and its rows alike.
func TestOversample(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := drawClassSet(t)
		s := newSampler(set, Oversample, rapid.Uint64().Draw(t, "seed"))
		most := slices.Max(set.Counts)
		if s.rows != most*len(set.Counts) {
			t.Fatalf("%d rows of classes %v", s.rows, set.Counts)
		}
		order := make([]int32, s.rows)
		s.arrange(order, rapid.IntRange(0, 9).Draw(t, "epoch"))
		used, in := make([]int, set.Rows), make([]int, len(set.Counts))
		for _, r := range order {
			used[r]++
			in[set.Class[r]]++
		}
		for r, n := range used {
			each := most / set.Counts[set.Class[r]]
			if n != each && n != each+1 {
				t.Fatalf("row %d is used %d times", r, n)
			}
		}
		if slices.Max(in) != slices.Min(in) {
			t.Fatalf("classes %v", in)
		}
	})
}

// The order of an epoch depends on seed and epoch, and on nothing that was arranged
// before.
func TestBalanceIsAFunctionOfSeedAndEpoch(t *testing.T) {
	set := classSet(0, 0, 0, 1, 0, 2, 0, 1, 0, 0, 0, 0, 0, 2, 0)
	for _, b := range []Balance{BalancedBatches, Oversample} {
		one, other := newSampler(set, b, 7), newSampler(set, b, 7)
		seen := map[string]bool{}
		var orders []string
		order := make([]int32, one.rows)
		for epoch := range 5 {
			one.arrange(order, epoch)
			orders = append(orders, fmt.Sprint(order))
			seen[orders[epoch]] = true
		}
		for epoch := 4; epoch >= 0; epoch-- {
			other.arrange(order, epoch)
			if fmt.Sprint(order) != orders[epoch] {
				t.Errorf("%s: epoch %d differs when it comes first", b, epoch)
			}
		}
		if len(seen) != 5 {
			t.Errorf("%s: epochs are alike", b)
		}
		another := newSampler(set, b, 8)
		if another.arrange(order, 0); fmt.Sprint(order) == orders[0] {
			t.Errorf("%s: seeds are alike", b)
		}
	}
}

// rareYes is a table with few positives.
func rareYes(rows int) string {
	return table(rows, func(x, z, noise float64) string {
		return map[bool]string{true: "yes", false: "no"}[x+z+0.5*noise > 1.85]
	})
}

// balanced is a job of rare positives.
func balanced(b Balance) *Job {
	j := tableJob(rareYes(700))
	j.Balance = b
	return j
}

// Probabilities and scores of every kind are corrected as package metric does it.
func TestPriorIsCorrected(t *testing.T) {
	two := shares{actual: []float64{0.9, 0.1}, trained: []float64{0.5, 0.5}}
	three := shares{actual: []float64{0.7, 0.2, 0.1}, trained: []float64{0.3, 0.3, 0.4}}
	probability := graph.Range{Interval: graph.Within(0, 1)}
	sigmoid := func(z float64) float64 { return 1 / (1 + math.Exp(-z)) }
	same := func(z float64) float64 { return z }
	for _, tc := range []struct {
		name   string
		shares shares
		width  int
		model  func(z *graph.Node) *graph.Node
		of     func(z float64) float64 // what the model makes of z
		to     func(z float64) float64 // makes a probability of what was corrected
	}{
		{"sigmoid", two, 1, (*graph.Node).Sigmoid, sigmoid, same},
		{"sigmoid seen through a view", two, 1, func(z *graph.Node) *graph.Node { return z.Sigmoid().Reshape(-1) }, sigmoid, same},
		{"score", two, 1, func(z *graph.Node) *graph.Node { return z.Scale(2) }, func(z float64) float64 { return sigmoid(2 * z) }, sigmoid},
		{"probability", two, 1, func(z *graph.Node) *graph.Node { return z.Sigmoid().Square().Declare(probability) }, func(z float64) float64 { return sigmoid(z) * sigmoid(z) }, same},
		{"softmax", three, 3, func(z *graph.Node) *graph.Node { return z.Softmax(-1) }, math.Exp, same},
		{"softmax of two", two, 2, func(z *graph.Node) *graph.Node { return z.Softmax(-1) }, math.Exp, same},
		{"scores", three, 3, func(z *graph.Node) *graph.Node { return z.Scale(2) }, func(z float64) float64 { return math.Exp(2 * z) }, math.Exp},
		{"probabilities", three, 3, func(z *graph.Node) *graph.Node {
			e := z.Exp()
			return e.Div(e.SumKeep(-1)).Declare(probability)
		}, math.Exp, same},
	} {
		t.Run(tc.name, func(t *testing.T) {
			z := []float64{0.3, -1.2, 2.5, -0.4, 0.1, -3}
			g := graph.New(graph.Inference)
			in := g.Input("z", graph.Rows(tc.width), graph.Range{Interval: graph.Everything, Tag: graph.Score})
			node := tc.shares.correct(tc.model(in))
			rows := len(z) / tc.width
			out, err := graph.Eval(graph.Feed{Rows: rows, Values: map[*graph.Node]graph.Array{in: graph.ArrayOf(z, rows, tc.width)}}, node)
			if err != nil {
				t.Fatal(err)
			}
			p, got := make([]float64, len(z)), make([]float64, len(z))
			for i := range z {
				p[i], got[i] = tc.of(z[i]), tc.to(out[0].Data[i])
			}
			var want []float64
			if tc.width == 1 {
				want, err = metric.CorrectPrior(p, tc.shares.trained[1], tc.shares.actual[1])
			} else {
				want, err = metric.CorrectPriors(normalised(p, tc.width), tc.shares.trained, tc.shares.actual)
				got = normalised(got, tc.width)
			}
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range want {
				if math.Abs(w-got[i]) > 1e-12 {
					t.Errorf("probability %d: %v, want %v", i, got[i], w)
				}
			}
		})
	}
}

// normalised divides each row of k numbers by its sum.
func normalised(x []float64, k int) []float64 {
	out := slices.Clone(x)
	for i := 0; i < len(out); i += k {
		sum := 0.0
		for _, v := range out[i : i+k] {
			sum += v
		}
		for j := i; j < i+k; j++ {
			out[j] /= sum
		}
	}
	return out
}

// The shares are those of the rows, by weight, and of classes alike.
func TestShares(t *testing.T) {
	set := classSet(0, 0, 0, 1)
	if diff := cmp.Diff(shares{[]float64{0.75, 0.25}, []float64{0.5, 0.5}}, sharesOf(set), cmp.AllowUnexported(shares{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	set.Weight = []float32{1, 1, 1, 9} // of class 1 a row counts nine times as much
	if diff := cmp.Diff(shares{[]float64{0.25, 0.75}, []float64{0.1, 0.9}}, sharesOf(set), cmp.AllowUnexported(shares{})); diff != "" {
		t.Errorf("with weights (-want +got):\n%s", diff)
	}
}

// Balanced training starts at the class rate and stays calibrated to it, judges the
// same rows, and leaves a model that predicts what the run says.
func TestBalancedRun(t *testing.T) {
	for _, b := range []Balance{BalancedBatches, Oversample} {
		t.Run(string(b), func(t *testing.T) {
			p := prepare(t, balanced(b))
			v, _ := p.trainer.state.Get("Dense[1].Weight")
			v.Set(make([]float32, v.Len()))
			predictor, err := newPredictor(p.trainer.state, p.outputs(), 1)
			if err != nil {
				t.Fatal(err)
			}
			defer predictor.close()
			first, err := predictor.run(context.Background(), Prediction, p.Parts.Valid)
			if err != nil {
				t.Fatal(err)
			}
			if rate := targetMean(p.Parts.Train)[0]; !p.PriorBias || !near(float64(first[0]), rate, 1e-5) {
				t.Errorf("starts at %v, want the class rate %v", first[0], rate)
			}
			if p.Training.EpochRows != p.trainer.rows || p.Training.Balance != b {
				t.Errorf("training %+v", p.Training)
			}

			disk, r := trained(t, balanced(b))
			plainDisk, plain := trained(t, balanced(Unbalanced))
			for _, part := range []string{"valid", "test"} {
				ids := func(disk *faultfs.FS) (ids []string) {
					for line := range strings.Lines(read(t, disk, predictionsDir+"/"+part+".csv")) {
						ids = append(ids, strings.Join(strings.Split(line, ",")[:3], ","))
					}
					return ids
				}
				if diff := cmp.Diff(ids(plainDisk), ids(disk)); diff != "" {
					t.Errorf("rows of %s (-without +with balance):\n%s", part, diff)
				}
			}
			_, scores := predictionsOf(t, disk, "test")
			mean := 0.0
			for _, s := range scores {
				mean += s[0] / float64(len(scores))
			}
			if rate := float64(r.Test.Positives) / float64(r.Test.Rows); math.Abs(mean-rate) > 0.1 {
				t.Errorf("mean probability %v, rate %v", mean, rate)
			}
			loss, _ := r.Test.Metrics.Get("loss")
			logLoss, _ := r.Test.Metrics.Get("log_loss")
			unbalanced, _ := plain.Test.Metrics.Get("log_loss")
			if !near(loss, logLoss, 1e-5) || logLoss > 1.3*unbalanced {
				t.Errorf("loss %v, log_loss %v, without balance %v", loss, logLoss, unbalanced)
			}
			m, err := loadFrom(t, disk)
			if err != nil {
				t.Fatal(err)
			}
			got, err := predict(t, m, rareYes(700), data.Policy{})
			if err != nil {
				t.Fatal(err)
			}
			for i, id := range p.Parts.Test.RowID {
				if got.Scores[id-1] != float32(scores[i][0]) {
					t.Fatalf("row %d: %v, the run says %v", id, got.Scores[id-1], scores[i][0])
				}
			}
		})
	}
}

// A balanced run that is interrupted ends with the same bits.
func TestBalancedResume(t *testing.T) {
	for _, b := range []Balance{BalancedBatches, Oversample} {
		want := undisturbed(t, balanced(b))
		for _, steps := range []int{1, 40, 50} {
			disk := faultfs.New()
			if _, err := trainIn(t, cancelAfter(steps), disk, balanced(b)); ClassOf(err) != Interrupted {
				t.Fatal(err)
			}
			if _, err := resumeIn(t, context.Background(), disk, balanced(Unbalanced)); ClassOf(err) != Refused || !strings.Contains(err.Error(), "balance") {
				t.Errorf("another balance: %v", err)
			}
			if _, err := resumeIn(t, context.Background(), disk, balanced(b)); err != nil {
				t.Fatal(err)
			}
			sameRun(t, disk, want)
		}
	}
}

// A checkpoint of other rows an epoch is refused where there is no job to compare.
func TestBalanceIsInTheCheckpoint(t *testing.T) {
	set := rows(40, 2, true, func(x []float32) float32 { return map[bool]float32{true: 1}[x[0] > 0] })
	fit := func(disk *faultfs.FS, b Balance, ctx context.Context, open func(*faultfs.FS) (*Run, error)) error {
		run, err := open(disk)
		if err != nil {
			t.Fatal(err)
		}
		defer run.Close()
		m := nn.Chain{&nn.Dense{In: 2, Out: 1, Act: nn.Sigmoid}}
		_, err = Fit(ctx, set, Config{Objective: Supervised(m, loss.Mean(loss.BCE)), Optimizer: optim.Adam{}, Epochs: 4, Batch: 8, Balance: b, Run: run})
		return err
	}
	disk := faultfs.New()
	if err := fit(disk, BalancedBatches, cancelAfter(3), func(disk *faultfs.FS) (*Run, error) { return create(disk, "run") }); ClassOf(err) != Interrupted {
		t.Fatal(err)
	}
	again := func(disk *faultfs.FS) (*Run, error) { return open(disk, "run") }
	if err := fit(disk, Oversample, context.Background(), again); ClassOf(err) != Refused || !strings.Contains(err.Error(), "balance  was batches") {
		t.Errorf("%v", err)
	}
	if err := fit(disk, BalancedBatches, context.Background(), again); err != nil {
		t.Error(err)
	}
}

func TestBalanceRefusals(t *testing.T) {
	number := tableJob(table(200, realNumber))
	number.Balance, number.BalancePos = Oversample, graph.Position{File: "small.py", Line: 2, Col: 9}
	labels := labelJob(300)
	labels.Balance = BalancedBatches
	for want, j := range map[string]*Job{
		"small.py:2:9: balance is by class, and the target is a number [training-setup]\n\tfix: leave balance out":                                                                     number,
		"rows with several labels cannot be balanced: a row of a rare label has others too [training-setup]\n\tfix: weigh the labels instead: loss = bce(class_weight = \"balanced\")": labels,
	} {
		if _, err := j.Prepare(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	_, err := Fit(context.Background(), rows(20, 2, false, func(x []float32) float32 { return x[0] }), Config{
		Objective: func(s *Step) *graph.Node { return s.Input("y").Mean() }, Optimizer: number.Optimizer, Balance: Oversample,
	})
	if err == nil || !strings.Contains(err.Error(), "balance is by class, and the rows have none") {
		t.Errorf("%v", err)
	}
}

// Losses of counts are told that batches are too small for them, with the number of
// batches that make a step large enough. Means over rows are not.
func TestFewInBatch(t *testing.T) {
	counts := func() *Job {
		j := balanced(Unbalanced)
		j.Loss, j.LossPos, j.Language = loss.SoftF1{}, graph.Position{File: "small.py", Line: 4, Col: 8}, graph.Python
		return j
	}
	found := func(j *Job) graph.Diagnostics {
		return slices.DeleteFunc(slices.Clone(prepare(t, j).Diagnostics), func(d *graph.Diagnostic) bool { return d.Code != CodeFewInBatch })
	}
	want := `small.py:4:8: note: a step of 16 rows expects 1.5 of "yes", too few for a loss that is made of counts [few-in-batch]
	none  21 % of the steps have no such row at all
	fix: accumulate = 4: the gradient of all their rows together, with the memory of one batch
	fix: or batch_size = 64`
	if diff := cmp.Diff(want, found(counts()).Error()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for name, change := range map[string]func(j *Job){
		"accumulated":      func(j *Job) { j.Accumulate = 4 },
		"larger batches":   func(j *Job) { j.Batch = 64 },
		"balanced batches": func(j *Job) { j.Balance = BalancedBatches },
		"bce":              func(j *Job) { j.Loss = loss.Mean(loss.BCE) },
		"weighted mean":    func(j *Job) { j.Loss = loss.WeightedMean(loss.BCE, loss.ByClass(1, 8)) },
		"focal":            func(j *Job) { j.Loss = loss.Mean(loss.Focal{Gamma: 2}.Pointwise) },
		"sum":              func(j *Job) { j.Loss = loss.Sum(loss.BCE) },
	} {
		j := counts()
		change(j)
		if d := found(j); d != nil {
			t.Errorf("%s: %v", name, d)
		}
	}
	for name, l := range map[string]loss.Loss{
		"sum with bce": loss.Add(loss.Mean(loss.BCE), loss.Scale(0.1, loss.SoftF1{})),
		"tversky":      loss.Tversky{Alpha: 0.3, Beta: 0.7},
		"of one's own": loss.Func(func(p, y *graph.Node) *graph.Node { return p.Mul(y).Sum().Div(p.Sum().Shift(1)).OneMinus() }),
	} {
		j := counts()
		j.Loss = l
		if len(found(j)) != 1 {
			t.Errorf("%s: nothing was said", name)
		}
	}
}
