package program

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/descent-ml/descent/graph"
)

// mlp is a dense net with hidden ReLU layers, a sigmoid head, binary cross entropy
// and Adam, written out in graph ops.
func mlp(dims ...int) (loss *graph.Node, grads []*graph.Node, updates []graph.Update) {
	g := graph.New(graph.Training)
	h := g.Input("x", graph.Rows(dims[0]), graph.Unknown)
	y := g.Input("y", graph.Rows(1), graph.Range{Interval: graph.Within(0, 1), Tag: graph.Label})
	for i := range dims[1:] {
		name := string(rune('a' + i))
		w := g.Param(graph.Param{Name: name + ".Weight", Shape: []int{dims[i], dims[i+1]}, Init: normal{1 / math.Sqrt(float64(dims[i]))}})
		b := g.Param(graph.Param{Name: name + ".Bias", Shape: []int{dims[i+1]}, Init: normal{0}})
		h = h.MatMul(w).Add(b)
		if i < len(dims)-2 {
			h = h.Relu()
		}
	}
	p := h.Sigmoid()
	proof := graph.Prove(y.XLogY(p).Add(y.OneMinus().XLogY(p.OneMinus())).Neg().Mean())
	for i, w := range proof.Params {
		updates = append(updates, adam(g, w, proof.Grads[i])...)
	}
	return proof.Loss, proof.Grads, updates
}

func adam(g *graph.Graph, w, grad *graph.Node) []graph.Update {
	p, _ := w.Param()
	m := g.Param(graph.Param{Name: "m/" + p.Name, Shape: p.Shape, Frozen: true})
	v := g.Param(graph.Param{Name: "v/" + p.Name, Shape: p.Shape, Frozen: true})
	rate := g.Scheduled("rate", func(t int64) float64 { return 1e-3 / (1 - math.Pow(0.9, float64(t))) })
	root := g.Scheduled("root", func(t int64) float64 { return 1 / math.Sqrt(1-math.Pow(0.999, float64(t))) })
	m1 := m.Scale(0.9).Add(grad.Scale(0.1))
	v1 := v.Scale(0.999).Add(grad.Square().Scale(0.001))
	w1 := w.Sub(m1.Mul(rate).Div(v1.Sqrt().Mul(root).Shift(1e-8)))
	return []graph.Update{{Param: m, Value: m1}, {Param: v, Value: v1}, {Param: w, Value: w1}}
}

// rows makes separable data.
func rows(n, width int) map[string][]float32 {
	r := rand.New(rand.NewPCG(1, 1))
	x, y := make([]float32, n*width), make([]float32, n)
	for i := range y {
		sum := 0.0
		for j := range width {
			v := r.NormFloat64()
			x[i*width+j] = float32(v)
			sum += v * math.Sin(float64(j))
		}
		if sum > 0 {
			y[i] = 1
		}
	}
	return map[string][]float32{"x": x, "y": y}
}

func trained(t testing.TB, workers, steps int, inputs map[string][]float32, dims ...int) (*Program, *State, []float32) {
	loss, grads, updates := mlp(dims...)
	state := NewState(3)
	p, err := Compile(state, Spec{
		Outputs: map[string]*graph.Node{"loss": loss}, Updates: updates,
		Guard: append(grads, loss), Workers: workers,
	})
	if err != nil {
		t.Fatal(err)
	}
	p.pool.Eager = true
	losses := make([]float32, steps)
	for s := range losses {
		if err := p.Run(context.Background(), Batch{Rows: len(inputs["y"]), Step: int64(s + 1), Inputs: inputs}); err != nil {
			t.Fatal(err)
		}
		losses[s] = p.Output("loss")[0]
	}
	return p, state, losses
}

func hash(s *State) [32]byte {
	h := sha256.New()
	for _, name := range s.Names() {
		v, _ := s.Get(name)
		binary.Write(h, binary.LittleEndian, v.Numbers())
	}
	return [32]byte(h.Sum(nil))
}

// TestTrainingStep trains a net: the loss falls, the gradients are those of the
// float64 reference, and any number of workers leaves the same bits.
func TestTrainingStep(t *testing.T) {
	inputs := rows(64, 10)
	var want [32]byte
	for i, workers := range []int{1, 2, 3, 7, 16} {
		p, state, losses := trained(t, workers, 60, inputs, 10, 40, 33, 1)
		p.Close()
		if losses[59] > losses[0]/2 {
			t.Errorf("loss went from %v to %v", losses[0], losses[59])
		}
		if h := hash(state); i == 0 {
			want = h
		} else if h != want {
			t.Errorf("%d workers leave other bits than 1", workers)
		}
	}
}

// TestManyRows holds the same for products whose tasks go along the panels first.
func TestManyRows(t *testing.T) {
	inputs := rows(333, 10)
	var want [32]byte
	for i, workers := range []int{1, 2, 3, 7, 16} {
		p, state, _ := trained(t, workers, 5, inputs, 10, 72, 33, 1)
		p.Close()
		if h := hash(state); i == 0 {
			want = h
		} else if h != want {
			t.Errorf("%d workers leave other bits than 1", workers)
		}
	}
}

// TestBusyCores holds the same while something else keeps every core busy, so that
// workers come late to their meetings in ever other ways.
func TestBusyCores(t *testing.T) {
	var stop atomic.Bool
	var busy sync.WaitGroup
	for range 2 * runtime.GOMAXPROCS(0) {
		busy.Go(func() {
			for !stop.Load() {
			}
		})
	}
	defer busy.Wait()
	defer stop.Store(true)
	inputs := rows(64, 10)
	var want [32]byte
	for i, workers := range []int{1, 2, 3, 7} {
		p, state, _ := trained(t, workers, 4, inputs, 10, 40, 33, 1)
		p.Close()
		if h := hash(state); i == 0 {
			want = h
		} else if h != want {
			t.Errorf("%d workers leave other bits than 1", workers)
		}
	}
}

