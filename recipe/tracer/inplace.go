package tracer

import (
	"fmt"
	"slices"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// A node is a value, while a tensor of PyTorch is a place that several names may hold, and
// that a view shows part of. So a change in place is kept beside the graph: what a tensor
// is now, for all who hold it. What was computed from it before keeps the value that it
// had.

// changes are the tensors that were changed in place.
type changes struct {
	now     map[*graph.Node]*graph.Node // what a tensor is now
	copies  map[*graph.Node]bool        // are no views of what they are made from
	held    map[*graph.Node]bool        // were read from a name, so others may hold them
	shows   map[*graph.Node]bool        // are views of their input
	shown   map[*graph.Node]shown       // are views of others that no operation of the graph shows
	like    map[*graph.Node]*graph.Node // lie as others do
	packed  map[*graph.Node]bool        // lie in order
	layouts map[layoutKey][]int         // strides, nil where they are not known
	allowed bool
}

// shown is how a view shows elements of another tensor.
type shown struct {
	base  *graph.Node
	again func(base *graph.Node) *graph.Node    // the view, made of what its base is now
	write func(base, v *graph.Node) *graph.Node // the base with v in the place of those elements; nil where that cannot be
}

func newChanges() changes {
	return changes{
		now: map[*graph.Node]*graph.Node{}, copies: map[*graph.Node]bool{}, held: map[*graph.Node]bool{}, shows: map[*graph.Node]bool{},
		shown: map[*graph.Node]shown{}, like: map[*graph.Node]*graph.Node{}, packed: map[*graph.Node]bool{}, layouts: map[layoutKey][]int{},
	}
}

// view reports whether n shows elements of another tensor, which a change of either changes.
func (c *changes) view(n *graph.Node) bool {
	if _, ok := c.shown[n]; ok {
		return true
	}
	return !n.Poisoned() && !c.copies[n] && moves(n) && (c.shows[n] || c.place(n.In(0)))
}

// base is the tensor that a view shows.
func (c *changes) base(n *graph.Node) *graph.Node {
	if s, ok := c.shown[n]; ok {
		return s.base
	}
	return n.In(0)
}

// Show makes n a view of a tensor that no operation of the graph shows.
func (t *Tracer) Show(base, n *graph.Node, again func(base *graph.Node) *graph.Node, write func(base, v *graph.Node) *graph.Node) *graph.Node {
	if t.changes.allowed && !n.Poisoned() {
		t.changes.shown[n] = shown{base, again, write}
	}
	return n
}

// place reports whether n is a tensor of the file, and not a step of an operation on the
// way to one.
func (c *changes) place(n *graph.Node) bool { return c.held[n] || c.view(n) }

// latest returns what a tensor is now.
func (c *changes) latest(n *graph.Node) *graph.Node {
	if len(c.now) == 0 || n.Poisoned() {
		return n
	}
	if m, ok := c.now[n]; ok {
		m = c.latest(m)
		c.now[n] = m
		return m
	}
	if !c.view(n) {
		return n
	}
	was := c.base(n)
	base := c.latest(was)
	if base == was {
		return n
	}
	var m *graph.Node
	if s, ok := c.shown[n]; ok {
		m = s.again(base)
		s.base = base
		c.shown[m] = s
	} else {
		m = n.Graph().Again(n, base)
		c.shows[m] = true
	}
	c.now[n], c.held[m] = m, true
	return m
}

// AllowInPlace lets the file assign to parts of a tensor, as PyTorch does.
func (t *Tracer) AllowInPlace() { t.changes.allowed = true }

// Copy returns a tensor of x's value that is another place.
func (t *Tracer) Copy(x *graph.Node) *graph.Node {
	y := x.Copy()
	t.changes.copies[y], t.changes.like[y] = true, x
	return y
}

// PlaceArg returns argument i, a tensor that is to be changed: the one that names hold,
// also where that is of another graph, and not its value.
func (c *Call) PlaceArg(i int) *graph.Node {
	if n, ok := c.args[i].(*graph.Node); ok {
		return c.Tracer.changes.latest(n)
	}
	return c.TensorArg(i)
}

// Overwrite puts the value of v in the place of what a tensor holds, for all names that
// hold it and all views of it, and returns the tensor. What the operation is called is for
// messages.
func (t *Tracer) Overwrite(x, v *graph.Node, what string, at syntax.Span) Value {
	return t.overwrite(x, v, false, what, at)
}

// Renew is Overwrite for a value that was computed for this and that nothing else holds.
func (t *Tracer) Renew(x, v *graph.Node, what string, at syntax.Span) Value {
	return t.overwrite(x, v, true, what, at)
}

func (t *Tracer) overwrite(x, v *graph.Node, fresh bool, what string, at syntax.Span) Value {
	if x.Poisoned() || v.Poisoned() {
		return Poison
	}
	refuse := func(why, fix string, notes ...string) Value {
		return t.Report(at, graph.Diagnostic{
			Code: CodeType, Message: what + " changes a tensor in place, " + why, Notes: notes, Fixes: []string{fix},
		})
	}
	name := x.Label()
	if name == "" {
		name = "x"
	}
	if p, isParam := x.Param(); isParam {
		name = p.Name
		var notes []string
		if !t.frozen {
			notes = []string{"PyTorch raises: a leaf Variable that requires grad is being used in an in-place operation."}
		}
		return refuse("but this one is a weight, which the optimizer alone changes", "a tensor of its own: "+name+" = "+name+".clone()", notes...)
	}
	if x.Graph() != t.g {
		return refuse("but this one was made outside of the function, where it would keep what one batch left", "a tensor of its own: "+name+" = "+name+".clone()")
	}
	defer t.at(at)()
	if !spreads(v.Shape(), x.Shape()) {
		return t.Report(at, graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("%s puts %v in the place of %v, which has another shape", what, v.Shape(), x.Shape()),
			Notes:   graph.Columns([]string{"changed", x.Shape().String(), x.Origin()}, []string{"by", v.Shape().String(), v.Origin()}),
		})
	}
	if !v.Shape().Equal(x.Shape()) {
		v = v.BroadcastTo(x.Shape())
	}
	v = t.Narrowed(v.Cast(x.DType()), t.width(x))
	if v.Poisoned() {
		return Poison
	}
	c := &t.changes
	if !c.view(x) {
		if v = t.unwatched(x, v); v == x {
			return x
		}
		if !fresh || c.place(v) {
			v = t.Copy(v)
		}
		c.now[x], c.held[v], c.copies[v], c.like[v] = v, true, true, x
		return v
	}
	base := c.latest(c.base(x))
	whole := t.written(x, base, v)
	if whole == nil {
		return refuse("but this one shows another one, "+base.Display()+", which would change too", "a tensor of its own: "+name+" = "+name+".clone()")
	}
	if Poisoned(t.overwrite(base, whole, fresh, what, at)) {
		return Poison
	}
	return c.latest(x)
}

