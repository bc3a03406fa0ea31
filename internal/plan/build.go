package plan

import (
	"maps"
	"slices"

	"github.com/descent-ml/descent/graph"
)

// Build plans a graph for one number of rows.
func Build(spec Spec) (*Plan, error) {
	b := &builder{
		spec: spec, rows: spec.Rows,
		plan:  &Plan{Rows: spec.Rows, Outputs: map[string]Ref{}, Kernels: spec.Kernels.Name},
		users: map[*graph.Node][]*graph.Node{}, root: map[*graph.Node]bool{},
		stage: map[*graph.Node]int{}, ref: map[*graph.Node]Ref{},
		fused: map[*graph.Node]*product{}, absorbed: map[*graph.Node]bool{},
		pooled: map[*graph.Node]*pooled{}, parts: map[*graph.Node]part{},
		groups: map[groupKey]*group{}, groupOf: map[*graph.Node]*group{}, isPadded: map[*graph.Node]bool{},
		adam: map[*graph.Node]*rule{}, inRule: map[*graph.Node]bool{}, early: map[*graph.Node]bool{},
		ordered: map[*graph.Node]bool{}, unpacked: map[*graph.Node]bool{}, rowsOf: map[*graph.Node]Ref{},
	}
	b.collect()
	b.fuse()
	b.fusePooling()
	b.findAdam()
	b.findOrder()
	b.arrange()
	if err := b.emit(); err != nil {
		return nil, err
	}
	b.allocate()
	return b.plan, nil
}

// builder carries what is known while a plan is made.
type builder struct {
	spec Spec
	rows int
	plan *Plan

	order    []*graph.Node // everything needed, inputs first
	users    map[*graph.Node][]*graph.Node
	root     map[*graph.Node]bool // its value must be in memory: outputs, guards, updates
	stage    map[*graph.Node]int
	floor    int // the first stage of nodes that only updates need
	ref      map[*graph.Node]Ref
	fused    map[*graph.Node]*product // by the last node of the epilogue
	absorbed map[*graph.Node]bool     // computed inside a fused product
	pooled   map[*graph.Node]*pooled  // by the masked sum
	parts    map[*graph.Node]part     // what is known of images
	groups   map[groupKey]*group
	groupOf  map[*graph.Node]*group
	isPadded map[*graph.Node]bool
	adam     map[*graph.Node]*rule // by the new value of the parameter
	inRule   map[*graph.Node]bool  // computed by the step of an update rule
	ordered  map[*graph.Node]bool  // in kernel order
	unpacked map[*graph.Node]bool  // a parameter in kernel order of which some read a copy in rows
	rowsOf   map[*graph.Node]Ref   // that copy
	early    map[*graph.Node]bool  // computed before the updates
	buffers  []buffer
}

// collect finds the nodes that are needed and who reads them.
func (b *builder) collect() {
	var roots []*graph.Node
	for _, name := range slices.Sorted(maps.Keys(b.spec.Outputs)) {
		roots = append(roots, b.spec.Outputs[name])
	}
	roots = append(roots, b.spec.Guard...)
	for _, u := range b.spec.Updates {
		roots = append(roots, u.Value)
	}
	for _, r := range roots {
		b.root[r] = true
	}
	b.order = graph.Reachable(roots...)
	for _, n := range b.order {
		for _, x := range n.Inputs() {
			b.users[x] = append(b.users[x], n)
		}
	}
	for _, n := range graph.Reachable(b.beforeUpdates()...) {
		b.early[n] = true
	}
}

func (b *builder) dims(n *graph.Node) []int { return n.Shape().At(b.rows) }
func (b *builder) size(n *graph.Node) int   { return graph.Size(b.dims(n)) }

// number returns the value of a node that is one number known when planning.
func (b *builder) number(n *graph.Node) (float32, bool) {
	n = b.oneNumber(n)
	if n == nil {
		return 0, false
	}
	if d, ok := n.Counted(); ok {
		return float32(d.At(b.rows)), true
	}
	if v, ok := n.Constant(); ok && len(v) == 1 {
		return float32(v[0]), true
	}
	return 0, false
}

// oneNumber returns the node of one element that n repeats or views, or nil.
func (b *builder) oneNumber(n *graph.Node) *graph.Node {
	for {
		switch n.Op().Name() {
		case "Broadcast", "Reshape", "StopGradient":
			n = n.In(0)
			continue
		}
		if b.size(n) == 1 {
			return n
		}
		return nil
	}
}

// isLeaf reports whether n's value is there before the first stage.
func isLeaf(n *graph.Node) bool {
	switch n.Op().Name() {
	case "Input", "Param", "Const", "Count", "Schedule":
		return true
	}
	return false
}

// view returns the node whose memory n shares, and how many elements later n
// starts.
func (b *builder) view(n *graph.Node) (src *graph.Node, offset int, ok bool) {
	switch n.Op().Name() {
	case "Reshape", "StopGradient":
		return n.In(0), 0, true
	case "Cast":
		if n.Attrs().To == graph.Float {
			return n.In(0), 0, true
		}
	case "Broadcast", "Sum", "Max", "Min":
		if b.size(n) == b.size(n.In(0)) {
			return n.In(0), 0, true
		}
	case "Slice":
		dims, a := b.dims(n.In(0)), n.Attrs()
		if graph.Size(dims[:a.Axis]) == 1 {
			return n.In(0), a.Start.At(b.rows) * graph.Size(dims[a.Axis+1:]), true
		}
	}
	return nil, 0, false
}

