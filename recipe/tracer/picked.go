package tracer

import (
	"reflect"
	"slices"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Picked is x[mask]: the rows of a tensor where a mask holds. How many they are is only
// known while training runs, so all rows are kept, the others as what no function of one
// number is infinite for, and left out of sums and means at the end.
type Picked struct {
	all  *graph.Node // [D ...]: what the mask covers as the first axis, then the other axes
	mask *graph.Node // [D], of truth values
}

// TypeName implements [Named].
func (*Picked) TypeName() string { return "masked tensor" }

// Pick returns x[mask]; ok is false where the mask is none of x's first axes or does not
// depend on the batch, and nothing is reported then.
func (t *Tracer) Pick(x, mask *graph.Node) (v Value, ok bool) {
	if x.Poisoned() || mask.Poisoned() {
		return Poison, true
	}
	s, m := x.Shape(), mask.Shape()
	d, sized := m.Size()
	if mask.DType() != graph.Bool || len(m) == 0 || len(m) > len(s) || !m.Equal(s[:len(m)]) || !sized || !d.Depends() {
		return nil, false
	}
	all := x.ReshapeTo(append(graph.Shape{d}, s[len(m):]...))
	flat := mask.ReshapeTo(graph.Shape{d})
	return &Picked{where(flat, all, harmless(x.DType())), flat}, true
}

// harmless is what stands for the rows that are not picked: 0.5 has a logarithm, as has
// one minus it, and 0 is a class.
func harmless(kind graph.DType) float64 {
	if kind == graph.Float {
		return 0.5
	}
	return 0
}

// where keeps the rows of x that the mask picks and puts v in the place of the others.
func where(mask, x *graph.Node, v float64) *graph.Node {
	for mask.Rank() < x.Rank() {
		mask = mask.ExpandDims(-1)
	}
	return mask.Where(x, x.Graph().Const(v).Cast(x.DType()))
}

// rows counts the rows picked, and size their numbers.
func (p *Picked) rows() *graph.Node { return p.mask.Cast(graph.Float).Sum() }

func (p *Picked) size() *graph.Node {
	n := p.rows()
	for _, d := range p.all.Shape()[1:] {
		n = n.Mul(p.all.Graph().Count(d))
	}
	return n
}

func (p *Picked) sum() *graph.Node { return where(p.mask, p.all, 0).Sum() }

// pickedIn returns one of the values that is picked.
func pickedIn(values ...Value) *Picked {
	for _, v := range values {
		if p, ok := v.(*Picked); ok {
			return p
		}
	}
	return nil
}

// unpick puts all rows in the place of those picked, and reports whether a function of
// each row may take the values together: they are picked alike, and nothing else has
// their first axis.
func unpick(p *Picked, values []Value) bool {
	for i, v := range values {
		switch v := v.(type) {
		case *Picked:
			if !sameNode(p.mask, v.mask) {
				return false
			}
			values[i] = v.all
		case *graph.Node:
			if v.Rank() >= p.all.Rank() {
				return false
			}
		}
	}
	return true
}

// sameNode reports whether two nodes are the same computation.
func sameNode(a, b *graph.Node) bool {
	if a == b {
		return true
	}
	x, y := a.Inputs(), b.Inputs()
	if len(x) == 0 || len(x) != len(y) {
		return len(x) == len(y) && a.Op().Name() == "Const" && reflect.DeepEqual(a.Op(), b.Op())
	}
	return reflect.DeepEqual(a.Op(), b.Op()) && slices.EqualFunc(x, y, sameNode)
}

// repick is the result of a function of all rows: picked again where each of its rows
// comes of one row.
func (t *Tracer) repick(p *Picked, v Value, at syntax.Span, from ...Value) Value {
	n, ok := v.(*graph.Node)
	if Poisoned(v) || ok && n.Poisoned() {
		return Poison
	}
	var rows []*graph.Node
	for _, v := range from {
		if x, isNode := v.(*graph.Node); isNode {
			rows = append(rows, x)
		}
	}
	if !ok || !graph.RowsApart(n, p.all.Shape()[0], rows...) {
		return t.refusePicked(at, t.Brief(at)+" does more than work on each element by itself")
	}
	return &Picked{n, p.mask}
}

// RefuseMask refuses what a mask picks where it is used like a tensor of a known shape.
func (t *Tracer) RefuseMask(at syntax.Span) Value { return t.refusePicked(at, "") }

func (t *Tracer) refusePicked(at syntax.Span, why string) Value {
	message := "a mask picks as many elements as the values say, so the shape is only known while training runs"
	if why != "" {
		message += "; " + why
	}
	return t.Report(at, graph.Diagnostic{
		Code:    CodeUnsupported,
		Message: message,
		Fixes:   []string{"K.where(mask, x, 0), and a sum divided by that of the mask as floats"},
	})
}

const alike = "they go with numbers, and with what the same mask picks"

// ofPicked applies a function of each element to values of which some are picked.
func (t *Tracer) ofPicked(at syntax.Span, f func(values ...Value) Value, values ...Value) Value {
	p := pickedIn(values...)
	if !unpick(p, values) {
		return t.refusePicked(at, alike)
	}
	return t.repick(p, f(values...), at, values...)
}

// callPicked calls a function with picked arguments.
func (t *Tracer) callPicked(c *Call) Value {
	p := pickedIn(append(slices.Clone(c.args), c.Rest...)...)
	word := c.Fn.Name[strings.LastIndexByte(c.Fn.Name, '.')+1:]
	first, ok := c.args[0].(*Picked)
	if ok && c.Fn.Name == "size" && len(c.args) > 1 && !isNone(c.args[1]) {
		return t.subscript(t.shapeOf(first, c.At), c.args[1], c.At)
	}
	if ok && len(c.Rest) == 0 && c.whole(first) {
		defer t.at(c.At)()
		switch word {
		case "sum", "reduce_sum":
			return t.made(first.sum(), c.At)
		case "mean", "reduce_mean":
			return t.made(first.sum().Div(first.size()), c.At)
		case "numel", "nelement":
			return t.made(first.size(), c.At)
		case "len":
			return t.made(first.rows(), c.At)
		case "size":
			if word == c.Fn.Name && !c.Fn.computed { // PyTorch's method: no function of a module, no attribute
				return t.shapeOf(first, c.At)
			}
			return t.made(first.size(), c.At)
		}
	}
	if !unpick(p, c.args) || !unpick(p, c.Rest) {
		return t.refusePicked(c.At, alike)
	}
	how, reduces := c.reduced()
	v := c.Fn.do(c)
	if c.failed {
		return Poison
	}
	v = t.repick(p, v, c.At, append(slices.Clone(c.args), c.Rest...)...)
	terms, ok := v.(*Picked)
	if !ok || !reduces {
		return v
	}
	defer t.at(c.At)()
	switch how {
	case "sum":
		return t.made(terms.sum(), c.At)
	case "mean":
		return t.made(terms.sum().Div(terms.size()), c.At)
	}
	return v
}

// whole reports whether a call gives nothing beside a picked argument, or the one axis
// that it has.
func (c *Call) whole(p *Picked) bool {
	for i, param := range c.Fn.Params() {
		if i == 0 || !c.given[i] || isNone(c.args[i]) {
			continue
		}
		axis, ok := Dim(c.args[i])
		if param.Name != "dim" && param.Name != "axis" || p.all.Rank() > 1 || !ok || axis.Depends() || axis.Const != 0 && axis.Const != -1 {
			return false
		}
	}
	return len(c.Extra) == 0
}

// reduced makes a loss give its terms, and returns how it would have made one number of
// them. One whose mean is of weights is left alone.
func (c *Call) reduced() (how string, ok bool) {
	i := slices.IndexFunc(c.Fn.Params(), func(p Param) bool { return p.Name == "reduction" })
	if i < 0 {
		return "", false
	}
	for _, name := range []string{"weight", "size_average", "reduce", "ignore_index"} {
		if k := slices.IndexFunc(c.Fn.Params(), func(p Param) bool { return p.Name == name }); k >= 0 && Repr(c.args[k]) != c.Fn.Params()[k].Text {
			return "", false
		}
	}
	s, ok := c.args[i].(Str)
	if ok {
		c.args[i] = Str("none")
	}
	return string(s), ok
}

// shapeOf is the shape of what is picked, whose first length is a number of the batch.
func (t *Tracer) shapeOf(p *Picked, at syntax.Span) Value {
	shape := Tuple{t.made(p.rows(), at)}
	for _, d := range p.all.Shape()[1:] {
		shape = append(shape, t.LengthOf(d))
	}
	return shape
}
