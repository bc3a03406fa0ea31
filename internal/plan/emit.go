package plan

import (
	"fmt"
	"maps"
	"slices"

	"github.com/descent-ml/descent/graph"
)

// emit writes the steps of every node into its stage.
func (b *builder) emit() error {
	if err := b.leaves(); err != nil {
		return err
	}
	var groups []*group
	for _, n := range b.order {
		if g := b.groupOf[n]; g != nil && g.nodes[0] == n {
			groups = append(groups, g)
		}
	}
	// Memory of stored elementwise values comes first, so that steps may refer to it.
	for _, n := range b.order {
		if b.groupOf[n] != nil && b.stored(n) {
			b.ref[n] = b.home(n)
		}
	}
	for _, n := range b.order {
		if err := b.emitNode(n); err != nil {
			return err
		}
	}
	for _, g := range groups {
		if err := b.emitGroup(g); err != nil {
			return err
		}
	}
	for name, n := range b.spec.Outputs {
		b.plan.Outputs[name] = b.memory(n)
	}
	b.plan.Updates = len(b.plan.Stages)
	if len(b.spec.Updates) > 0 {
		b.plan.Updates = b.floor
	}
	b.emitGuard()
	b.emitUpdates()
	return nil
}

// leaves gives inputs, constants and scheduled numbers their memory.
func (b *builder) leaves() error {
	for _, n := range b.order {
		switch n.Op().Name() {
		case "Input":
			b.ref[n] = Ref{Base: Inputs + len(b.plan.Inputs), Len: b.size(n)}
			b.plan.Inputs = append(b.plan.Inputs, n)
		case "Param":
			p, _ := n.Param()
			off, size, ok := b.spec.Params(p.Name)
			if !ok || size != b.size(n) {
				return &BuildError{n, fmt.Sprintf("parameter %s has no place of %d elements", p.Name, b.size(n))}
			}
			b.ref[n] = Ref{Base: Params, Off: off, Len: size}
			if b.unpacked[n] {
				b.emitUnpack(n)
			}
		case "Schedule":
			b.ref[n] = Ref{Base: Scalars, Off: len(b.plan.Scalars), Len: 1}
			b.plan.Scalars = append(b.plan.Scalars, n)
		case "Const", "Count":
			if v, ok := b.number(n); ok {
				b.ref[n] = b.constant(float64(v))
			} else {
				values, _ := n.Constant()
				b.ref[n] = b.constant(values...)
			}
		}
	}
	return nil
}

func (b *builder) constant(values ...float64) Ref {
	r := Ref{Base: Consts, Off: len(b.plan.Consts), Len: len(values)}
	for _, v := range values {
		b.plan.Consts = append(b.plan.Consts, float32(v))
	}
	return r
}

// memory returns where n's elements are, row by row if anyone reads them so.
func (b *builder) memory(n *graph.Node) Ref {
	src, offset := b.source(n)
	if rows, ok := b.rowsOf[src]; ok {
		return rows.at(offset, b.size(n))
	}
	if b.padded(src) {
		return b.ref[src]
	}
	if b.partOf(src).of != nil {
		return b.images(src).Ref
	}
	return b.ref[src].at(offset, b.size(n))
}

// home returns the memory that a stored elementwise value is written to: the
// parameter itself where n is its new value and nothing still needs the old one,
// else a buffer.
func (b *builder) home(n *graph.Node) Ref {
	for _, u := range b.spec.Updates {
		if u.Value == n && b.ordered[n] == b.ordered[u.Param] && b.inPlace(u) {
			return b.ref[u.Param]
		}
	}
	return b.newBuffer(b.size(n))
}

// inPlace reports whether the new value of a parameter may overwrite the old one
// as it is computed: every reader of the old one is done before, or is an earlier
// or the same instruction of the program that computes the new one.
func (b *builder) inPlace(u graph.Update) bool {
	g := b.groupOf[u.Value]
	at := slices.Index(g.nodes, u.Value)
	if b.root[u.Param] {
		return false
	}
	for _, r := range b.users[u.Param] {
		if b.elementwise(r) && b.groupOf[r] == g {
			if slices.Index(g.nodes, r) > at {
				return false
			}
		} else if !b.doneBefore(r, g.stage) {
			return false
		}
	}
	// A value that is read again by a later program must not be overwritten by
	// another update of the same parameter.
	return len(b.updatesOf(u.Param)) == 1
}

