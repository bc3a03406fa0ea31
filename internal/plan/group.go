package plan

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
)

// none marks an operand that is not there.
const none = -1

// emitGroup turns the nodes of a group into a program.
func (b *builder) emitGroup(g *group) error {
	w := &writer{b: b, g: g, prog: &Elem{Size: g.size}, slot: map[*graph.Node]int{}, known: map[string]int{}}
	for _, n := range g.nodes {
		if err := w.node(n); err != nil {
			return err
		}
	}
	w.assignRegisters()
	var outs []Ref
	cost := 0
	for _, s := range w.stores {
		outs = append(outs, w.prog.Slots[s].Ref)
	}
	for _, in := range w.prog.Code {
		cost += in.Code.cost()
	}
	b.plan.Scratch = max(b.plan.Scratch, w.prog.Regs*TileLen)
	b.add(g.stage, Step{
		Node: g.nodes[len(g.nodes)-1], Tasks: Tiles(g.size), Cost: 20*len(w.prog.Code) + cost*g.size/16,
		Outs: outs, Do: w.prog,
	})
	return nil
}

// writer emits the instructions of one group.
type writer struct {
	b      *builder
	g      *group
	prog   *Elem
	slot   map[*graph.Node]int // of the group's own nodes
	known  map[string]int      // operands by where they are
	stores []int
}

// operand is what an instruction reads: a slot, or a number.
type operand struct {
	slot   int
	value  float32
	scalar bool // one number: value, or the Single in slot
}

// operand finds x, an input of a node of the group.
func (w *writer) operand(n, x *graph.Node) operand {
	b := w.b
	if v, ok := b.number(x); ok {
		return operand{slot: none, value: v, scalar: true}
	}
	if src, offset := b.source(x); offset == 0 && w.slot[src] > 0 && b.size(src) == w.g.size {
		return operand{slot: w.slot[src] - 1}
	}
	if one := b.oneNumber(x); one != nil && w.g.size > 1 {
		return operand{slot: w.place(Slot{Kind: Single, Ref: b.memory(one)}), scalar: true}
	}
	if x.Op().Name() == "Broadcast" && b.lazy(x) {
		return operand{slot: w.load(n, x)}
	}
	ref := b.memory(x)
	if b.ordered[n] {
		ref = b.inOrder(x)
	}
	return operand{slot: w.place(Slot{Kind: Direct, Ref: ref})}
}

// load expands a broadcast into a register.
func (w *writer) load(n, x *graph.Node) int {
	b := w.b
	dims, stride, _ := joinAxes(b.dims(x), spread(b.dims(x.In(0)), b.dims(x)))
	s := Slot{Kind: Spread, Ref: b.memory(x.In(0)), Dims: dims, Stride: stride}
	key := fmt.Sprint("load", s.Ref, s.Dims, s.Stride)
	if at, ok := w.known[key]; ok {
		return at
	}
	from := w.place(s)
	to := w.register()
	w.known[key] = to
	w.emit(Instr{Code: Load, Dst: to, A: from, B: none, C: none, Node: n})
	return to
}

// place returns the slot of a piece of memory, one for all its uses.
func (w *writer) place(s Slot) int {
	key := fmt.Sprint(s.Kind, s.Ref, s.Dims, s.Stride)
	if at, ok := w.known[key]; ok {
		return at
	}
	w.prog.Slots = append(w.prog.Slots, s)
	at := len(w.prog.Slots) - 1
	w.known[key] = at
	return at
}

func (w *writer) register() int {
	w.prog.Slots = append(w.prog.Slots, Slot{Kind: Register})
	return len(w.prog.Slots) - 1
}

func (w *writer) emit(in Instr) { w.prog.Code = append(w.prog.Code, in) }

// result returns the slot that n's value goes to: its memory, or a register.
func (w *writer) result(n *graph.Node) int {
	at := 0
	if r, ok := w.b.ref[n]; ok {
		w.prog.Slots = append(w.prog.Slots, Slot{Kind: Direct, Ref: r})
		at = len(w.prog.Slots) - 1
		w.stores = append(w.stores, at)
	} else {
		at = w.register()
	}
	w.slot[n] = at + 1
	return at
}

