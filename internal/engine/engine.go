// Package engine runs plans: it holds the arena, the workers and the loops that
// hand each task of a plan to its kernel.
//
// Every decision is in the plan; the engine only divides the tasks of a stage
// among the workers. Since a task's result does not depend on who runs it or
// when within its stage, neither does the result of a run.
package engine

import (
	"math"
	"slices"
	"time"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
	"github.com/descent-ml/descent/internal/plan"
)

// Machine runs one plan. It is used by one goroutine at a time.
type Machine struct {
	plan    *plan.Plan
	set     *kernel.Set
	pool    *Pool
	bases   [][]float32 // by plan base
	scratch [][]float32 // each worker's own: the registers of elementwise programs, tiles of convolutions
	share   [][][]span  // [worker][stage]: which tasks of which steps
	bar     barrier
	tripped []bool // by worker: a guarded value was not finite
	job     func(worker int)
	small   bool // too little work for more than one worker
	crowd   crowd

	// of the current run
	seed     uint64
	step     int64
	firstRow int
	single   bool // one worker does it all
}

// span is tasks from..to of a step.
type span struct {
	step     *plan.Step
	from, to int
}

// Run is what changes from one run to the next.
type Run struct {
	Seed     uint64
	Step     int64       // optimiser step, from 1
	FirstRow int         // of this batch within the logical batch
	Inputs   [][]float32 // in the order of the plan's inputs
}

// New prepares a plan to run on the pool, with the given parameter arena. It has to
// be given room for values before it runs.
func New(p *plan.Plan, set *kernel.Set, pool *Pool, params []float32) *Machine {
	m := &Machine{plan: p, set: set, pool: pool, tripped: make([]bool, pool.Workers())}
	m.bases = make([][]float32, plan.Inputs+len(p.Inputs))
	m.bases[plan.Params] = params
	m.bases[plan.Consts] = p.Consts
	m.bases[plan.Scalars] = make([]float32, len(p.Scalars))
	for range pool.Workers() {
		m.scratch = append(m.scratch, make([]float32, p.Scratch))
	}
	m.divide()
	m.job = m.work
	m.small = cost(p) < tiny && !pool.Eager
	return m
}

// SetArena gives the machine room for the values of a run. Machines that do not run
// at the same time may share it: nothing is kept there from one run to the next.
func (m *Machine) SetArena(arena []float32) { m.bases[plan.Arena] = arena[:m.plan.ArenaLen] }

// alone is the cost of a stage, and tiny that of a whole plan, in nanoseconds, below
// which one worker does it: the others would not be there before it is done.
const (
	alone = 2000
	tiny  = 30000
)

func cost(p *plan.Plan) int {
	total := 0
	for _, steps := range p.Stages {
		for i := range steps {
			total += steps[i].Cost
		}
	}
	return total
}

// divide gives every worker its tasks of each stage: an equal share of the steps that
// have many, so that it finds in its cache what it left there in the stage before, and
// a contiguous one of about equal cost of all others.
func (m *Machine) divide() {
	workers := m.pool.Workers()
	m.share = make([][][]span, workers)
	for w := range m.share {
		m.share[w] = make([][]span, len(m.plan.Stages))
	}
	for s, steps := range m.plan.Stages {
		total, coarse := 0, 0
		for i := range steps {
			total += steps[i].Cost
			if !m.fine(&steps[i]) {
				coarse += steps[i].Cost
			}
		}
		before := 0
		for i := range steps {
			st := &steps[i]
			for w := range workers {
				from, to := 0, 0
				switch {
				case total < alone && !m.pool.Eager:
					if w == 0 {
						to = st.Tasks
					}
				case m.fine(st):
					from, to = cut(st, 0, st.Cost, w, workers), cut(st, 0, st.Cost, w+1, workers)
				default:
					from, to = cut(st, before, coarse, w, workers), cut(st, before, coarse, w+1, workers)
				}
				if from < to {
					m.share[w][s] = append(m.share[w][s], span{st, from, to})
				}
			}
			if !m.fine(st) {
				before += st.Cost
			}
		}
	}
}

// fine reports whether a step has tasks enough for equal shares.
func (m *Machine) fine(st *plan.Step) bool { return st.Tasks >= 4*m.pool.Workers() }

// cut returns the first task of a step that belongs to worker w or a later one,
// when the costs of some steps, total, are laid end to end.
func cut(st *plan.Step, before, total, w, workers int) int {
	if w == workers {
		return st.Tasks
	}
	at := float64(total) * float64(w) / float64(workers)
	task := (at - float64(before)) / float64(max(1, st.Cost)) * float64(st.Tasks)
	return int(math.Round(min(max(task, 0), float64(st.Tasks))))
}

// Plan returns the plan that m runs.
func (m *Machine) Plan() *plan.Plan { return m.plan }

// Run runs the whole plan once. It returns what was not finite when a guarded
// value is not; no parameter has changed then.
func (m *Machine) Run(r Run) *NonFinite {
	m.begin(r)
	switch {
	case m.small || m.pool.workers == 1:
		m.single = true
		m.work(0)
	case !m.pool.Eager && m.crowd.single():
		m.single = true
		start := time.Now()
		m.work(0)
		m.crowd.lower(time.Since(start))
	default:
		m.single = false
		start := time.Now()
		m.pool.Run(m.job)
		m.crowd.judge(time.Since(start), m.pool.workers)
	}
	if m.spoiled() {
		return m.diagnose()
	}
	return nil
}

// spoiled reports whether a worker has found a guarded value that is not finite.
// After the guard's stage all workers get the same answer.
func (m *Machine) spoiled() bool { return slices.Contains(m.tripped, true) }

func (m *Machine) begin(r Run) {
	m.seed, m.step, m.firstRow = r.Seed, r.Step, r.FirstRow
	copy(m.bases[plan.Inputs:], r.Inputs)
	for i, n := range m.plan.Scalars {
		f, _ := n.Schedule()
		m.bases[plan.Scalars][i] = float32(f(r.Step))
	}
}

// work runs one worker's share of every stage, up to the updates if the guard has
// found something.
func (m *Machine) work(worker int) {
	for s, steps := range m.plan.Stages {
		if s == m.plan.Updates && m.spoiled() {
			return
		}
		if m.single {
			for i := range steps {
				m.do(span{&steps[i], 0, steps[i].Tasks}, 0)
			}
			continue
		}
		for _, sp := range m.share[worker][s] {
			m.do(sp, worker)
		}
		m.bar.meet(m.pool.workers)
	}
}

// at returns the floats that a reference stands for.
func (m *Machine) at(r plan.Ref) []float32 { return m.bases[r.Base][r.Off : r.Off+r.Len : r.Off+r.Len] }

// Output returns the memory of an output; it is valid until the next run.
func (m *Machine) Output(r plan.Ref) []float32 { return m.at(r) }

// NonFinite is a value that became infinite or not a number.
type NonFinite struct {
	Node  *graph.Node // the first op whose result is not finite
	Step  int64
	Value float32
}