// written is the base of a view with v in the place of what the view shows, or nil where it
// shows elements more than once, or others have derivatives.
func (t *Tracer) written(view, base, v *graph.Node) *graph.Node {
	if s, ok := t.changes.shown[view]; ok {
		if s.write == nil {
			return nil
		}
		return s.write(base, v)
	}
	switch a := view.Attrs(); view.Op().Name() {
	case "Reshape":
		return v.ReshapeTo(base.Shape())
	case "Transpose":
		back := make([]int, len(a.Perm))
		for i, p := range a.Perm {
			back[p] = i
		}
		return v.Transpose(back...)
	case "Slice":
		length := base.Shape()[a.Axis]
		stop := graph.Dim{Rows: a.Start.Rows + view.Shape()[a.Axis].Rows, Const: a.Start.Const + view.Shape()[a.Axis].Const}
		var parts []*graph.Node
		if a.Start != (graph.Dim{}) {
			parts = append(parts, base.Slice(a.Axis, graph.Dim{}, a.Start))
		}
		parts = append(parts, v)
		if stop != length {
			parts = append(parts, base.Slice(a.Axis, stop, length))
		}
		return graph.Concat(a.Axis, parts...)
	case "StopGradient":
		if t.frozen {
			return v
		}
	}
	return nil
}