// vector makes an operand that is one number into a register full of it.
func (w *writer) vector(n *graph.Node, o operand) int {
	if !o.scalar {
		return o.slot
	}
	to := w.register()
	w.emit(Instr{Code: FillS, Dst: to, A: none, B: o.slot, C: none, S: o.value, Node: n})
	return to
}

// node emits the instructions of one node.
func (w *writer) node(n *graph.Node) error {
	in := make([]operand, len(n.Inputs()))
	for i, x := range n.Inputs() {
		in[i] = w.operand(n, x)
	}
	name := n.Op().Name()
	if code, ok := unaries[name]; ok {
		w.unary(n, code, in[0])
		return nil
	}
	if forms, ok := binaries[name]; ok {
		w.binary(n, forms, in[0], in[1])
		return nil
	}
	a := n.Attrs()
	switch name {
	case "Pow":
		v := w.vector(n, in[0])
		w.emit(Instr{Code: PowS, Dst: w.result(n), A: v, B: none, C: none, S: float32(a.Exponent), Node: n})
	case "Clip":
		v := w.vector(n, in[0])
		w.emit(Instr{Code: ClipS, Dst: w.result(n), A: v, B: none, C: none, S: float32(a.Lo), S2: float32(a.Hi), Node: n})
	case "ReluGrad":
		y, dy := w.vector(n, in[0]), w.vector(n, in[1])
		w.emit(Instr{Code: ReluGrad, Dst: w.result(n), A: dy, B: y, C: none, Node: n})
	case "Where":
		c, x, y := w.vector(n, in[0]), w.vector(n, in[1]), w.vector(n, in[2])
		w.emit(Instr{Code: Where, Dst: w.result(n), A: c, B: x, C: y, Node: n})
	case "XLogY":
		w.xlogy(n, in[0], in[1])
	case "LogCosh":
		w.logCosh(n, in[0])
	case "And", "Or", "Not":
		w.logical(n, name, in)
	case "Cast":
		w.cast(n, a.To, in[0])
	default:
		return &BuildError{n, "no instruction for " + name}
	}
	return nil
}

func (w *writer) unary(n *graph.Node, code Code, x operand) {
	v := w.vector(n, x)
	w.emit(Instr{Code: code, Dst: w.result(n), A: v, B: none, C: none, Node: n})
}

func (w *writer) binary(n *graph.Node, f binaryForms, x, y operand) {
	switch {
	case y.scalar && !x.scalar:
		w.emit(Instr{Code: f.right, Dst: w.result(n), A: x.slot, B: y.slot, C: none, S: y.value, Node: n})
	case x.scalar && !y.scalar && f.left != Copy:
		w.emit(Instr{Code: f.left, Dst: w.result(n), A: y.slot, B: x.slot, C: none, S: x.value, Node: n})
	case y.scalar:
		v := w.vector(n, x)
		w.emit(Instr{Code: f.right, Dst: w.result(n), A: v, B: y.slot, C: none, S: y.value, Node: n})
	default:
		v := w.vector(n, x)
		w.emit(Instr{Code: f.both, Dst: w.result(n), A: v, B: y.slot, C: none, Node: n})
	}
}

// xlogy is x·max(ln y, floor): a finite logarithm makes 0·ln 0 the 0 that is meant.
func (w *writer) xlogy(n *graph.Node, x, y operand) {
	v := w.vector(n, y)
	l := w.register()
	w.emit(Instr{Code: Log, Dst: l, A: v, B: none, C: none, Node: n})
	w.emit(Instr{Code: MaxS, Dst: l, A: l, B: none, C: none, S: graph.LogFloor, Node: n})
	w.binary(n, binaries["Mul"], x, operand{slot: l})
}

