package train

import (
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/descent-ml/descent/data"
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/fsx/faultfs"
	"github.com/descent-ml/descent/loss"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/optim"
	"github.com/descent-ml/descent/program"
)

func xor(x []float32) float32 {
	if x[0]*x[1] > 0 {
		return 1
	}
	return 0
}

func classifier(width int, hidden ...int) nn.Layer {
	return nn.MLP(nn.MLPConfig{In: width, Hidden: hidden, Head: nn.BinaryHead()})
}

func fit(t testing.TB, set *data.Set, c Config) *Fitted {
	t.Helper()
	f, err := Fit(context.Background(), set, c)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestFitLearns(t *testing.T) {
	set, valid := rows(400, 2, true, xor), rows(100, 2, true, xor)
	f := fit(t, set, Config{
		Objective: Supervised(classifier(2, 16), loss.Mean(loss.BCE)), Optimizer: optim.Adam{LR: 0.02},
		Epochs: 60, Batch: 32, Seed: 1, Validate: valid, EarlyStop: &EarlyStop{Patience: 20},
	})
	p, err := f.Output(context.Background(), Prediction, valid)
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for i, y := range valid.Y {
		if (p[i] > 0.5) != (y == 1) {
			wrong++
		}
	}
	if wrong > 5 {
		t.Errorf("%d of 100 rows wrong", wrong)
	}
}

// With one batch an epoch and plain gradient descent the weights can be followed
// by hand: w ← w − η·mean(2·(w·x − y)·x).
func TestFitTakesTheStepsOfGradientDescent(t *testing.T) {
	set := rows(5, 1, false, func(x []float32) float32 { return 3 * x[0] })
	m := &nn.Dense{In: 1, Out: 1, NoBias: true, WeightInit: nn.Constant(0)}
	f := fit(t, set, Config{Objective: Supervised(m, loss.Mean(loss.SquaredError)), Optimizer: optim.SGD{LR: 0.1}, Epochs: 7, Batch: 99})
	w := 0.0
	for range 7 {
		slope := 0.0
		for i, x := range set.X {
			slope += 2 * (w*float64(x) - float64(set.Y[i])) * float64(x) / 5
		}
		w -= 0.1 * slope
	}
	v, _ := f.State.Get("Dense.Weight")
	if got := float64(v.Numbers()[0]); !near(got, w, 1e-6) {
		t.Errorf("weight %v, want %v", got, w)
	}
	if f.Steps != 7 || f.Epochs != 7 {
		t.Errorf("%d steps, %d epochs", f.Steps, f.Epochs)
	}
}

// The last batch has the rows that are left, and each row counts once: the loss
// of an epoch is the mean over rows, not over batches.
func TestEpochLossIsMeanOverRows(t *testing.T) {
	set := rows(7, 1, false, func(x []float32) float32 { return x[0] })
	still := &nn.Dense{In: 1, Out: 1, NoBias: true, WeightInit: nn.Constant(0.5)}
	f := fit(t, set, Config{Objective: Supervised(still, loss.Mean(loss.SquaredError)), Optimizer: optim.SGD{LR: 1e-30}, Epochs: 2, Batch: 3})
	want := 0.0
	for _, x := range set.X {
		want += 0.25 * float64(x) * float64(x) / 7
	}
	for _, e := range f.History {
		if got, _ := e.Train.Get("loss"); !near(got, want, 1e-6) {
			t.Errorf("epoch %d: loss %v, want %v", e.Epoch, got, want)
		}
	}
	if f.Steps != 6 {
		t.Errorf("%d steps, want 6", f.Steps)
	}
}

// softF1 is no mean over rows: its value on a part is not the mean of batch values.
func softF1(p, y *graph.Node) *graph.Node {
	hits := p.Mul(y).Sum().Scale(2)
	return hits.Div(p.Sum().Add(y.Sum()).Shift(1e-6)).OneMinus()
}

func TestValidLossIsOfTheWholePart(t *testing.T) {
	set, valid := rows(96, 2, true, xor), rows(61, 2, true, xor)
	objective := Supervised(classifier(2, 4), loss.Func(softF1))
	f := fit(t, set, Config{Objective: objective, Optimizer: optim.Adam{}, Epochs: 1, Batch: 16, Validate: valid})
	got, _ := f.History[0].Valid.Get("loss")

	judging := trace(graph.Inference, graph.Go, inputsOf(valid, nil, ""), objective)
	feed := graph.Feed{Rows: valid.Rows, Values: map[*graph.Node]graph.Array{}}
	for name, values := range map[string][]float32{"x": valid.X, "y": valid.Y} {
		n := judging.step.Input(name)
		feed.Values[n] = graph.ArrayOf(wide(values), n.Shape().At(valid.Rows)...)
	}
	for _, n := range judging.step.g.Params() {
		p, _ := n.Param()
		v, _ := f.State.Get(p.Name)
		feed.Values[n] = graph.ArrayOf(wide(v.Numbers()), p.Shape...)
	}
	want, err := graph.Eval(feed, judging.loss)
	if err != nil {
		t.Fatal(err)
	}
	if !near(got, want[0].Data[0], 1e-6) {
		t.Errorf("valid loss %v, want %v", got, want[0].Data[0])
	}
}

// A learning rate that rises makes things worse after a while; the weights of the
// best epoch are given back, and the valid loss with them is the best one.
func TestEarlyStopGivesBackTheBestWeights(t *testing.T) {
	set := rows(40, 3, true, func(x []float32) float32 { return xor(x) })
	valid := rows(200, 3, true, func(x []float32) float32 { return xor(x[1:]) })
	c := Config{
		Objective: Supervised(classifier(3, 16), loss.Mean(loss.BCE)), Optimizer: optim.Adam{LR: 0.05},
		Epochs: 50, Batch: 8, Seed: 2, Validate: valid, EarlyStop: &EarlyStop{Patience: 3},
	}
	stopped := fit(t, set, c)
	if !stopped.Stopped || stopped.Best == 0 || stopped.Best != stopped.Epochs-3 {
		t.Fatalf("stopped %v after %d epochs, best %d", stopped.Stopped, stopped.Epochs, stopped.Best)
	}
	best := math.Inf(1)
	for _, e := range stopped.History {
		if v, _ := e.Valid.Get("loss"); v < best {
			best = v
			if !e.Best {
				t.Errorf("epoch %d is better than all before and not marked", e.Epoch)
			}
		} else if e.Best {
			t.Errorf("epoch %d is marked and not better", e.Epoch)
		}
	}
	c.Epochs, c.EarlyStop = stopped.Best, nil
	direct := fit(t, set, c)
	for _, name := range direct.State.Names() {
		want, _ := direct.State.Get(name)
		if got, _ := stopped.State.Get(name); !want.Frozen && !slices.Equal(got.Numbers(), want.Numbers()) {
			t.Errorf("%s: not the weights of epoch %d", name, stopped.Best)
		}
	}
}

// A row whose square overflows gives an infinite loss in the step that meets it.
// That step is named and not taken.
func TestNonFiniteStops(t *testing.T) {
	set := rows(40, 2, false, func(x []float32) float32 { return x[0] })
	const bad = 17
	set.X[2*bad] = 1e30
	c := Config{
		Objective: Supervised(&nn.Dense{In: 2, Out: 1}, loss.Mean(loss.SquaredError)), Optimizer: optim.Adam{}, Epochs: 3, Batch: 4, Seed: 9,
	}
	order := make([]int32, set.Rows)
	permute(order, c.Seed, 0)
	meets := slices.Index(order, bad)/4 + 1

	disk := faultfs.New()
	run, err := create(disk, "run")
	if err != nil {
		t.Fatal(err)
	}
	c.Run = run
	f, err := Fit(context.Background(), set, c)
	var stop *program.NonFinite
	if !errors.As(err, &stop) || ClassOf(err) != SelfStopped || ClassOf(err).ExitCode() != 3 {
		t.Fatalf("error %v", err)
	}
	if stop.Step != int64(meets) || f.Steps != int64(meets-1) {
		t.Errorf("stopped in step %d after %d steps, want step %d", stop.Step, f.Steps, meets)
	}
	c.Run = nil
	before, err := Fit(cancelAfter(meets-1), set, c)
	if ClassOf(err) != Interrupted {
		t.Fatal(err)
	}
	for _, name := range f.State.Names() {
		got, _ := f.State.Get(name)
		if want, _ := before.State.Get(name); !slices.Equal(got.Numbers(), want.Numbers()) {
			t.Errorf("%s: not the values of step %d", name, meets-1)
		}
	}
	if err := run.Close(); err != nil {
		t.Fatal(err)
	}
	info, err := readInfo(disk, "run")
	if err != nil || info.State != StateFailed || !strings.Contains(info.Error, "non-finite") {
		t.Errorf("run.json: %+v, %v", info, err)
	}
}

func TestRefusedLossWritesNothing(t *testing.T) {
	j := smallJob()
	j.Loss = loss.Func(func(p, y *graph.Node) *graph.Node { return p.Round().Sub(y).Square().Mean() })
	_, err := j.Prepare()
	if ClassOf(err) != Refused || !strings.Contains(err.Error(), string(graph.CodeNotDifferentiable)) {
		t.Errorf("error %v", err)
	}
}

func TestConfigRefusals(t *testing.T) {
	set := rows(4, 1, true, func(x []float32) float32 { return xor([]float32{x[0], 1}) })
	good := Config{Objective: Supervised(classifier(1), loss.Mean(loss.BCE)), Optimizer: optim.Adam{}, Epochs: 1}
	for name, change := range map[string]func(c *Config){
		"objective":   func(c *Config) { c.Objective = nil },
		"optimizer":   func(c *Config) { c.Optimizer = nil },
		"epochs":      func(c *Config) { c.Epochs = -1 },
		"batch":       func(c *Config) { c.Batch = -1 },
		"columns":     func(c *Config) { c.Validate = rows(4, 2, true, xor) },
		"early stop":  func(c *Config) { c.EarlyStop = &EarlyStop{} },
		"metric":      func(c *Config) { c.EarlyStop = &EarlyStop{Metric: "train.f1"} },
		"input":       func(c *Config) { c.Objective = func(s *Step) *graph.Node { return s.Input("z").Mean() } },
		"report":      func(c *Config) { c.Objective = reporting(good.Objective, "y") },
		"learning":    func(c *Config) { c.Optimizer = optim.Adam{LR: -1} },
		"checkpoints": func(c *Config) { c.CheckpointEvery = -time.Second },
	} {
		c := good
		change(&c)
		if _, err := Fit(context.Background(), set, c); ClassOf(err) != Refused {
			t.Errorf("%s: error %v", name, err)
		}
	}
	if _, err := Fit(context.Background(), nil, good); ClassOf(err) != Refused {
		t.Errorf("no rows: %v", err)
	}
	fit(t, set, good)
}

// reporting reports an input of the step beside the loss.
func reporting(o Objective, input string) Objective {
	return func(s *Step) *graph.Node {
		s.Report(input, s.Input(input))
		return o(s)
	}
}

func TestReports(t *testing.T) {
	set := rows(10, 1, false, func(x []float32) float32 { return x[0] })
	base := Supervised(&nn.Dense{In: 1, Out: 1}, loss.Mean(loss.SquaredError))
	f := fit(t, set, Config{Optimizer: optim.Adam{}, Epochs: 1, Batch: 4, Validate: set, Objective: func(s *Step) *graph.Node {
		s.Report("mean_y", s.Input("y").Mean())
		return base(s)
	}})
	want := 0.0
	for _, y := range set.Y {
		want += float64(y) / 10
	}
	for part, m := range map[string]Metrics{"train": f.History[0].Train, "valid": f.History[0].Valid} {
		if got, ok := m.Get("mean_y"); !ok || !near(got, want, 1e-6) {
			t.Errorf("%s: mean_y %v, want %v", part, got, want)
		}
	}
}

// Weight k is k copies of the row, in training as in judging.
func TestWeightsCountAsCopies(t *testing.T) {
	weighted := rows(6, 1, false, func(x []float32) float32 { return 2 * x[0] })
	weighted.Weight = []float32{1, 2, 1, 3, 1, 1}
	copies := &data.Set{Width: 1, TargetWidth: 1}
	for i, w := range weighted.Weight {
		for range int(w) {
			copies.Rows++
			copies.X, copies.Y = append(copies.X, weighted.X[i]), append(copies.Y, weighted.Y[i])
		}
	}
	c := Config{Objective: Supervised(&nn.Dense{In: 1, Out: 1}, loss.WeightedMean(loss.SquaredError)), Optimizer: optim.SGD{LR: 0.1}, Epochs: 5, Batch: 99}
	a, b := fit(t, weighted, c), fit(t, copies, c)
	va, _ := a.State.Get("Dense.Weight")
	vb, _ := b.State.Get("Dense.Weight")
	if !near(float64(va.Numbers()[0]), float64(vb.Numbers()[0]), 1e-6) {
		t.Errorf("weight %v, with copies %v", va.Numbers()[0], vb.Numbers()[0])
	}
}

func TestEventsComeInOrder(t *testing.T) {
	set := rows(64, 2, true, xor)
	var epochs []int
	var last Event
	fit(t, set, Config{
		Objective: Supervised(classifier(2, 4), loss.Mean(loss.BCE)), Optimizer: optim.Adam{}, Epochs: 5, Batch: 8,
		Events: func(e Event) {
			last = e
			if e, ok := e.(*EpochEnd); ok {
				epochs = append(epochs, e.Epoch)
				time.Sleep(time.Millisecond) // a slow listener loses nothing
			}
		},
	})
	if !slices.Equal(epochs, []int{1, 2, 3, 4, 5}) {
		t.Errorf("epochs %v", epochs)
	}
	if _, ok := last.(*Done); !ok {
		t.Errorf("the last event is %T", last)
	}
}

// A step allocates nothing, but for what one in ten thousand may.
func TestStepAllocatesNothing(t *testing.T) {
	set := rows(64, 4, true, xor)
	c := Config{Objective: Supervised(classifier(4, 8), loss.Mean(loss.BCE)), Optimizer: optim.Adam{}, Batch: 8, Workers: 1}
	tr, err := newTrainer(newTableRows(set, c), c)
	if err != nil {
		t.Fatal(err)
	}
	defer tr.close()
	tr.events = newEventQueue(nil)
	tr.arrange()
	ctx := context.Background()
	allocs := testing.AllocsPerRun(200, func() {
		if tr.at.Row >= set.Rows {
			tr.at.Row = 0
			tr.arrange()
		}
		if err := tr.step(ctx); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 0 {
		t.Errorf("%v allocations a step", allocs)
	}
}
