package program

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// Training describes a step whose batch is computed in parts.
type Training struct {
	Loss    *graph.Node
	Params  []*graph.Node
	Updates func(grads []*graph.Node) []graph.Update // the optimiser's
	Reports map[string]*graph.Node                   // further scalars to compute
	Workers int
	Seed    uint64
	Reducer Reducer
}

// Accumulated is a training step over the parts of a batch that has the gradient
// of the whole batch, whatever the loss: pass 1 adds up the sums over the batch
// that the derivatives depend on, pass 2 hands the derivatives to those sums back
// through every part and adds up the parts' gradients. Losses that are a mean need
// no pass 1. Dropout draws the same numbers in both passes.
type Accumulated struct {
	taken    *taken
	first    []int    // sums that pass 1 must know
	pass1    *Program // those sums; nil if there are none
	seeds    *Program // derivatives of the loss to the sums and, apart from them, to the parameters
	pass2    *Program // gradients of a part, added to the accumulators, and all sums
	finish   *Program // loss and reports
	update   *Program
	grads    []Value // accumulators
	numbers  []float64
	backward map[string][]float32 // pass 2: the derivatives to the sums, by input
	seedOf   map[int]string       // the input of a sum's derivative
}

// NewAccumulated compiles a step. The error is a *graph.Diagnostic when parts of a
// batch cannot stand for the whole.
func NewAccumulated(state *State, c Training) (*Accumulated, error) {
	results := map[string]*graph.Node{"loss": c.Loss}
	for name, n := range c.Reports {
		results[name] = n
	}
	t, named, err := takeApart(results, c.Reducer)
	if err != nil {
		return nil, err
	}
	a := &Accumulated{taken: t, backward: map[string][]float32{}, seedOf: map[int]string{}}
	if err := a.compile(state, c, named); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *Accumulated) compile(state *State, c Training, named map[string]*graph.Node) error {
	t, g := a.taken, c.Loss.Graph()
	loss := named["loss"]
	toSums := graph.Gradient(loss, slices.Concat(t.Values, c.Params))
	toParams := toSums[len(t.Values):]
	toSums = toSums[:len(t.Values)]

	seeds := map[string]*graph.Node{}
	var outs, into []*graph.Node
	for i, d := range toSums {
		if d == nil {
			continue
		}
		seeds[sumName(i)] = d
		in := g.Input(g.Unique("batch seed"), t.Sums[i].Shape(), graph.Unknown)
		name, _ := in.InputName()
		a.seedOf[i] = name
		a.backward[name] = make([]float32, graph.Size(in.Shape().At(1)))
		outs, into = append(outs, t.Sums[i]), append(into, in)
	}
	part := graph.Backward(outs, into, c.Params)
	accumulators, adding := accumulators(g, c.Params, part)
	a.first = dependsOn(t.Values, slices.Concat(toSums, toParams))

	whole := make([]*graph.Node, len(c.Params))
	for i, acc := range accumulators {
		whole[i] = acc
		if toParams[i] != nil { // a penalty on the weights counts once, not once a part
			whole[i] = acc.Add(toParams[i])
		}
	}
	updates := c.Updates(whole)
	if err := g.Diagnostics().Err(); err != nil {
		return err
	}
	for _, u := range updates {
		if err := state.Add(u.Param); err != nil {
			return err
		}
	}
	if err := state.Add(accumulators...); err != nil {
		return err
	}
	return a.programs(state, c, programs{named, seeds, part, adding, whole, updates, accumulators})
}

// programs are the nodes that the five programs compute.
type programs struct {
	named, seeds map[string]*graph.Node
	part         []*graph.Node
	adding       []graph.Update
	whole        []*graph.Node
	updates      []graph.Update
	accumulators []*graph.Node
}

func (a *Accumulated) programs(state *State, c Training, n programs) (err error) {
	t := a.taken
	if a.finish, err = Compile(state, Spec{Outputs: n.named, Workers: c.Workers}); err != nil {
		return err
	}
	if a.pass1, err = compileSums(state, t, a.first, nil, c.Seed, a.finish); err != nil {
		return err
	}
	if a.seeds, err = Compile(state, Spec{Outputs: n.seeds, Share: a.finish}); err != nil {
		return err
	}
	outputs := map[string]*graph.Node{}
	for i, s := range t.Sums {
		outputs[sumName(i)] = s
	}
	guard := slices.DeleteFunc(slices.Concat(n.part, t.Sums), func(n *graph.Node) bool { return n == nil })
	if a.pass2, err = Compile(state, Spec{Outputs: outputs, Updates: n.adding, Guard: guard, Share: a.finish, Seed: c.Seed}); err != nil {
		return err
	}
	if a.update, err = Compile(state, Spec{Updates: n.updates, Guard: n.whole, Share: a.finish}); err != nil {
		return err
	}
	for _, acc := range n.accumulators {
		p, _ := acc.Param()
		v, _ := state.Get(p.Name)
		a.grads = append(a.grads, v)
	}
	return nil
}

