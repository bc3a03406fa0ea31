package plan

import (
	"testing"
	"time"

	"github.com/sebdah/goldie/v2"
	"pgregory.net/rapid"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// layout gives parameters places one after the other, as a state does.
func layout(nodes []*graph.Node) Layout {
	type span struct{ off, n int }
	places := map[string]span{}
	at := 0
	for _, n := range nodes {
		if p, ok := n.Param(); ok {
			places[p.Name] = span{at, graph.Size(p.Shape)}
			at += (graph.Size(p.Shape) + align - 1) / align * align
		}
	}
	return func(name string) (int, int, bool) {
		s, ok := places[name]
		return s.off, s.n, ok
	}
}

func build(t interface{ Fatal(...any) }, rows int, outputs map[string]*graph.Node, guard []*graph.Node, updates []graph.Update) *Plan {
	var roots []*graph.Node
	for _, n := range outputs {
		roots = append(roots, n)
	}
	for _, u := range updates {
		roots = append(roots, u.Param, u.Value)
	}
	p, err := Build(Spec{
		Rows: rows, Outputs: outputs, Guard: guard, Updates: updates,
		Params: layout(graph.Reachable(roots...)), Kernels: kernel.Reference(),
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// net is a dense net with its loss, gradients and updates by gradient descent.
func net(widths ...int) (loss *graph.Node, grads []*graph.Node, updates []graph.Update) {
	g := graph.New(graph.Training)
	defer g.At(graph.Position{File: "net.py", Line: 1, Col: 1})()
	h := g.Input("x", graph.Rows(widths[0]), graph.Unknown)
	y := g.Input("y", graph.Rows(1), graph.Unknown)
	for i := range widths[1:] {
		name := string(rune('a' + i))
		leave := g.Enter(graph.Scope{Name: "Dense[" + name + "]", Layer: true})
		h = h.MatMul(g.Param(graph.Param{Name: name + ".Weight", Shape: []int{widths[i], widths[i+1]}}))
		h = h.Add(g.Param(graph.Param{Name: name + ".Bias", Shape: []int{widths[i+1]}}))
		if i < len(widths)-2 {
			h = h.Relu()
		}
		leave()
	}
	p := h.Sigmoid()
	loss = graph.Rewrite(y.XLogY(p).Add(y.OneMinus().XLogY(p.OneMinus())).Neg().Mean())[0]
	params := g.Trainable()
	grads = graph.Gradient(loss, params)
	for i, w := range params {
		updates = append(updates, graph.Update{Param: w, Value: w.Sub(grads[i].Scale(0.1))})
	}
	return loss, grads, updates
}

// timed prints a plan whose steps took 1, 2, 3 ... µs on a thread of 1 GFLOP/s.
func timed(p *Plan) string {
	t := Timing{Peak: 1e9}
	took := time.Duration(0)
	for _, steps := range p.Stages {
		var times []time.Duration
		for range steps {
			took += time.Microsecond
			times = append(times, took)
		}
		t.Steps = append(t.Steps, times)
	}
	return p.Timed(t)
}

// TestGolden holds the plans of a prediction and of a training step, as printed.
func TestGolden(t *testing.T) {
	loss, grads, updates := net(3, 64, 32, 1)
	g := goldie.New(t)
	g.Assert(t, "predict", []byte(build(t, 64, map[string]*graph.Node{"loss": loss}, nil, nil).String()))
	g.Assert(t, "train", []byte(build(t, 64, map[string]*graph.Node{"loss": loss}, append(grads, loss), updates).String()))
	g.Assert(t, "train-timed", []byte(timed(build(t, 64, map[string]*graph.Node{"loss": loss}, append(grads, loss), updates))))
	g.Assert(t, "train-one-row", []byte(build(t, 1, map[string]*graph.Node{"loss": loss}, append(grads, loss), updates).String()))
}

// TestUpdatesInPlace holds that new parameter values need no memory of their own
// when nothing reads the old ones afterwards.
func TestUpdatesInPlace(t *testing.T) {
	loss, grads, updates := net(3, 8, 1)
	p := build(t, 16, map[string]*graph.Node{"loss": loss}, append(grads, loss), updates)
	written := 0
	for _, steps := range p.Stages[p.Updates:] {
		for _, s := range steps {
			if _, ok := s.Do.(*Move); ok {
				t.Errorf("a parameter is copied: %s", subject(s.Node))
			}
			for _, r := range s.Outs {
				if r.Base == Params {
					written++
				}
			}
		}
	}
	if written != len(updates) {
		t.Errorf("%d parameters are written in place, want %d", written, len(updates))
	}
}

// TestSwappedUpdates holds that two parameters may exchange their values.
func TestSwappedUpdates(t *testing.T) {
	g := graph.New(graph.Training)
	a := g.Param(graph.Param{Name: "a", Shape: []int{4}})
	b := g.Param(graph.Param{Name: "b", Shape: []int{4}})
	p := build(t, 1, nil, nil, []graph.Update{{Param: a, Value: b.Shift(1)}, {Param: b, Value: a.Shift(1)}})
	// Both sums read old values, so at most one may be written in place, and only
	// after the other was computed.
	var order []string
	for _, steps := range p.Stages {
		for _, s := range steps {
			for _, r := range s.Outs {
				order = append(order, r.String())
			}
		}
	}
	if last := p.Stages[len(p.Stages)-1]; len(last) == 0 || last[0].Do.Kind() != "move" {
		t.Errorf("no copy at the end: %v", order)
	}
}

// TestBuffersDoNotOverlap draws sizes and lifetimes and checks the allocator's
// promise.
func TestBuffersDoNotOverlap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		stages := rapid.IntRange(1, 8).Draw(t, "stages")
		b := &builder{plan: &Plan{Stages: make([][]Step, stages), Outputs: map[string]Ref{}}}
		type life struct {
			ref         *Ref
			first, last int
		}
		var lives []life
		for range rapid.IntRange(1, 20).Draw(t, "buffers") {
			r := b.newBuffer(rapid.IntRange(1, 100).Draw(t, "len"))
			first := rapid.IntRange(0, stages-1).Draw(t, "first")
			last := rapid.IntRange(first, stages-1).Draw(t, "last")
			w := &Move{Src: r, Dst: r}
			b.plan.Stages[first] = append(b.plan.Stages[first], Step{Do: w})
			b.plan.Stages[last] = append(b.plan.Stages[last], Step{Do: &Fill{Dst: r}})
			lives = append(lives, life{&w.Dst, first, last})
		}
		b.allocate()
		for i, x := range lives {
			if x.ref.Base != Arena || x.ref.Off+x.ref.Len > b.plan.ArenaLen {
				t.Fatalf("%v lies outside an arena of %d", *x.ref, b.plan.ArenaLen)
			}
			for _, y := range lives[:i] {
				together := x.first <= y.last && y.first <= x.last
				apart := x.ref.Off+x.ref.Len <= y.ref.Off || y.ref.Off+y.ref.Len <= x.ref.Off
				if together && !apart {
					t.Fatalf("%v and %v live at the same time", *x.ref, *y.ref)
				}
			}
		}
	})
}
