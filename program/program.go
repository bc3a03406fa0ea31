package program

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/engine"
	"github.com/descent-ml/descent/internal/kernel"
	"github.com/descent-ml/descent/internal/plan"
)

// Spec is what a program computes.
type Spec struct {
	Outputs map[string]*graph.Node
	Updates []graph.Update
	// Guard lists the loss and the gradients: if one is not finite, the run stops
	// before any update and returns a *NonFinite.
	Guard []*graph.Node
	// Precise keeps convolutions within the rounding of their definition; else the largest error of some is up to 2e-4 of
	// the root mean square of the result, for normal inputs.
	Precise bool
	Workers int      // 0 stands for GOMAXPROCS; it never changes a result
	Share   *Program // run on the workers of this program, which must outlive this one; nil starts workers
	Seed    uint64   // of random nodes
}

// Program is a compiled graph. It is used by one goroutine at a time.
type Program struct {
	spec     Spec
	state    *State
	set      *kernel.Set
	pool     *engine.Pool
	machines map[int]*engine.Machine // by rows
	arena    []float32               // of all machines: one runs at a time
	inputs   []string
	current  *engine.Machine
	feed     [][]float32
}

// Batch is what one run computes on.
type Batch struct {
	Rows     int
	Step     int64 // optimiser step, counted from 1
	FirstRow int   // place of the first row in the logical batch, when that is cut into pieces
	Inputs   map[string][]float32
}

// Compile prepares a graph to run on a state, which gains the parameters that it
// lacks. Diagnostics of the graph that are errors are returned.
func Compile(state *State, spec Spec) (*Program, error) {
	roots := slices.Concat(slices.Collect(maps.Values(spec.Outputs)), spec.Guard)
	for _, u := range spec.Updates {
		roots = append(roots, u.Param, u.Value)
	}
	if len(roots) == 0 {
		return nil, errors.New("program: nothing to compute")
	}
	for _, r := range roots {
		if r == nil || r.Poisoned() {
			if err := roots[0].Graph().Diagnostics().Err(); err != nil {
				return nil, err
			}
			return nil, errors.New("program: a value to compute is missing")
		}
	}
	var params []*graph.Node
	p := &Program{spec: spec, state: state, set: kernel.Default(), machines: map[int]*engine.Machine{}}
	for _, n := range graph.Reachable(roots...) {
		if _, ok := n.Param(); ok {
			params = append(params, n)
		}
		if name, ok := n.InputName(); ok {
			p.inputs = append(p.inputs, name)
		}
	}
	if err := state.Add(params...); err != nil {
		return nil, err
	}
	state.fixed = true
	if spec.Share != nil {
		p.pool = spec.Share.pool
		return p, nil
	}
	workers := spec.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	p.pool = engine.NewPool(workers)
	return p, nil
}

// Close ends the workers that the program started.
func (p *Program) Close() {
	if p.spec.Share == nil {
		p.pool.Close()
	}
}

// Inputs lists the names that a batch must hold.
func (p *Program) Inputs() []string { return p.inputs }

// Describe returns what a run with that many rows does, a line a step; with timed,
// how long each step takes on one thread, at best, and its share of what that can do at most.
// Timing runs the program on rows of zeros: parameters change.
func (p *Program) Describe(rows int, timed bool) (string, error) {
	m, err := p.machine(rows)
	if err != nil {
		return "", err
	}
	if !timed {
		return m.Plan().String(), nil
	}
	var feed [][]float32
	for _, n := range m.Plan().Inputs {
		feed = append(feed, make([]float32, graph.Size(n.Shape().At(rows))))
	}
	const runs, limit = 20, 5 * time.Second
	steps := m.Times(engine.Run{Seed: p.spec.Seed, Step: 1, Inputs: feed}, runs, limit)
	return m.Plan().Timed(plan.Timing{Steps: steps, Peak: peak(p.set)}), nil
}

// peak returns the most floating-point operations a second that one thread does.
func peak(s *kernel.Set) float64 {
	most := 0.0
	for range 20 {
		start := time.Now()
		operations := s.Peak(1 << 15)
		most = max(most, float64(operations)/time.Since(start).Seconds())
	}
	return most
}

// Peak returns the memory in bytes of a run with that many rows, parameters
// included, inputs not. Nothing is allocated for it.
func (p *Program) Peak(rows int) (int64, error) {
	if m, ok := p.machines[rows]; ok {
		return m.Plan().PeakBytes(p.pool.Workers()) + p.state.Bytes(), nil
	}
	pl, err := p.build(rows)
	if err != nil {
		return 0, err
	}
	return pl.PeakBytes(p.pool.Workers()) + p.state.Bytes(), nil
}

func (p *Program) build(rows int) (*plan.Plan, error) {
	return plan.Build(plan.Spec{
		Rows: rows, Outputs: p.spec.Outputs, Updates: p.spec.Updates, Guard: p.spec.Guard, Precise: p.spec.Precise,
		Params: p.state.place, Kernels: p.set,
	})
}

func (p *Program) machine(rows int) (*engine.Machine, error) {
	if m, ok := p.machines[rows]; ok {
		return m, nil
	}
	if rows < 1 {
		return nil, fmt.Errorf("program: a batch of %d rows", rows)
	}
	pl, err := p.build(rows)
	if err != nil {
		return nil, err
	}
	m := engine.New(pl, p.set, p.pool, p.state.arena)
	p.machines[rows] = m
	p.share(m, pl.ArenaLen)
	return m, nil
}

// share gives a machine the arena of all, which grows if need be.
func (p *Program) share(m *engine.Machine, need int) {
	if need <= len(p.arena) {
		m.SetArena(p.arena)
		return
	}
	p.arena = make([]float32, need)
	for _, m := range p.machines {
		m.SetArena(p.arena)
	}
}

// Run computes one batch. On a *NonFinite error no parameter has changed; a
// cancelled context stops before the run, never within it.
func (p *Program) Run(ctx context.Context, b Batch) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	m, err := p.machine(b.Rows)
	if err != nil {
		return err
	}
	p.feed = p.feed[:0]
	for _, n := range m.Plan().Inputs {
		name, _ := n.InputName()
		data, ok := b.Inputs[name]
		if want := graph.Size(n.Shape().At(b.Rows)); !ok || len(data) != want {
			return fmt.Errorf("program: input %q has %d numbers, a batch of %d rows %v needs %d", name, len(data), b.Rows, n.Shape(), want)
		}
		p.feed = append(p.feed, data)
	}
	p.current = m
	if bad := m.Run(engine.Run{Seed: p.spec.Seed, Step: b.Step, FirstRow: b.FirstRow, Inputs: p.feed}); bad != nil {
		return p.explain(bad)
	}
	return nil
}

// Output returns a result of the last run, valid until the next one.
func (p *Program) Output(name string) []float32 {
	if p.current == nil {
		return nil
	}
	r, ok := p.current.Plan().Outputs[name]
	if !ok {
		return nil
	}
	return p.current.Output(r)
}

// Kernels names the set of kernels in use; results carry the same bits only
// within one set.
func (p *Program) Kernels() string { return p.set.Name }

// Kernels names the set that programs of this process use.
func Kernels() string { return kernel.Default().Name }