// unwatched is what v, put in the place of x, is to derivatives: where no gradient is
// watched, what x was computed from has the derivatives that it had.
func (t *Tracer) unwatched(x, v *graph.Node) *graph.Node {
	if !t.frozen || v.DType() != graph.Float {
		return v
	}
	v = v.StopGradient()
	if t.watched(x) {
		v = v.Add(x.Sub(x.StopGradient()))
	}
	return v
}

// watched reports whether a derivative may pass to an input or a weight.
func (t *Tracer) watched(x *graph.Node) bool {
	seen := map[*graph.Node]bool{}
	var visit func(n *graph.Node) bool
	visit = func(n *graph.Node) bool {
		if seen[n] || n.DType() != graph.Float || n.Op().Name() == "StopGradient" {
			return false
		}
		seen[n] = true
		_, isInput := n.InputName()
		_, isParam := n.Param()
		return isInput || isParam || slices.ContainsFunc(n.Inputs(), visit)
	}
	return visit(x)
}

// spreads reports whether a shape can be repeated to another one.
func spreads(from, to graph.Shape) bool {
	if len(from) > len(to) {
		return false
	}
	for i, d := range from {
		if !d.IsOne() && d != to[len(to)-len(from)+i] {
			return false
		}
	}
	return true
}

// changesAs reports whether x op= v changes x for all who hold it. A weight, or what was
// made outside of the function, gets a new value under its name alone, as does what would
// change its shape or kind.
func (t *Tracer) changesAs(x, v *graph.Node) bool {
	if x.Poisoned() || v.Poisoned() || x.Graph() != t.g {
		return false
	}
	_, isParam := x.Param()
	return !isParam && v.Shape().Equal(x.Shape()) && v.DType() == x.DType()
}

// setElements is x[index] = v: for a mask, where it holds, and else in the view that the
// index shows.
func (t *Tracer) setElements(x *graph.Node, index, v Value, at syntax.Span) Value {
	value, ok := t.Tensor(v, at)
	if !ok {
		return t.Refuse(at, CodeType, "elements of a tensor are numbers, not %s", Describe(v))
	}
	what := t.Brief(at) + " = ..."
	if w := t.width(x); w != (Narrow{}) && !t.fits(v, w, at) {
		return t.Refuse(at, CodeOverflow, "%s", outOfBounds(v, w))
	}
	mask, isNode := index.(*graph.Node)
	if places, ok := movingPlace(index); ok && value.Rank() == 0 && len(places) <= x.Rank() && !x.Poisoned() && !value.Poisoned() {
		t.changes.held[x] = true
		return t.setAt(x, places, value, at)
	}
	if !isNode {
		part, ok := t.indexTensor(x, index, at).(*graph.Node)
		if !ok {
			return Poison
		}
		t.changes.held[x] = true
		if part != x && !t.changes.view(part) {
			return t.Report(at, graph.Diagnostic{
				Code:    CodeUnsupported,
				Message: what + " changes elements at positions that a tensor holds",
				Fixes:   []string{"a mask: torch.where(mask, new_values, " + x.Display() + ")"},
			})
		}
		for value.Rank() > part.Rank() && value.Shape()[0].IsOne() {
			value = value.Squeeze(0)
		}
		return t.Overwrite(part, value, what, at)
	}
	if mask.Poisoned() || x.Poisoned() || value.Poisoned() {
		return Poison
	}
	if mask.DType() != graph.Bool || value.Rank() > 0 || mask.Rank() > x.Rank() {
		return t.Report(at, graph.Diagnostic{
			Code:    CodeUnsupported,
			Message: what + " puts as many numbers as the values say: one number goes where a mask holds here",
			Notes:   graph.Columns([]string{x.Display(), x.Shape().String()}, []string{mask.Display(), mask.Shape().String()}, []string{"value", value.Shape().String()}),
			Fixes:   []string{"torch.where(mask, new_values, " + x.Display() + ")"},
		})
	}
	defer t.at(at)()
	for mask.Rank() < x.Rank() {
		mask = mask.ExpandDims(-1)
	}
	return t.Renew(x, mask.Where(value.Cast(x.DType()), x), what, at)
}
