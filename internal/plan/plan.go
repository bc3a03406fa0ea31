// Package plan turns a graph into a Plan: what will run, in which order, with
// which kernel, in which memory.
//
// A Plan is data. It holds no closures and leaves no decision to the engine, so
// it can be printed, compared and tested. It is made for one number of rows and
// does not depend on the number of workers: the split of the work into tasks
// follows from shapes alone, which is why results are the same to the bit on any
// number of cores.
//
// Nodes are put into stages. A node's stage is one more than the latest of its
// inputs, except that elementwise nodes join the stage of elementwise inputs of
// the same size: those are fused and computed tile by tile. All steps of a stage
// are independent, so workers meet once a stage.
package plan

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// The bases that a Ref may start from. Input i is base Inputs+i.
const (
	Arena   = iota // intermediate values, reused as they die
	Params         // the flat arena of parameters
	Consts         // constants with more than one element
	Scalars        // numbers that the host sets before every run
	Inputs
)

// Ref is a piece of memory: Len floats from Off of a base.
type Ref struct{ Base, Off, Len int }

// at returns the part of r from offset off.
func (r Ref) at(off, n int) Ref { return Ref{r.Base, r.Off + off, n} }

// Plan is everything that a run does.
type Plan struct {
	Rows    int
	Stages  [][]Step // stage 0 first; the steps of a stage are independent
	Updates int      // the first stage that changes parameters; len(Stages) if none does

	Consts   []float32
	Scalars  []*graph.Node // scheduled numbers, in the order of the base
	Inputs   []*graph.Node // input nodes, in the order of their bases
	Outputs  map[string]Ref
	ArenaLen int // floats
	Scratch  int // floats of its own that a worker needs
	Kernels  string
}

// TileLen is the number of elements that elementwise programs work on at a time.
const TileLen = 1024

// Step is one call of a kernel, cut into Tasks that any worker may run in any
// order.
type Step struct {
	Node  *graph.Node // what is computed, for messages
	Tasks int
	Cost  int // of all tasks, in units of about a nanosecond on one core
	Flops int // of matrix products and convolutions, by the direct method
	Outs  []Ref
	Do    Work
}

// Bytes returns the size of what a step reads and writes, each piece of memory
// counted once.
func (s *Step) Bytes() int {
	seen := map[Ref]bool{}
	total := 0
	for _, r := range s.Do.refs() {
		if !seen[*r] {
			seen[*r] = true
			total += 4 * r.Len
		}
	}
	return total
}

// Flops returns the arithmetic of all matrix products and convolutions, Bytes the
// sizes of what all steps read and write.
func (p *Plan) Flops() int { return p.total(func(s *Step) int { return s.Flops }) }
func (p *Plan) Bytes() int { return p.total((*Step).Bytes) }

func (p *Plan) total(of func(*Step) int) int {
	total := 0
	for _, steps := range p.Stages {
		for i := range steps {
			total += of(&steps[i])
		}
	}
	return total
}

// Work is what a step does: *Elem, *Gemm, *Pack, *Move, *Fill, *Reduce, *Rows,
// *OneHot, *ArgMax, *Random, *Pick, *Lanes, *Adam, *Halo, *Weights, *Conv,
// *ConvGrad, *AddParts, *Winograd, *WinogradWeights, *WinogradGrad, *WinogradFold,
// *Pool, *PoolGrad, *Resize or *Guard.
type Work interface {
	describe() string
	Kind() string
	refs() []*Ref
}

// Gemm is a matrix product with its epilogue. Tasks are rectangles of TaskRows
// rows and TaskPanels panels, line by line: a line goes along the rows, or along the
// panels where RowsOuter.
type Gemm struct {
	M, N, K              int
	A, B, C              Ref
	ARow, ACol           int
	BPacked              bool // B is in kernel order, else rows BRow apart
	CPacked              bool // so is C, else rows CRow apart
	BRow, CRow, MaskRow  int
	Bias, Mask           *Ref
	Relu                 bool
	TaskRows, TaskPanels int
	RowsOuter            bool
}