// source returns the node that really computes or holds n's elements, seen
// through views, and n's offset in it.
func (b *builder) source(n *graph.Node) (src *graph.Node, offset int) {
	for {
		s, off, ok := b.view(n)
		if !ok {
			return n, offset
		}
		n, offset = s, offset+off
	}
}

// lazy reports whether n is a broadcast that elementwise readers expand
// themselves, so that it needs no memory.
func (b *builder) lazy(n *graph.Node) bool {
	if n.Op().Name() != "Broadcast" || b.root[n] {
		return false
	}
	if _, _, isView := b.view(n); isView {
		return false
	}
	for _, u := range b.users[n] {
		if b.absorbed[n] {
			continue
		}
		one := b.oneNumber(n) != nil
		if !b.elementwise(u) && !(one && b.lazyUse(u)) {
			return false
		}
	}
	return true
}

// lazyUse reports whether u shows a repeated number in another shape and is itself only
// read element by element.
func (b *builder) lazyUse(u *graph.Node) bool {
	if name := u.Op().Name(); name != "Broadcast" && name != "Reshape" || b.root[u] {
		return false
	}
	for _, v := range b.users[u] {
		if !b.elementwise(v) && !b.lazyUse(v) {
			return false
		}
	}
	return true
}

// elementwise reports whether n is computed in a fused group.
func (b *builder) elementwise(n *graph.Node) bool {
	return isElementwise(n) && !b.absorbed[n] && b.fused[n] == nil && b.pooled[n] == nil && b.adam[n] == nil
}

// arrange gives every node its stage and elementwise nodes their group.
func (b *builder) arrange() {
	for _, updating := range [2]bool{false, true} {
		if updating {
			b.floor = b.lastStage() + 1
			if len(b.spec.Guard) > 0 {
				b.floor++ // the guard has a stage of its own
			}
		}
		for _, n := range b.order {
			if b.early[n] != updating {
				b.place(n)
			}
		}
	}
}

func (b *builder) beforeUpdates() []*graph.Node {
	return append(slices.Collect(maps.Values(b.spec.Outputs)), b.spec.Guard...)
}

func (b *builder) lastStage() int {
	last := -1
	for _, s := range b.stage {
		last = max(last, s)
	}
	return last
}

// place computes the stage of one node from those of its sources.
func (b *builder) place(n *graph.Node) {
	if isLeaf(n) {
		b.stage[n] = -1
		if b.unpacked[n] {
			b.stage[n] = 0
		}
		return
	}
	if b.absorbed[n] {
		return
	}
	if src, _, ok := b.view(n); ok {
		b.stage[n] = b.stage[src]
		return
	}
	if b.lazy(n) || b.takenChannels(n) {
		b.stage[n] = b.stage[n.In(0)]
		return
	}
	s := b.floor
	if b.elementwise(n) {
		for _, x := range n.Inputs() {
			if b.joins(n, x) {
				s = max(s, b.stage[x])
			} else {
				s = max(s, b.stage[x]+1)
			}
		}
		b.stage[n] = s
		b.join(n, s)
		return
	}
	for _, x := range b.reads(n) {
		s = max(s, b.stage[x]+1)
	}
	b.stage[n] = s + b.depth(n) - 1
}

// joins reports whether x's elements may stay in a register between x and n.
func (b *builder) joins(n, x *graph.Node) bool {
	src, offset := b.source(x)
	return offset == 0 && b.elementwise(src) && b.size(src) == b.size(n)
}

// reads returns what a node that is no elementwise node reads, with its epilogue.
func (b *builder) reads(n *graph.Node) []*graph.Node {
	if p := b.fused[n]; p != nil {
		return p.reads()
	}
	if p := b.pooled[n]; p != nil {
		return append(slices.Clone(p.grad.Inputs()), p.skip, p.mask)
	}
	if r := b.adam[n]; r != nil {
		return []*graph.Node{r.grad, b.oneNumber(r.rate), b.oneNumber(r.root)}
	}
	return n.Inputs()
}

type groupKey struct{ stage, size int }

// group is elementwise nodes that run as one program.
type group struct {
	groupKey
	nodes []*graph.Node
}

func (b *builder) join(n *graph.Node, stage int) {
	key := groupKey{stage, b.size(n)}
	g := b.groups[key]
	if g == nil {
		g = &group{groupKey: key}
		b.groups[key] = g
	}
	g.nodes = append(g.nodes, n)
	b.groupOf[n] = g
}

// stored reports whether an elementwise node's value must be in memory.
func (b *builder) stored(n *graph.Node) bool {
	if b.root[n] {
		return true
	}
	for _, u := range b.users[n] {
		if b.elementwise(u) && b.groupOf[u] == b.groupOf[n] {
			continue
		}
		if _, _, isView := b.view(u); isView && !b.root[u] && b.staysInGroup(u, n) {
			continue
		}
		return true
	}
	return false
}

// staysInGroup reports whether a view of n is read by n's own group only.
func (b *builder) staysInGroup(view, n *graph.Node) bool {
	if _, offset := b.source(view); offset != 0 || b.size(view) != b.size(n) || b.root[view] {
		return false
	}
	for _, u := range b.users[view] {
		if b.elementwise(u) && b.groupOf[u] == b.groupOf[n] {
			continue
		}
		if _, _, isView := b.view(u); isView && b.staysInGroup(u, n) {
			continue
		}
		return false
	}
	return true
}