// accumulators declares a frozen parameter for each gradient, and the update that
// adds a part's gradient to it.
func accumulators(g *graph.Graph, params, grads []*graph.Node) (acc []*graph.Node, adding []graph.Update) {
	for i, n := range params {
		p, _ := n.Param()
		a := g.Param(graph.Param{Name: "gradient/" + p.Name, Shape: p.Shape, Frozen: true})
		acc = append(acc, a)
		if grads[i] != nil {
			adding = append(adding, graph.Update{Param: a, Value: a.Add(grads[i])})
		}
	}
	return acc, adding
}

// dependsOn returns which of the values any of the nodes is computed from.
func dependsOn(values, nodes []*graph.Node) []int {
	below := graph.Reachable(slices.DeleteFunc(slices.Clone(nodes), func(n *graph.Node) bool { return n == nil })...)
	var out []int
	for i, v := range values {
		if slices.Contains(below, v) {
			out = append(out, i)
		}
	}
	return out
}

// Run takes one optimiser step on a batch of rows rows, given in parts, each with
// that step's number. On a *NonFinite error no parameter has changed.
func (a *Accumulated) Run(ctx context.Context, rows int, step int64, parts Parts) error {
	t := a.taken
	t.begin(rows)
	if err := t.add(ctx, a.pass1, parts, a.first, nothingBeside); err != nil {
		return err
	}
	if err := a.seeds.Run(ctx, Batch{Rows: 1, Step: step, Inputs: t.inputs}); err != nil {
		return err
	}
	a.spreadSeeds()
	for _, total := range t.totals {
		clear(total)
	}
	for _, v := range a.grads {
		clear(v.data)
	}
	err := t.add(ctx, a.pass2, func(i int) (Batch, bool) {
		b, ok := parts(i)
		for name, seed := range a.backward {
			if ok {
				b.Inputs[name] = seed
			}
		}
		return b, ok
	}, all(t.Sums), nothingBeside)
	if err != nil {
		return err
	}
	if err := a.addUpGradients(ctx); err != nil {
		return err
	}
	if err := a.finish.Run(ctx, Batch{Rows: 1, Step: step, Inputs: t.inputs}); err != nil {
		return err
	}
	if loss := a.Result("loss"); math.IsNaN(loss) || math.IsInf(loss, 0) {
		return &NonFinite{Op: "loss", Pos: a.finish.spec.Outputs["loss"].Pos(), Step: step, Value: float32(loss)}
	}
	return a.update.Run(ctx, Batch{Rows: 1, Step: step, Inputs: t.inputs})
}

// spreadSeeds copies the derivatives to the sums to where pass 2 reads them.
func (a *Accumulated) spreadSeeds() {
	for i, name := range a.seedOf {
		copy(a.backward[name], a.seeds.Output(sumName(i)))
	}
}

// addUpGradients adds the gradients of all workers.
func (a *Accumulated) addUpGradients(ctx context.Context) error {
	if a.taken.reducer == nil {
		return nil
	}
	for _, v := range a.grads {
		a.numbers = a.numbers[:0]
		for _, x := range v.data {
			a.numbers = append(a.numbers, float64(x))
		}
		if err := a.taken.reducer.AddUp(ctx, a.numbers); err != nil {
			return err
		}
		for i, x := range a.numbers {
			v.data[i] = float32(x)
		}
	}
	return nil
}

// Result returns the loss or a report of the last step.
func (a *Accumulated) Result(name string) float64 { return float64(a.finish.Output(name)[0]) }

// Close ends the workers.
func (a *Accumulated) Close() {
	if a.finish != nil {
		a.finish.Close()
	}
}

// Peak returns the memory in bytes of a step whose parts have that many rows at
// most, parameters included, inputs not.
func (a *Accumulated) Peak(rows int) (int64, error) {
	var total int64
	for _, p := range []*Program{a.pass1, a.pass2} {
		if p == nil {
			continue
		}
		n, err := p.Peak(rows)
		if err != nil {
			return 0, err
		}
		total += n - p.state.Bytes()
	}
	for _, p := range []*Program{a.seeds, a.finish, a.update} {
		n, err := p.Peak(1)
		if err != nil {
			return 0, err
		}
		total += n - p.state.Bytes()
	}
	return total + a.finish.state.Bytes(), nil
}

// Describe is [Program.Describe] for the passes over a part of that many rows, and
// the update.
func (a *Accumulated) Describe(rows int, timed bool) (string, error) {
	var b strings.Builder
	for _, p := range []struct {
		title   string
		program *Program
		rows    int
	}{{"first pass", a.pass1, rows}, {"second pass", a.pass2, rows}, {"update", a.update, 1}} {
		if p.program == nil {
			continue
		}
		made, err := p.program.Describe(p.rows, timed)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "%s: %s", p.title, made)
	}
	return b.String(), nil
}