// InnerTasks returns how many tasks a line of tasks has.
func (w *Gemm) InnerTasks() int {
	if w.RowsOuter {
		return ceil(kernel.Panels(w.N), w.TaskPanels)
	}
	return ceil(w.M, w.TaskRows)
}

// Pack brings the transpose of a [Cols Rows] matrix into kernel order. A task is one
// panel.
type Pack struct {
	Src, Dst   Ref
	Rows, Cols int
	SrcPacked  bool // Src is in kernel order itself, else row-major
}

// Move copies elements between layouts: element i of Dims goes from offset
// Σ i·SrcStride of Src to Σ i·DstStride of Dst. A task is one index of the first
// axis.
type Move struct {
	Src, Dst             Ref
	Dims                 []int
	SrcStride, DstStride []int
}

// Fill sets all elements to one value, in one task.
type Fill struct {
	Dst   Ref
	Value float32
}

// Axes of a reduction.
type Reduction uint8

// The forms of a reduction.
const (
	SumRows    Reduction = iota // [K R] -> [K]
	SumColumns                  // [O R K] -> [O K]
	MaxRows
	MinRows
)

// Reduce reduces a dense matrix. SumRows, MaxRows and MinRows reduce the last
// axis: a task is TaskRows rows. SumColumns reduces the middle axis of
// [Outer Rows Cols], whose rows are Stride apart: a task is one index of the first
// axis.
type Reduce struct {
	Form              Reduction
	Src, Dst          Ref
	Outer, Rows, Cols int
	Stride            int
	TaskRows          int
}

// RowOp is a function of each row of a dense matrix.
type RowOp uint8

// The functions of a row.
const (
	Softmax RowOp = iota
	LogSoftmax
	LogSumExp
)

// Rows applies a function to each row of [Rows Cols]. A task is TaskRows rows.
type Rows struct {
	Fn         RowOp
	Src, Dst   Ref
	Rows, Cols int
	TaskRows   int
}

// OneHot writes rows of zeros with a one, in one task.
type OneHot struct {
	Src, Dst Ref
	Classes  int
}

// ArgMax writes the position of the first largest element of each row, in one
// task.
type ArgMax struct {
	Src, Dst   Ref
	Rows, Cols int
}

// Random fills Dst with the numbers of the stream of this node, step and seed,
// from element (first row)·PerRow on. A task is one tile.
type Random struct {
	Dst    Ref
	Name   string
	Dist   graph.Distribution
	PerRow int // elements a row; 0 when the value does not depend on the batch
}

// Guard stops the run before any parameter changes if a value is not finite. A
// task is one tile of one value.
type Guard struct {
	Values []Ref
	Nodes  []*graph.Node
}

func (*Elem) Kind() string   { return "elem" }
func (*Gemm) Kind() string   { return "gemm" }
func (*Pack) Kind() string   { return "pack" }
func (*Move) Kind() string   { return "move" }
func (*Fill) Kind() string   { return "fill" }
func (*Reduce) Kind() string { return "reduce" }
func (*Rows) Kind() string   { return "rows" }
func (*OneHot) Kind() string { return "onehot" }
func (*ArgMax) Kind() string { return "argmax" }
func (*Random) Kind() string { return "random" }
func (*Guard) Kind() string  { return "guard" }

// PeakBytes is the memory that a run needs besides parameters and inputs.
func (p *Plan) PeakBytes(workers int) int64 {
	floats := int64(p.ArenaLen) + int64(len(p.Consts)) + int64(workers)*int64(p.Scratch)
	return 4 * floats
}

// Layout says where parameters lie in their arena.
type Layout func(name string) (off, n int, ok bool)

// Spec is what a plan is made for.
type Spec struct {
	Rows    int
	Outputs map[string]*graph.Node
	Updates []graph.Update
	Guard   []*graph.Node
	Precise bool // convolutions round as the definition does
	Params  Layout
	Kernels *kernel.Set
}

// BuildError is a graph that cannot be planned.
type BuildError struct {
	Node *graph.Node
	Why  string
}

func (e *BuildError) Error() string {
	return fmt.Sprintf("plan: %s (%v): %s", e.Node.Op().Name(), e.Node.Pos(), e.Why)
}