// doneBefore reports whether reader r, and all who read through it where it only
// passes elements on, are finished when a stage begins.
func (b *builder) doneBefore(r *graph.Node, stage int) bool {
	if b.absorbed[r] {
		return b.stage[b.lastOf(r)] < stage
	}
	_, _, passes := b.view(r)
	if !passes && !b.lazy(r) {
		return b.stage[r] < stage
	}
	for _, u := range b.users[r] {
		if !b.doneBefore(u, stage) {
			return false
		}
	}
	return !b.root[r]
}

func (b *builder) updatesOf(param *graph.Node) []graph.Update {
	var out []graph.Update
	for _, u := range b.spec.Updates {
		if u.Param == param {
			out = append(out, u)
		}
	}
	return out
}

// lastOf returns the node whose step computes an absorbed one.
func (b *builder) lastOf(n *graph.Node) *graph.Node {
	for b.absorbed[n] && len(b.users[n]) > 0 {
		n = b.users[n][0]
	}
	return n
}

// add puts a step into a stage.
func (b *builder) add(stage int, s Step) {
	for len(b.plan.Stages) <= stage {
		b.plan.Stages = append(b.plan.Stages, nil)
	}
	s.Tasks = max(1, s.Tasks)
	b.plan.Stages[stage] = append(b.plan.Stages[stage], s)
}

// emitGuard adds the check of all guarded values, before the first update.
func (b *builder) emitGuard() {
	if len(b.spec.Guard) == 0 {
		return
	}
	w := &Guard{}
	tasks, cost := 0, 0
	for _, n := range b.spec.Guard {
		if _, known := b.number(n); known {
			continue
		}
		r := b.memory(n)
		w.Values, w.Nodes = append(w.Values, r), append(w.Nodes, n)
		tasks += Tiles(r.Len)
		cost += 20 + r.Len/12
	}
	if len(w.Values) == 0 {
		return
	}
	stage := b.plan.Updates
	if len(b.spec.Updates) > 0 {
		stage-- // left free for it
	}
	b.add(stage, Step{Node: b.spec.Guard[0], Tasks: tasks, Cost: cost, Do: w})
	b.plan.Updates = stage + 1
}

// emitUpdates copies new values that could not be computed in place.
func (b *builder) emitUpdates() {
	stage := len(b.plan.Stages)
	for _, u := range b.spec.Updates {
		from, to := b.inOrder(u.Value), b.ref[u.Param]
		switch {
		case b.ordered[u.Param] && !b.ordered[u.Value]:
			b.add(stage, b.pack(u.Param, from, to))
		case from != to:
			b.add(stage, move(u.Param, from, to, []int{to.Len}, []int{1}, []int{1}))
		}
	}
}

// emitNode writes the steps of a node that is not part of a group.
func (b *builder) emitNode(n *graph.Node) error {
	if isLeaf(n) || b.absorbed[n] || b.groupOf[n] != nil {
		return nil
	}
	if _, _, ok := b.view(n); ok {
		return nil
	}
	if p := b.fused[n]; p != nil {
		if isConv(p.mul) {
			if b.partOf(n).of == nil {
				b.ownMemory(n)
			}
			b.emitConv(n, p)
		} else {
			b.ref[n] = b.newBuffer(b.dims(n)[0] * b.rowStride(n))
			b.emitProduct(n, p)
		}
		return nil
	}
	if r := b.adam[n]; r != nil {
		b.emitAdam(n, r)
		return nil
	}
	if b.lazy(n) || b.takenChannels(n) {
		return nil
	}
	if b.pooled[n] != nil {
		b.emitPoolGrad(n)
		return nil
	}
	at, dst := b.stage[n], b.ownMemory(n)
	switch name := n.Op().Name(); name {
	case "Broadcast":
		src := b.dims(n.In(0))
		b.add(at, move(n, b.memory(n.In(0)), dst, b.dims(n), spread(src, b.dims(n)), strides(b.dims(n))))
	case "Transpose":
		step := strides(b.dims(n.In(0)))
		from := make([]int, len(step))
		for i, p := range n.Attrs().Perm {
			from[i] = step[p]
		}
		b.add(at, move(n, b.memory(n.In(0)), dst, b.dims(n), from, strides(b.dims(n))))
	case "Slice":
		b.emitPart(n, at, n.In(0), dst, n.Attrs().Start.At(b.rows), true)
	case "Pad":
		b.add(at-1, Step{Node: n, Cost: dst.Len / 16, Outs: []Ref{dst}, Do: &Fill{Dst: dst}})
		b.emitPart(n, at, n.In(0), dst, n.Attrs().Start.At(b.rows), false)
	case "Concat":
		start := 0
		for _, x := range n.Inputs() {
			if b.partOf(x).of != n {
				b.emitPart(n, at, x, dst, start, false)
			}
			start += b.dims(x)[n.Attrs().Axis]
		}
	case "OneHot":
		k := n.Attrs().Classes
		b.add(at, Step{Node: n, Cost: dst.Len, Outs: []Ref{dst}, Do: &OneHot{Src: b.memory(n.In(0)), Dst: dst, Classes: k}})
	case "Random":
		b.emitRandom(n, at, dst)
	case "Conv2DFilter":
		b.emitConvFilter(n, at, dst)
	case "MaxPool2D", "AvgPool2D":
		b.emitPool(n, at, dst)
	case "MaxPool2DGrad", "AvgPool2DGrad":
		b.emitPoolGrad(n)
	case "Resize2D", "Resize2DGrad":
		b.emitResize(n, at, dst)
	case "Gather", "ScatterAdd":
		b.emitPick(n, at, dst)
	case "CumSum", "TopK":
		b.emitLanes(n, at, dst)
	case "Sum", "Max", "Min", "ArgMax", "LogSumExp":
		b.emitReduction(n, at, dst)
	case "Softmax", "LogSoftmax":
		b.emitSoftmax(n, at, dst)
	default:
		return &BuildError{n, "no kernel for " + name}
	}
	return nil
}

