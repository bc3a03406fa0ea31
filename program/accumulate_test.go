package program

import (
	"context"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/descent-ml/descent/graph"
)

// softF1 is one minus the F1 of expected counts: a loss that no mean over parts
// can give.
func softF1(p, y *graph.Node) *graph.Node {
	tp := p.Mul(y).Sum()
	return tp.Scale(2).Div(p.Sum().Add(y.Sum())).OneMinus()
}

func squares(p, y *graph.Node) *graph.Node { return p.Sub(y).Square().Mean() }

// stepper is a net with dropout that takes one step of gradient descent.
type stepper struct {
	loss    *graph.Node
	params  []*graph.Node
	grads   []*graph.Node
	updates func(grads []*graph.Node) []graph.Update
	state   *State
}

func newStepper(loss func(p, y *graph.Node) *graph.Node) *stepper {
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(10), graph.Unknown)
	y := g.Input("y", graph.Rows(1), graph.Unknown)
	w := g.Param(graph.Param{Name: "a", Shape: []int{10, 16}, Init: normal{0.3}})
	v := g.Param(graph.Param{Name: "b", Shape: []int{16, 1}, Init: normal{0.3}})
	h := x.MatMul(w).Relu()
	kept := g.Random("dropout", graph.StandardUniform, h.Shape()).Greater(g.Const(0.3))
	p := h.Mul(kept.Cast(graph.Float)).MatMul(v).Sigmoid()
	s := &stepper{params: []*graph.Node{w, v}}
	s.loss = graph.Rewrite(loss(p, y).Add(v.Square().Sum().Scale(0.01)))[0]
	s.grads = graph.Gradient(s.loss, s.params)
	s.updates = func(grads []*graph.Node) (out []graph.Update) {
		for i, p := range s.params {
			out = append(out, graph.Update{Param: p, Value: p.Sub(grads[i].Scale(0.5))})
		}
		return out
	}
	s.state = NewState(2, s.params...)
	return s
}

// parts cuts rows into pieces of the given sizes.
func parts(inputs map[string][]float32, step int64, sizes ...int) Parts {
	maps := make([]map[string][]float32, len(sizes))
	at := 0
	first := make([]int, len(sizes))
	for i, n := range sizes {
		maps[i] = map[string][]float32{"x": inputs["x"][at*10 : (at+n)*10], "y": inputs["y"][at : at+n]}
		first[i] = at
		at += n
	}
	return func(i int) (Batch, bool) {
		if i >= len(sizes) {
			return Batch{}, false
		}
		return Batch{Rows: sizes[i], Step: step, FirstRow: first[i], Inputs: maps[i]}, true
	}
}

// TestAccumulated holds that steps over parts of a batch are those of the whole
// batch, with dropout on, to float32's rounding.
func TestAccumulated(t *testing.T) {
	const rowCount, steps = 37, 5
	inputs := rows(rowCount, 10)
	for name, loss := range map[string]func(p, y *graph.Node) *graph.Node{"mean": squares, "soft F1": softF1} {
		for _, sizes := range [][]int{{37}, {1, 36}, {10, 10, 10, 7}} {
			t.Run(fmt.Sprint(name, sizes), func(t *testing.T) {
				whole := newStepper(loss)
				p, err := Compile(whole.state, Spec{Outputs: map[string]*graph.Node{"loss": whole.loss}, Updates: whole.updates(whole.grads), Workers: 2, Seed: 9})
				if err != nil {
					t.Fatal(err)
				}
				defer p.Close()
				cut := newStepper(loss)
				a, err := NewAccumulated(cut.state, Training{Loss: cut.loss, Params: cut.params, Updates: cut.updates, Workers: 2, Seed: 9})
				if err != nil {
					t.Fatal(err)
				}
				defer a.Close()
				if mean := name == "mean"; mean != (a.pass1 == nil) {
					t.Errorf("a first pass: %v", a.pass1 != nil)
				}
				for step := range int64(steps) {
					if err := p.Run(context.Background(), Batch{Rows: rowCount, Step: step + 1, Inputs: inputs}); err != nil {
						t.Fatal(err)
					}
					if err := a.Run(context.Background(), rowCount, step+1, parts(inputs, step+1, sizes...)); err != nil {
						t.Fatal(err)
					}
					if got, want := a.Result("loss"), float64(p.Output("loss")[0]); math.Abs(got-want) > 2e-6*math.Abs(want) {
						t.Errorf("step %d: loss %v, of the whole batch %v", step, got, want)
					}
				}
				for _, name := range []string{"a", "b"} {
					got, _ := cut.state.Get(name)
					want, _ := whole.state.Get(name)
					for i := range want.Numbers() {
						if d := math.Abs(float64(got.Numbers()[i] - want.Numbers()[i])); d > 2e-6 {
							t.Fatalf("%s[%d] differs by %g after %d steps", name, i, d, steps)
						}
					}
				}
			})
		}
	}
}

