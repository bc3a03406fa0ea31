package program

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/descent-ml/descent/graph"
)

// Reducer adds numbers over several workers, each of which sees a part of the
// batch: on return every worker's numbers are the sum of all, and the same bits for
// each, so that all take the same step. Every worker makes the same calls in the same
// order. One that fails makes no more of them: AddUp of the others must then fail too,
// for instance because their context is cancelled. One process needs no Reducer.
type Reducer interface {
	AddUp(ctx context.Context, numbers []float64) error
}

// Parts gives the parts of a batch by number: Next(0), Next(1), ... until false.
// It is gone through more than once and must give the same parts each time.
// FirstRow of a part is filled in by the caller of Parts.
type Parts func(i int) (Batch, bool)

// Summed computes scalars of a whole batch from its parts, with the memory of one
// part: the sums over the batch are added up in float64, then the scalars follow
// from them.
type Summed struct {
	sums   *Program
	finish *Program
	taken  *taken
}

// taken is results taken apart, with what every part and the finish are fed.
type taken struct {
	graph.BatchSums
	totals  [][]float64
	inputs  map[string][]float32 // of the finish: values and counts
	reducer Reducer
}

// NewSummed compiles scalars, by name. The error is a *graph.Diagnostic when parts
// of a batch cannot stand for the whole in them. What is computed beside them of each
// part, by name, is for [Summed.RunEach].
func NewSummed(state *State, results, beside map[string]*graph.Node, workers int, seed uint64, r Reducer) (*Summed, error) {
	t, named, err := takeApart(results, r)
	if err != nil {
		return nil, err
	}
	s := &Summed{taken: t}
	if s.finish, err = Compile(state, Spec{Outputs: named, Workers: workers}); err != nil {
		return nil, err
	}
	if s.sums, err = compileSums(state, t, all(t.Sums), beside, seed, s.finish); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Run adds up the parts. Results then holds the scalars of rows rows.
func (s *Summed) Run(ctx context.Context, rows int, parts Parts) error {
	return s.RunEach(ctx, rows, parts, nothingBeside)
}

// RunEach is Run; after each part, each gets its number and what was computed beside the
// scalars, which is valid until it returns.
func (s *Summed) RunEach(ctx context.Context, rows int, parts Parts, each func(part int, beside func(name string) []float32)) error {
	s.taken.begin(rows)
	if err := s.taken.add(ctx, s.sums, parts, all(s.taken.Sums), each); err != nil {
		return err
	}
	return s.finish.Run(ctx, Batch{Rows: 1, Inputs: s.taken.inputs})
}

// Result returns a scalar of the last run.
func (s *Summed) Result(name string) float64 { return float64(s.finish.Output(name)[0]) }

// Peak returns the memory in bytes of parts of that many rows, parameters included.
func (s *Summed) Peak(rows int) (int64, error) {
	if s.sums == nil {
		return s.finish.Peak(1)
	}
	return s.sums.Peak(rows)
}

// Close ends the workers.
func (s *Summed) Close() { s.finish.Close() }

func takeApart(results map[string]*graph.Node, r Reducer) (*taken, map[string]*graph.Node, error) {
	names := slices.Sorted(maps.Keys(results))
	roots := make([]*graph.Node, len(names))
	for i, name := range names {
		roots[i] = results[name]
	}
	sums, refusal := graph.SumsOverBatch(roots...)
	if refusal != nil {
		return nil, nil, refusal
	}
	t := &taken{BatchSums: *sums, inputs: map[string][]float32{}, reducer: r}
	for _, v := range t.Values {
		n := graph.Size(v.Shape().At(1))
		t.totals = append(t.totals, make([]float64, n))
		name, _ := v.InputName()
		t.inputs[name] = make([]float32, n)
	}
	for _, c := range t.Counts {
		name, _ := c.Input.InputName()
		t.inputs[name] = make([]float32, 1)
	}
	named := map[string]*graph.Node{}
	for i, name := range names {
		named[name] = sums.Results[i]
	}
	return t, named, nil
}

func all(nodes []*graph.Node) []int {
	list := make([]int, len(nodes))
	for i := range list {
		list[i] = i
	}
	return list
}

func sumName(i int) string                           { return fmt.Sprintf("sum %d", i) }
func nothingBeside(int, func(name string) []float32) {}

func besideName(name string) string { return "beside " + name }

// compileSums makes the program that computes some of the sums of one part, and what
// else is wanted of it.
func compileSums(state *State, t *taken, which []int, beside map[string]*graph.Node, seed uint64, share *Program) (*Program, error) {
	outputs := map[string]*graph.Node{}
	for name, n := range beside {
		outputs[besideName(name)] = n
	}
	for _, i := range which {
		outputs[sumName(i)] = t.Sums[i]
	}
	if len(outputs) == 0 {
		return nil, nil
	}
	return Compile(state, Spec{Outputs: outputs, Share: share, Seed: seed})
}

// begin sets the counts of a batch of rows rows and clears the sums.
func (t *taken) begin(rows int) {
	for _, c := range t.Counts {
		name, _ := c.Input.InputName()
		t.inputs[name][0] = float32(c.Size.At(rows))
	}
	for _, total := range t.totals {
		clear(total)
	}
}

// feed adds the counts to a part's inputs.
func (t *taken) feed(b Batch) {
	for _, c := range t.Counts {
		name, _ := c.Input.InputName()
		b.Inputs[name] = t.inputs[name]
	}
}

// add runs a program over all parts and adds up the sums that it puts out.
func (t *taken) add(ctx context.Context, p *Program, parts Parts, which []int, each func(part int, beside func(name string) []float32)) error {
	if p == nil {
		return nil
	}
	for i := 0; ; i++ {
		b, ok := parts(i)
		if !ok {
			break
		}
		t.feed(b)
		if err := p.Run(ctx, b); err != nil {
			return err
		}
		t.collect(p, which)
		each(i, func(name string) []float32 { return p.Output(besideName(name)) })
	}
	return t.settle(ctx, which)
}

func (t *taken) collect(p *Program, which []int) {
	for _, k := range which {
		for j, v := range p.Output(sumName(k)) {
			t.totals[k][j] += float64(v)
		}
	}
}

// settle adds the totals over all workers and hands them to the finish.
func (t *taken) settle(ctx context.Context, which []int) error {
	for _, k := range which {
		if t.reducer != nil {
			if err := t.reducer.AddUp(ctx, t.totals[k]); err != nil {
				return err
			}
		}
		name, _ := t.Values[k].InputName()
		for j, v := range t.totals[k] {
			t.inputs[name][j] = float32(v)
		}
	}
	return nil
}
