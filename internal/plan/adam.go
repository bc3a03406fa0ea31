package plan

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// Adam updates a parameter and its two moments in one pass over memory: the rule
//
//	m = β₁·m + (1−β₁)·g,  v = β₂·v + (1−β₂)·g²,  p = Keep·p − Rate·m/(Root·√v + Eps)
//
// of package optim, found in the graph. Rate, Root and Decay = 1 − Keep are numbers
// of the step. A task is one tile.
type Adam struct {
	Param, Grad, M, V Ref
	Rate, Root        Ref
	Decay             *Ref // nil where Keep is 1
	Beta1, Beta2, Eps float32
}

func (*Adam) Kind() string { return "adam" }
func (w *Adam) describe() string {
	if w.Decay != nil {
		return fmt.Sprintf("%d with decay", w.Param.Len)
	}
	return fmt.Sprint(w.Param.Len)
}
func (w *Adam) refs() []*Ref {
	refs := []*Ref{&w.Param, &w.Grad, &w.M, &w.V, &w.Rate, &w.Root}
	if w.Decay != nil {
		refs = append(refs, w.Decay)
	}
	return refs
}

// rule is the nodes of one parameter's update.
type rule struct {
	param, grad, m, v       *graph.Node
	nextParam, nextM, nextV *graph.Node
	rate, root, decay       *graph.Node // one number each; decay may be nil
	beta1, beta2, eps       float32
	inner                   []*graph.Node // computed on the way
}

// findAdam finds the updates that one kernel does. Their nodes are computed in the
// step of the parameter's new value.
func (b *builder) findAdam() {
	newValue := map[*graph.Node]*graph.Node{} // parameter -> its new value
	for _, u := range b.spec.Updates {
		newValue[u.Param] = u.Value
	}
	shown := map[*graph.Node]bool{}
	for _, n := range b.beforeUpdates() {
		shown[n] = true
	}
	for _, u := range b.spec.Updates {
		r, ok := b.matchAdam(u, newValue)
		if !ok || !b.closed(r, shown) {
			continue
		}
		mine := append(r.inner, r.nextM, r.nextV, r.nextParam)
		for _, n := range mine {
			b.inRule[n] = true
			if n != r.nextParam {
				b.absorb(n)
			}
			b.absorbRepeats(n, mine)
		}
		b.adam[u.Value] = r
	}
}

// absorbRepeats leaves out the broadcasts of numbers that only the rule reads.
func (b *builder) absorbRepeats(n *graph.Node, mine []*graph.Node) {
	for _, x := range n.Inputs() {
		if x.Op().Name() != "Broadcast" || b.root[x] {
			continue
		}
		if !slices.ContainsFunc(b.users[x], func(u *graph.Node) bool { return !slices.Contains(mine, u) }) {
			b.absorb(x)
		}
	}
}

// matchAdam recognises the rule in the new value of a parameter.
func (b *builder) matchAdam(u graph.Update, newValue map[*graph.Node]*graph.Node) (*rule, bool) {
	r := &rule{param: u.Param, nextParam: u.Value}
	change, ok := b.operand(u.Value, "Sub", u.Param)
	if !ok {
		return nil, false
	}
	r.inner = append(r.inner, change)
	if change.Op().Name() == "Add" {
		decayed := change.In(1)
		x, k := b.scaled(decayed)
		if x != u.Param {
			return nil, false
		}
		r.decay = k
		change = change.In(0)
		r.inner = append(r.inner, decayed, change)
	}
	if change.Op().Name() != "Div" {
		return nil, false
	}
	above, below := change.In(0), change.In(1)
	r.nextM, r.rate = b.scaled(above)
	rooted, eps, ok := b.shifted(below)
	if r.nextM == nil || !ok {
		return nil, false
	}
	sqrt, root := b.scaled(rooted)
	if sqrt == nil || sqrt.Op().Name() != "Sqrt" {
		return nil, false
	}
	r.root, r.eps, r.nextV = root, eps, sqrt.In(0)
	r.inner = append(r.inner, above, below, rooted, sqrt)
	return r, b.matchMoments(r, newValue)
}

// matchMoments recognises the new moments.
func (b *builder) matchMoments(r *rule, newValue map[*graph.Node]*graph.Node) bool {
	m, grad, beta1, ok := b.average(r.nextM, &r.inner)
	if !ok {
		return false
	}
	v, square, beta2, ok := b.average(r.nextV, &r.inner)
	if !ok || square.Op().Name() != "Square" || square.In(0) != grad {
		return false
	}
	r.inner = append(r.inner, square)
	r.m, r.v, r.grad, r.beta1, r.beta2 = m, v, grad, beta1, beta2
	shaped := func(n *graph.Node) bool { return slices.Equal(b.dims(n), b.dims(r.param)) }
	return newValue[m] == r.nextM && newValue[v] == r.nextV && shaped(m) && shaped(v)
}