// emitPart moves a part of a larger value along one axis: out of it (a slice) or
// into it (concat, pad).
func (b *builder) emitPart(n *graph.Node, at int, x *graph.Node, dst Ref, start int, out bool) {
	axis := n.Attrs().Axis
	small, large := b.dims(n), b.dims(x)
	if !out {
		small, large = large, small
	}
	if graph.Size(small) == 0 {
		return
	}
	step := strides(large)
	whole := func(r Ref) Ref { return r.at(start*step[axis], r.Len-start*step[axis]) }
	if out {
		b.add(at, move(n, whole(b.memory(x)), dst, small, step, strides(small)))
	} else {
		b.add(at, move(n, b.memory(x), whole(dst), small, strides(small), step))
	}
}

func (b *builder) emitRandom(n *graph.Node, at int, dst Ref) {
	name, dist, _ := n.Random()
	perRow := 0
	if s := n.Shape(); len(s) > 0 && s[0] == graph.Batch {
		perRow = dst.Len / b.rows
	}
	b.add(at, Step{
		Node: n, Tasks: Tiles(dst.Len), Cost: dst.Len * 2, Outs: []Ref{dst},
		Do: &Random{Dst: dst, Name: name, Dist: dist, PerRow: perRow},
	})
}

// Tiles returns how many tiles n elements take.
func Tiles(n int) int { return (n + TileLen - 1) / TileLen }

// move makes a copying step; neighbouring axes that are laid out alike are joined.
func move(n *graph.Node, src, dst Ref, dims, from, to []int) Step {
	dims, from, to = joinAxes(dims, from, to)
	return Step{
		Node: n, Tasks: dims[0], Cost: graph.Size(dims) / 2, Outs: []Ref{dst},
		Do: &Move{Src: src, Dst: dst, Dims: dims, SrcStride: from, DstStride: to},
	}
}

// joinAxes merges axes that both layouts step through as one. The result has at
// least two axes, the first to be cut into tasks.
func joinAxes(dims []int, strides ...[]int) (d, s, t []int) {
	out := make([][]int, len(strides))
	for i := len(dims) - 1; i >= 0; i-- {
		if dims[i] == 1 {
			continue
		}
		joined := len(d) > 0
		for k, st := range strides {
			joined = joined && st[i] == out[k][len(out[k])-1]*d[len(d)-1]
		}
		if joined {
			d[len(d)-1] *= dims[i]
			continue
		}
		d = append(d, dims[i])
		for k, st := range strides {
			out[k] = append(out[k], st[i])
		}
	}
	for len(d) < 2 {
		d = append(d, 1)
		for k := range out {
			out[k] = append(out[k], 0)
		}
	}
	slices.Reverse(d)
	for k := range out {
		slices.Reverse(out[k])
	}
	if len(out) > 1 {
		t = out[1]
	}
	return d, out[0], t
}

func strides(dims []int) []int {
	s := make([]int, len(dims))
	step := 1
	for i := len(dims) - 1; i >= 0; i-- {
		s[i] = step
		step *= dims[i]
	}
	return s
}

// spread returns the strides with which dims are walked when src is broadcast to
// them: 0 along repeated axes.
func spread(src, dims []int) []int {
	out := make([]int, len(dims))
	step := strides(src)
	skip := len(dims) - len(src)
	for i, d := range src {
		if d != 1 {
			out[skip+i] = step[i]
		}
	}
	return out
}

// sortedNames lists the outputs in a fixed order.
func sortedNames(m map[string]Ref) []string { return slices.Sorted(maps.Keys(m)) }
