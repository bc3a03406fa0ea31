package tracer

import (
	"slices"

	"github.com/descent-ml/descent/graph"
)

// Whether PyTorch's reshape shows a tensor or copies it, and whether view is possible at
// all, depends on where the elements lie. So the strides of tensors are followed here: they
// are known of what was made in order, of views of that, and of what is computed element by
// element from such.

// rowsTried are the numbers of rows that strides are computed for. What holds of both is
// taken to hold of any.
var rowsTried = [2]int{5, 7}

// Sharing is what the result of a function has to do with the places of its arguments,
// where tensors can be changed.
type Sharing uint8

const (
	// Given results may be an argument, or something that one holds.
	Given Sharing = iota
	// Own results are another place, also where they have the value of an argument.
	Own
	// Shown results are views of the first argument, or, where its elements do not lie so, copies.
	Shown
)

// share enters what a function's result has to do with its first argument.
func (t *Tracer) share(how Sharing, first, v Value) Value {
	c := &t.changes
	if !c.allowed {
		return v
	}
	switch v := v.(type) {
	case *graph.Node:
		switch {
		case v.Poisoned() || how == Given:
		case how == Shown:
			if x, ok := first.(*graph.Node); ok {
				t.Shows(c.latest(x), v)
			}
		case c.held[v]:
			return t.Copy(v)
		default:
			c.copies[v] = true
		}
	case Tuple:
		for i := range v {
			v[i] = t.share(how, first, v[i])
		}
	}
	return v
}

// Shows makes v a view of x, which it was made from by moving elements; what cannot be one
// is a copy.
func (t *Tracer) Shows(x, v *graph.Node) {
	c := &t.changes
	var steps []*graph.Node
	for n := v; n != x; n = c.base(n) {
		if _, isShown := c.shown[n]; isShown {
			continue
		}
		if !moves(n) || c.held[n] {
			return
		}
		steps = append(steps, n)
	}
	for _, n := range slices.Backward(steps) {
		if n.Op().Name() == "Reshape" && c.scattered(n.In(0), n.Shape()) {
			c.copies[n], c.packed[n] = true, true
			continue
		}
		c.shows[n] = true
	}
}

// moves reports whether n has the elements of its input.
func moves(n *graph.Node) bool {
	switch n.Op().Name() {
	case "Reshape", "Transpose", "Slice", "Broadcast", "StopGradient":
		return true
	}
	return false
}

// Contiguous reports whether x's elements lie in order.
func (t *Tracer) Contiguous(x *graph.Node) (contiguous, known bool) {
	for i, rows := range rowsTried {
		strides, ok := t.changes.strides(x, rows)
		inOrder := ok && ordered(x.Shape().At(rows), strides)
		if !ok || i > 0 && inOrder != contiguous {
			return false, false
		}
		contiguous = inOrder
	}
	return contiguous, true
}

// Packed returns a copy of x whose elements lie in order.
func (t *Tracer) Packed(x *graph.Node) *graph.Node {
	y := t.Copy(x)
	t.changes.packed[y] = true
	return y
}

// Viewable reports whether x can be shown in another shape; what is not known is.
func (t *Tracer) Viewable(x *graph.Node, to graph.Shape) bool { return !t.changes.scattered(x, to) }

// scattered reports whether the elements of x are known to lie so that no view of that
// shape shows them.
func (c *changes) scattered(x *graph.Node, to graph.Shape) bool {
	for _, rows := range rowsTried {
		strides, known := c.strides(x, rows)
		if !known {
			return false
		}
		if _, ok := restrided(x.Shape().At(rows), strides, to.At(rows)); ok {
			return false
		}
	}
	return true
}

// layoutKey is a tensor and a number of rows.
type layoutKey struct {
	n    *graph.Node
	rows int
}

// strides returns how many elements apart the elements along each axis lie.
func (c *changes) strides(n *graph.Node, rows int) (strides []int, known bool) {
	key := layoutKey{n, rows}
	if s, ok := c.layouts[key]; ok {
		return s, s != nil
	}
	s := c.layout(n, rows)
	c.layouts[key] = s
	return s, s != nil
}