// average recognises β·x + (1−β)·y with a parameter x.
func (b *builder) average(n *graph.Node, inner *[]*graph.Node) (x, y *graph.Node, beta float32, ok bool) {
	if n.Op().Name() != "Add" {
		return nil, nil, 0, false
	}
	x, kx := b.scaled(n.In(0))
	y, ky := b.scaled(n.In(1))
	if x == nil || y == nil || x.Op().Name() != "Param" {
		return nil, nil, 0, false
	}
	beta, okX := b.number(kx)
	rest, okY := b.number(ky)
	*inner = append(*inner, n.In(0), n.In(1))
	return x, y, beta, okX && okY && near(rest, 1-beta)
}

// near allows for the rounding of 1−β.
func near(a, b float32) bool { return a-b < 1e-6 && b-a < 1e-6 }

// operand returns y of op(x, y).
func (b *builder) operand(n *graph.Node, op string, x *graph.Node) (*graph.Node, bool) {
	if n.Op().Name() != op || n.In(0) != x {
		return nil, false
	}
	return n.In(1), true
}

// scaled returns x and k of x·k, where k is one number.
func (b *builder) scaled(n *graph.Node) (x, k *graph.Node) {
	if n.Op().Name() != "Mul" || b.size(n) == 1 {
		return nil, nil
	}
	for i := range 2 {
		if one := b.oneNumber(n.In(i)); one != nil && b.size(n.In(1-i)) > 1 && b.oneNumber(n.In(1-i)) == nil {
			return n.In(1 - i), n.In(i)
		}
	}
	return nil, nil
}

// shifted returns x and c of x + c, where c is a number known when planning.
func (b *builder) shifted(n *graph.Node) (x *graph.Node, c float32, ok bool) {
	if n.Op().Name() != "Add" {
		return nil, 0, false
	}
	c, ok = b.number(n.In(1))
	return n.In(0), c, ok
}

// closed reports whether nothing but the rule reads what the kernel does not leave
// behind, or the values that it overwrites.
func (b *builder) closed(r *rule, shown map[*graph.Node]bool) bool {
	mine := append([]*graph.Node{r.nextParam, r.nextM, r.nextV}, r.inner...)
	others := func(n *graph.Node) bool {
		return slices.ContainsFunc(b.users[n], func(u *graph.Node) bool { return !slices.Contains(mine, u) })
	}
	for _, n := range mine {
		if shown[n] || others(n) {
			return false
		}
	}
	if shown[r.param] || others(r.m) || others(r.v) || shown[r.m] || shown[r.v] {
		return false
	}
	// Readers of the old parameter must be done before the updates begin.
	for _, u := range b.users[r.param] {
		if !slices.Contains(mine, u) && !b.early[u] {
			return false
		}
	}
	return true
}

func (b *builder) emitAdam(n *graph.Node, r *rule) {
	w := &Adam{
		Param: b.ref[r.param], Grad: b.inOrder(r.grad), M: b.ref[r.m], V: b.ref[r.v],
		Rate: b.memory(b.oneNumber(r.rate)), Root: b.memory(b.oneNumber(r.root)),
		Beta1: r.beta1, Beta2: r.beta2, Eps: r.eps,
	}
	if r.decay != nil {
		decay := b.memory(b.oneNumber(r.decay))
		w.Decay = &decay
	}
	if b.packsGrad(r) {
		packed := b.newBuffer(w.Grad.Len)
		b.add(b.stage[n]-1, b.pack(r.param, w.Grad, packed))
		w.Grad = packed
	}
	b.ref[n], b.ref[r.nextM], b.ref[r.nextV] = w.Param, w.M, w.V
	b.add(b.stage[n], Step{
		Node: n, Tasks: Tiles(w.Param.Len), Cost: 20 + w.Param.Len*2/5, Outs: []Ref{w.Param, w.M, w.V}, Do: w,
	})
}

// packsGrad reports whether the gradient has to be brought into kernel order first.
func (b *builder) packsGrad(r *rule) bool { return b.ordered[r.param] && !b.ordered[r.grad] }

// Step returns the constants of a step for the kernel.
func (w *Adam) Step(rate, root, decay float32) kernel.AdamStep {
	return kernel.AdamStep{Rate: rate, Root: root, Beta1: w.Beta1, Beta2: w.Beta2, Eps: w.Eps, Keep: 1 - decay, Scale: 1}
}