// logCosh is |x| + softplus(−2|x|) − ln 2 from |x| = 1 on, and below, where that
// cancels, log1p(e^a·expm1(−a)²/2) with a = |x|.
func (w *writer) logCosh(n *graph.Node, x operand) {
	a, near, grown, far, small := w.register(), w.register(), w.register(), w.register(), w.register()
	unary := func(code Code, dst, from int) {
		w.emit(Instr{Code: code, Dst: dst, A: from, B: none, C: none, Node: n})
	}
	scalar := func(code Code, dst, from int, s float32) {
		w.emit(Instr{Code: code, Dst: dst, A: from, B: none, C: none, S: s, Node: n})
	}
	unary(Abs, a, w.vector(n, x))
	scalar(MinS, small, a, 1)
	unary(Neg, near, small)
	unary(Expm1, near, near)
	unary(Square, near, near)
	unary(Exp, grown, small)
	w.emit(Instr{Code: Mul, Dst: near, A: near, B: grown, C: none, Node: n})
	scalar(MulS, near, near, 0.5)
	unary(Log1p, near, near)
	scalar(MulS, far, a, -2)
	unary(Softplus, far, far)
	w.emit(Instr{Code: Add, Dst: far, A: far, B: a, C: none, Node: n})
	scalar(AddS, far, far, -math.Ln2)
	scalar(LessS, small, a, 1)
	w.emit(Instr{Code: Where, Dst: w.result(n), A: small, B: near, C: far, Node: n})
}

// truth makes an operand 1 where it is not 0.
func (w *writer) truth(n *graph.Node, x operand) int {
	v := w.vector(n, x)
	to := w.register()
	w.emit(Instr{Code: NotEqualS, Dst: to, A: v, B: none, C: none, Node: n})
	return to
}

func (w *writer) logical(n *graph.Node, kind string, in []operand) {
	if kind == "Not" {
		v := w.vector(n, in[0])
		w.emit(Instr{Code: EqualS, Dst: w.result(n), A: v, B: none, C: none, Node: n})
		return
	}
	code := Mul
	if kind == "Or" {
		code = Max
	}
	x, y := w.truth(n, in[0]), w.truth(n, in[1])
	w.emit(Instr{Code: code, Dst: w.result(n), A: x, B: y, C: none, Node: n})
}

// cast to a whole number is sign(x)·floor(|x|).
func (w *writer) cast(n *graph.Node, to graph.DType, x operand) {
	v := w.vector(n, x)
	if to == graph.Bool {
		w.emit(Instr{Code: NotEqualS, Dst: w.result(n), A: v, B: none, C: none, Node: n})
		return
	}
	size, sign := w.register(), w.register()
	w.emit(Instr{Code: Abs, Dst: size, A: v, B: none, C: none, Node: n})
	w.emit(Instr{Code: Floor, Dst: size, A: size, B: none, C: none, Node: n})
	w.emit(Instr{Code: Sign, Dst: sign, A: v, B: none, C: none, Node: n})
	w.emit(Instr{Code: Mul, Dst: w.result(n), A: size, B: sign, C: none, Node: n})
}

// assignRegisters gives register slots numbers, reusing those whose last reader
// is past.
func (w *writer) assignRegisters() {
	last := make([]int, len(w.prog.Slots))
	for i, in := range w.prog.Code {
		for _, s := range [4]int{in.Dst, in.A, in.B, in.C} {
			if s != none {
				last[s] = i
			}
		}
	}
	var free []int
	given := make([]bool, len(w.prog.Slots))
	for i, in := range w.prog.Code {
		if s := &w.prog.Slots[in.Dst]; s.Kind == Register && !given[in.Dst] {
			given[in.Dst] = true
			if k := len(free); k > 0 {
				s.Reg, free = free[k-1], free[:k-1]
			} else {
				s.Reg = w.prog.Regs
				w.prog.Regs++
			}
		}
		for k, s := range [4]int{in.Dst, in.A, in.B, in.C} {
			if s != none && w.prog.Slots[s].Kind == Register && last[s] == i && !listedBefore(in, k, s) {
				free = append(free, w.prog.Slots[s].Reg)
			}
		}
	}
}

// listedBefore reports whether slot s is an earlier operand of the instruction.
func listedBefore(in Instr, k, s int) bool {
	for i, t := range [4]int{in.Dst, in.A, in.B, in.C} {
		if i < k && t == s {
			return true
		}
	}
	return false
}