// layout computes strides, nil where they are not known.
func (c *changes) layout(n *graph.Node, rows int) []int {
	dims := n.Shape().At(rows)
	if _, ok := c.shown[n]; ok {
		return nil
	}
	if c.packed[n] || len(dims) == 0 {
		return packed(dims)
	}
	if like, ok := c.like[n]; ok {
		if s, known := c.strides(like, rows); !known || dense(dims, s) {
			return s
		}
		return packed(dims)
	}
	switch n.Op().Name() {
	case "MatMul", "Sum", "Max", "Min", "ArgMax", "LogSumExp": // products and reductions
		return packed(dims)
	}
	if c.view(n) {
		return c.viewLayout(n, rows)
	}
	var operands [][]int
	elementwise, inOrder := n.Op().Name() != "Softmax" && n.Op().Name() != "LogSoftmax" && n.Op().Name() != "CumSum", true
	for _, x := range n.Inputs() {
		s, known := c.strides(x, rows)
		if x.Op().Name() == "Broadcast" && !c.copies[x] && !c.view(x) { // an operand that is repeated
			if s, known = c.strides(x.In(0), rows); known {
				s = repeated(x.In(0).Shape().At(rows), s, len(dims))
			}
		} else {
			inOrder = inOrder && known && ordered(x.Shape().At(rows), s)
		}
		elementwise = elementwise && known && (x.Rank() == 0 || x.Shape().Equal(n.Shape()))
		if x.Rank() > 0 {
			operands = append(operands, s)
		}
	}
	switch {
	case inOrder:
		return packed(dims)
	case elementwise && !moves(n):
		return inOrderOf(dims, operands)
	}
	return nil
}

// viewLayout is layout for a view.
func (c *changes) viewLayout(n *graph.Node, rows int) []int {
	in, known := c.strides(n.In(0), rows)
	if !known {
		return nil
	}
	from := n.In(0).Shape().At(rows)
	switch n.Op().Name() {
	case "Reshape":
		s, _ := restrided(from, in, n.Shape().At(rows))
		return s
	case "Transpose":
		out := make([]int, len(in))
		for i, p := range n.Attrs().Perm {
			out[i] = in[p]
		}
		return out
	case "Broadcast":
		return repeated(from, in, n.Rank())
	}
	return in
}

// packed returns the strides of elements in order.
func packed(dims []int) []int {
	out, step := make([]int, len(dims)), 1
	for i := len(dims) - 1; i >= 0; i-- {
		out[i] = step
		step *= max(dims[i], 1)
	}
	return out
}

// ordered reports whether elements lie in order; the strides of axes of one do not matter.
func ordered(dims, strides []int) bool {
	want := packed(dims)
	for i, d := range dims {
		if d != 1 && strides[i] != want[i] {
			return false
		}
	}
	return true
}

// dense reports whether each place between the first and the last element is one element.
func dense(dims, strides []int) bool {
	axes := make([]int, len(dims))
	for i := range axes {
		axes[i] = i
	}
	slices.SortFunc(axes, func(a, b int) int { return strides[a] - strides[b] })
	step := 1
	for _, a := range axes {
		if dims[a] == 1 {
			continue
		}
		if strides[a] != step {
			return false
		}
		step *= dims[a]
	}
	return true
}

// repeated returns the strides of a tensor that is repeated along axes of one and new ones.
func repeated(dims, strides []int, rank int) []int {
	out := make([]int, rank)
	for i, s := range strides {
		if dims[i] != 1 {
			out[rank-len(dims)+i] = s
		}
	}
	return out
}

// restrided returns the strides with which a view in another shape has the elements in
// order; ok is false where there are none. Axes that go over into one another without a
// gap are cut anew together.
func restrided(dims, strides, to []int) (out []int, ok bool) {
	out = packed(to)
	if len(dims) == 0 || slices.Contains(dims, 0) {
		return out, true
	}
	at := len(to) - 1
	base, old, cut := strides[len(dims)-1], 1, 1
	for i := len(dims) - 1; i >= 0; i-- {
		old *= dims[i]
		if i > 0 && (dims[i-1] == 1 || strides[i-1] == old*base) {
			continue
		}
		for at >= 0 && (cut < old || to[at] == 1) {
			out[at] = cut * base
			cut *= to[at]
			at--
		}
		if cut != old {
			return nil, false
		}
		if i > 0 {
			base, old, cut = strides[i-1], 1, 1
		}
	}
	return out, at < 0
}

// inOrderOf returns the strides that PyTorch gives what is computed element by element: the
// axes lie in the order that they have in the operands, of which the first decides.
func inOrderOf(dims []int, operands [][]int) []int {
	order := make([]int, len(dims)) // the nearest first
	for i := range order {
		order[i] = len(dims) - 1 - i
	}
	farther := func(a, b int) int {
		for _, s := range operands {
			switch {
			case s[a] == 0 || s[b] == 0:
			case s[a] != s[b]:
				return s[a] - s[b]
			case dims[a] > dims[b]:
				return 1
			}
		}
		return 0
	}
	for i := range order {
		for at, k := i, i-1; k >= 0; k-- {
			f := farther(order[k], order[at])
			if f < 0 {
				break
			}
			if f > 0 {
				order[k], order[at] = order[at], order[k]
				at = k
			}
		}
	}
	out, step := make([]int, len(dims)), 1
	for _, a := range order {
		out[a] = step
		step *= dims[a]
	}
	return out
}