// TestSharedArena holds that runs with other numbers of rows in between change no
// result, and that all plans share the memory of the largest.
func TestSharedArena(t *testing.T) {
	loss, _, _ := mlp(10, 40, 1)
	p, err := Compile(NewState(3), Spec{Outputs: map[string]*graph.Node{"loss": loss}, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.pool.Eager = true
	run := func(n int) float32 {
		if err := p.Run(context.Background(), Batch{Rows: n, Step: 1, Inputs: rows(n, 10)}); err != nil {
			t.Fatal(err)
		}
		return p.Output("loss")[0]
	}
	want := map[int]float32{}
	for _, n := range []int{20, 5, 64, 1, 20, 64, 5, 1} {
		got := run(n)
		if w, seen := want[n]; seen && got != w {
			t.Errorf("%d rows: loss %v, at first %v", n, got, w)
		}
		want[n] = got
	}
	if got, want := len(p.arena), p.machines[64].Plan().ArenaLen; got != want {
		t.Errorf("an arena of %d floats, the largest plan needs %d", got, want)
	}
}

// TestDescribe holds that timing counts every step of the plan, changes what a step
// changes.
func TestDescribe(t *testing.T) {
	p, state, _ := trained(t, 2, 2, rows(64, 10), 10, 40, 1)
	defer p.Close()
	before := hash(state)
	plain, err := p.Describe(64, false)
	if err != nil {
		t.Fatal(err)
	}
	if hash(state) != before || strings.Contains(plain, "µs") {
		t.Error("a plan without times was run")
	}
	timed, err := p.Describe(64, true)
	if err != nil {
		t.Fatal(err)
	}
	steps := 0
	for _, line := range strings.Split(plain, "\n") {
		if strings.HasPrefix(line, "   ") {
			steps++
		}
	}
	if got := strings.Count(timed, "µs"); got != steps+1 {
		t.Errorf("%d times for %d steps and their sum:\n%s", got, steps, timed)
	}
	if hash(state) == before {
		t.Error("the timed steps updated nothing")
	}
}

// TestGradientsAgainstReference compares the engine's gradients of a net with the
// reference's.
func TestGradientsAgainstReference(t *testing.T) {
	for _, widths := range [][]int{{10, 40, 33, 1}, {10, 128, 256, 128, 1}} { // the second one's rows are padded
		t.Run(fmt.Sprint(widths), func(t *testing.T) { checkGradients(t, widths) })
	}
}

func checkGradients(t *testing.T, widths []int) {
	inputs := rows(37, 10)
	_, grads, _ := mlp(widths...)
	g := grads[0].Graph()
	outputs := map[string]*graph.Node{}
	for i, p := range g.Trainable() {
		d, _ := p.Param()
		outputs[d.Name] = grads[i]
	}
	state := NewState(3)
	p, err := Compile(state, Spec{Outputs: outputs, Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	if err := p.Run(context.Background(), Batch{Rows: 37, Step: 1, Inputs: inputs}); err != nil {
		t.Fatal(err)
	}
	for name, n := range outputs {
		t.Run(name, func(t *testing.T) { compare(t, g, state, n, 37, inputs, p.Output(name)) })
	}
}

// TestNonFinite holds that a step that would spoil the weights is not taken, and
// is named.
func TestNonFinite(t *testing.T) {
	inputs := rows(8, 10)
	p, state, _ := trained(t, 2, 5, inputs, 10, 16, 1)
	defer p.Close()
	before := hash(state)
	inputs["x"][13] = float32(math.Inf(1))
	err := p.Run(context.Background(), Batch{Rows: 8, Step: 6, Inputs: inputs})
	var bad *NonFinite
	if !errors.As(err, &bad) {
		t.Fatalf("got %v, want a *NonFinite", err)
	}
	if bad.Step != 6 || bad.Param != "a.Weight" || bad.Pos.Line == 0 {
		t.Errorf("got %+v", bad)
	}
	if hash(state) != before {
		t.Error("the weights changed in a step that was not finite")
	}
	inputs["x"][13] = 0
	if err := p.Run(context.Background(), Batch{Rows: 8, Step: 6, Inputs: inputs}); err != nil {
		t.Errorf("after a stopped step: %v", err)
	}
}

// TestSteadyState holds that a run allocates nothing once its plan is made.
func TestSteadyState(t *testing.T) {
	inputs := rows(64, 10)
	p, _, _ := trained(t, 2, 2, inputs, 10, 40, 1)
	defer p.Close()
	ctx, b := context.Background(), Batch{Rows: 64, Step: 3, Inputs: inputs}
	if n := testing.AllocsPerRun(50, func() {
		if err := p.Run(ctx, b); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a step", n)
	}
}

func BenchmarkStep(b *testing.B) {
	for _, size := range []int{64, 1024} {
		for _, workers := range []int{1, 2} {
			b.Run(map[int]string{64: "batch=64", 1024: "batch=1024"}[size]+map[int]string{1: "/workers=1", 2: "/workers=2"}[workers], func(b *testing.B) {
				inputs := rows(size, 32)
				p, _, _ := trained(b, workers, 3, inputs, 32, 256, 256, 1)
				defer p.Close()
				b.ReportAllocs()
				for i := 0; b.Loop(); i++ {
					if err := p.Run(context.Background(), Batch{Rows: size, Step: int64(i + 4), Inputs: inputs}); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