// TestAccumulatedWorkers holds that the number of workers changes no bit.
func TestAccumulatedWorkers(t *testing.T) {
	inputs := rows(40, 10)
	var want [32]byte
	for i, workers := range []int{1, 2, 7} {
		s := newStepper(softF1)
		a, err := NewAccumulated(s.state, Training{Loss: s.loss, Params: s.params, Updates: s.updates, Workers: workers, Seed: 9})
		if err != nil {
			t.Fatal(err)
		}
		a.finish.pool.Eager = true
		for step := range int64(3) {
			if err := a.Run(context.Background(), 40, step+1, parts(inputs, step+1, 16, 16, 8)); err != nil {
				t.Fatal(err)
			}
		}
		a.Close()
		if h := hash(s.state); i == 0 {
			want = h
		} else if h != want {
			t.Errorf("%d workers leave other bits", workers)
		}
	}
}

// TestAccumulatedNonFinite holds that a value that is not finite in any part stops
// the step before a weight moves.
func TestAccumulatedNonFinite(t *testing.T) {
	inputs := rows(40, 10)
	s := newStepper(softF1)
	a, err := NewAccumulated(s.state, Training{Loss: s.loss, Params: s.params, Updates: s.updates, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	before, _ := s.state.Get("a")
	kept := append([]float32(nil), before.Numbers()...)
	inputs["x"][399] = float32(math.NaN())
	var bad *NonFinite
	if err := a.Run(context.Background(), 40, 1, parts(inputs, 1, 16, 16, 8)); !errors.As(err, &bad) {
		t.Fatalf("got %v, want a *NonFinite", err)
	}
	for i, v := range before.Numbers() {
		if v != kept[i] {
			t.Fatal("a weight moved")
		}
	}
}

// halves is one of two workers: what it adds is what the other has as well.
type halves struct{ calls int }

func (h *halves) AddUp(ctx context.Context, numbers []float64) error {
	h.calls++
	for i := range numbers {
		numbers[i] *= 2
	}
	return nil
}

// TestReducer holds that two workers with equal rows take the step of both halves.
func TestReducer(t *testing.T) {
	half := rows(12, 10)
	twice := map[string][]float32{"x": append(append([]float32(nil), half["x"]...), half["x"]...), "y": append(append([]float32(nil), half["y"]...), half["y"]...)}
	run := func(inputs map[string][]float32, r Reducer, sizes ...int) (float64, *State) {
		s := newStepper(softF1)
		a, err := NewAccumulated(s.state, Training{Loss: s.loss, Params: s.params, Updates: s.updates, Workers: 1, Reducer: r})
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		p := parts(inputs, 1, sizes...)
		same := func(i int) (Batch, bool) { // both halves draw the same dropout
			b, ok := p(i)
			b.FirstRow = 0
			return b, ok
		}
		if err := a.Run(context.Background(), 24, 1, same); err != nil {
			t.Fatal(err)
		}
		return a.Result("loss"), s.state
	}
	h := &halves{}
	gotLoss, got := run(half, h, 12)
	wantLoss, want := run(twice, nil, 12, 12)
	if gotLoss != wantLoss || h.calls == 0 {
		t.Errorf("loss %v with a reducer, %v on all rows", gotLoss, wantLoss)
	}
	for _, name := range []string{"a", "b"} {
		g, _ := got.Get(name)
		w, _ := want.Get(name)
		for i := range w.Numbers() {
			if math.Abs(float64(g.Numbers()[i]-w.Numbers()[i])) > 1e-6 {
				t.Fatalf("%s[%d]: %v and %v", name, i, g.Numbers()[i], w.Numbers()[i])
			}
		}
	}
}

// TestSummed holds that scalars of a whole part follow from pieces of it.
func TestSummed(t *testing.T) {
	inputs := rows(53, 10)
	s := newStepper(softF1)
	results := map[string]*graph.Node{"loss": s.loss}
	sum, err := NewSummed(s.state, results, nil, 2, 9, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer sum.Close()
	whole, err := Compile(s.state, Spec{Outputs: results, Workers: 1, Seed: 9})
	if err != nil {
		t.Fatal(err)
	}
	defer whole.Close()
	if err := whole.Run(context.Background(), Batch{Rows: 53, Step: 1, Inputs: inputs}); err != nil {
		t.Fatal(err)
	}
	if err := sum.Run(context.Background(), 53, parts(inputs, 1, 20, 20, 13)); err != nil {
		t.Fatal(err)
	}
	if got, want := sum.Result("loss"), float64(whole.Output("loss")[0]); math.Abs(got-want) > 1e-6 {
		t.Errorf("%v from pieces, %v at once", got, want)
	}
}
