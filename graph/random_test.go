package graph

import (
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Growth is a random graph of rows of the op table, and what feeds it.
type Growth struct {
	G     *Graph
	Feed  Feed
	Nodes []*Node // all that rows gave
	Wrt   []*Node // inputs and parameters of real numbers

	args map[*Node]arg // of inputs and parameters
	seed uint64        // of values: drawn apart from rapid, which would shrink them to ties
	rng  *rand.Rand
}

// Grow applies up to most rows of from, each to what earlier ones gave.
func Grow(t *rapid.T, from []row, rows, most int) *Growth {
	gr := &Growth{G: New(Training), Feed: Feed{Rows: rows, Step: 3, Values: map[*Node]Array{}}, args: map[*Node]arg{}}
	gr.seed = rapid.Uint64().Draw(t, "seed")
	gr.rng = rand.New(rand.NewPCG(gr.seed, 0))
	gr.Nodes = []*Node{gr.leaf(anyReal), gr.leaf(anyReal)}
	for range rapid.IntRange(1, most).Draw(t, "ops") {
		r := from[rapid.IntRange(0, len(from)-1).Draw(t, "row")]
		in := make([]*Node, len(r.in))
		for i, a := range r.in {
			in[i] = gr.pick(t, a)
		}
		gr.Nodes = append(gr.Nodes, r.f(gr.G, in))
	}
	if err := gr.G.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	return gr
}

// pick is an argument of a row: a leaf, or a node made to fit, rather one of the
// argument's own shape.
func (gr *Growth) pick(t *rapid.T, a arg) *Node {
	if a.whole {
		return gr.leaf(a)
	}
	from := gr.Nodes
	if !a.shape.Depends() {
		switch rapid.IntRange(0, 2).Draw(t, "a node, a leaf, a leaf in use") {
		case 1:
			return gr.leaf(a)
		case 2:
			from = gr.Wrt // shared weights
		}
	}
	if same := slices.DeleteFunc(slices.Clone(from), func(n *Node) bool { return !n.shape.Equal(a.shape) }); len(same) > 0 && rapid.Bool().Draw(t, "of that shape") {
		from = same
	}
	return fit(from[rapid.IntRange(0, len(from)-1).Draw(t, "from")], a)
}

// leaf is a new input, or a parameter where no axis is the batch.
func (gr *Growth) leaf(a arg) *Node {
	name := fmt.Sprintf("x%d", len(gr.Feed.Values))
	v := gr.draw(a)
	var x *Node
	if a.shape.Depends() || a.whole {
		x = gr.G.Input(name, a.shape, only(Within(a.lo, a.hi)))
	} else {
		x = gr.G.Param(Param{Name: name, Shape: a.shape.At(1), Init: values(v.Data)})
	}
	if !a.whole {
		gr.Wrt = append(gr.Wrt, x)
	}
	gr.Feed.Values[x], gr.args[x] = v, a
	return x
}

// Refeed draws new inputs, for another number of rows.
func (gr *Growth) Refeed(rows int) {
	gr.Feed.Rows = rows
	gr.rng = rand.New(rand.NewPCG(gr.seed, uint64(rows)))
	for _, x := range Reachable(slices.Collect(maps.Keys(gr.args))...) {
		if _, ok := x.InputName(); ok {
			gr.Feed.Values[x] = gr.draw(gr.args[x])
		}
	}
}

// handsOn are the ops that hand values on as they are.
var handsOn = map[string]bool{
	"Input": true, "Param": true, "Random": true, "Neg": true, "Maximum": true, "Minimum": true, "Abs": true, "Relu": true, "Clip": true,
	"Round": true, "Floor": true, "Sign": true, "Where": true, "Cast": true, "StopGradient": true, "Reshape": true, "Broadcast": true,
	"Transpose": true, "Concat": true, "Slice": true, "Pad": true, "OneHot": true, "Gather": true, "TopK": true, "Max": true, "Min": true,
	"ArgMax": true, "MaxPool2D": true, "Count": true, "ReluGrad": true,
}

// addsUp are the ops that add products up: their error is part of the sum of the
// products' absolute values, not of the result, and the larger the longer a chain of
// additions is.
var addsUp = map[string]bool{
	"Sum": true, "CumSum": true, "ScatterAdd": true, "MatMul": true, "Conv2D": true, "Conv2DTranspose": true, "Conv2DFilter": true,
	"AvgPool2D": true, "AvgPool2DGrad": true, "Resize2D": true, "Resize2DGrad": true,
}

// Rounded computes roots in float64, and how far from these values they get when the
// result of every op is off at random by up to one part in 2²², of a sum 2¹⁹: what float32
// can do to them, within a small factor (D. S. Parker, "Monte Carlo Arithmetic", UCLA
// CSD-970002, 1997).
func (gr *Growth) Rounded(t failer, roots ...*Node) (exact []Array, off [][]float64) {
	const samples = 6
	exact = make([]Array, len(roots))
	off = make([][]float64, len(roots))
	for s := range samples + 1 {
		values := map[*Node]Array{}
		for _, n := range Reachable(roots...) {
			v, err := gr.Feed.eval(n, values)
			if err != nil {
				t.Fatal(err)
			}
			if _, fed := gr.Feed.Values[n]; s > 0 && !fed && n.dtype == Float && !handsOn[n.op.Name()] {
				for k, size := range gr.size(n, v, values) {
					v.Data[k] += 0x1p-22 * size * (2*gr.rng.Float64() - 1)
				}
			}
			values[n] = v
		}
		for i, r := range roots {
			if s == 0 {
				exact[i], off[i] = values[r], make([]float64, len(values[r].Data))
				continue
			}
			for k, v := range values[r].Data {
				if d := math.Abs(v - exact[i].Data[k]); !(d <= off[i][k]) {
					off[i][k] = d
				}
			}
		}
	}
	return exact, off
}

// size is what the errors of n's value v are a part of.
func (gr *Growth) size(n *Node, v Array, values map[*Node]Array) []float64 {
	if !addsUp[n.op.Name()] {
		return v.Data
	}
	in := make([]Array, len(n.in))
	for i, x := range n.in {
		in[i] = NewArray(values[x].Dims...)
		for k, v := range values[x].Data {
			in[i].Data[k] = math.Abs(v)
		}
	}
	out := NewArray(v.Dims...)
	n.op.Ref(gr.Feed.Rows, out, in)
	if strings.HasPrefix(n.op.Name(), "Conv2D") { // Winograd's form: parts of the largest values around
		around := 4 * rms(out.Data)
		for k := range out.Data {
			out.Data[k] += around
		}
	}
	for k := range out.Data {
		out.Data[k] *= 8
	}
	return out.Data
}

// draw gives values that float32 holds.
func (gr *Growth) draw(a arg) Array {
	v := NewArray(a.shape.At(gr.Feed.Rows)...)
	for k := range v.Data {
		v.Data[k] = float64(float32(a.lo + (a.hi-a.lo)*gr.rng.Float64()))
		if a.whole {
			v.Data[k] = math.Floor(v.Data[k])
		}
	}
	return v
}

// values start a parameter.
type values []float64

func (v values) Fill(dst []float32, shape []int, seed uint64, name string) {
	for i, x := range v {
		dst[i] = float32(x)
	}
}

// Loss is a loss that every node has a part in, at first hand, or ends that no other
// node is made from alone.
func (gr *Growth) Loss(ends bool) *Node {
	used := map[*Node]bool{}
	for _, n := range Reachable(gr.Nodes...) {
		for _, x := range n.in {
			used[x] = ends
		}
	}
	loss := gr.G.Const(0)
	for _, n := range gr.Nodes {
		if !used[n] {
			loss = loss.Add(n.Cast(Float).Tanh().Sum())
		}
	}
	return loss
}

// TestRandomGraphs grows graphs from the rows of the op table and compares
// Gradient, and Gradient after Rewrite, with differences. Where these have no limit, at
// a kink or where rounding drowns them, nothing is compared; that must stay rare.
func TestRandomGraphs(t *testing.T) {
	var grow []row
	for _, r := range rows {
		if len(r.in) > 0 && r.op() != "Input" && passesAll(r) {
			grow = append(grow, r)
		}
	}
	if len(grow) < 50 {
		t.Fatalf("only %d rows to grow from", len(grow))
	}
	var compared, skipped int
	rapid.Check(t, func(t *rapid.T) {
		gr := Grow(t, grow, rapid.IntRange(1, 3).Draw(t, "rows"), 8)
		loss := gr.Loss(false)
		tr := trial{g: gr.G, feed: gr.Feed}
		for _, l := range []*Node{loss, Rewrite(loss)[0]} {
			for i, grad := range Gradient(l, gr.Wrt) {
				if grad == nil {
					t.Fatalf("no derivative to leaf %d", i)
				}
				exact := tr.eval(t, grad)[0].Data
				for k := range exact {
					slope, doubt := tr.limit(t, l, gr.Wrt[i], k)
					tolerance := 1e-5 * max(1, math.Abs(slope))
					if doubt > tolerance/10 {
						skipped++
						continue
					}
					compared++
					if math.Abs(slope-exact[k]) > tolerance {
						t.Fatalf("leaf %d, element %d: derivative %v, differences tend to %v within %v", i, k, exact[k], slope, doubt)
					}
				}
			}
		}
	})
	if 5*skipped > compared {
		t.Errorf("%d slopes compared, %d could not be", compared, skipped)
	}
}

func rms(v []float64) float64 {
	sum := 0.0
	for _, x := range v {
		sum += x * x
	}
	return math.Sqrt(sum / float64(max(1, len(v))))
}

// EngineRows are what graphs for the engine grow from: the op table and rows wide
// enough for vectors, for several of their blocks and for what is left of one.
func EngineRows() []row {
	var out []row
	for _, r := range slices.Concat(rows, wideRows, wideRows, wideRows) {
		switch r.name {
		case "Input", "Param", "Const [array]": // the last holds numbers that float32 does not
		default:
			out = append(out, r)
		}
	}
	return out
}

func wide(dims ...int) arg { return arg{shape: Rows(dims...), lo: -2, hi: 2, any: true} }

func weights(dims ...int) arg { return arg{shape: Dims(dims...), lo: -0.5, hi: 0.5} }

func denseRow(in, out int, f func(*Node) *Node) row {
	return row{"MatMul [dense]", []arg{wide(in), weights(in, out), weights(out)}, func(g *Graph, x []*Node) *Node { return f(x[0].MatMul(x[1]).Add(x[2])) }}
}

var wideRows = []row{
	denseRow(3, 37, (*Node).Relu),
	denseRow(37, 37, (*Node).Relu),
	denseRow(37, 19, (*Node).Tanh),
	denseRow(37, 1, (*Node).Sigmoid),
	denseRow(37, 3, (*Node).Neg),
	{"MatMul [net]", []arg{wide(37), weights(37, 37), weights(37), weights(37, 19)}, func(g *Graph, x []*Node) *Node {
		return x[0].MatMul(x[1]).Add(x[2]).Relu().MatMul(x[3])
	}},
	{"Conv2D [net]", []arg{wide(4, 5, 17), weights(3, 3, 17, 16), weights(16), weights(3, 3, 16, 9)}, func(g *Graph, x []*Node) *Node {
		first := x[0].Conv2D(x[1], Window{Same: true}).Add(x[2]).Relu()
		low := first.MaxPool2D(Pooling{Size: [2]int{2, 2}, Same: true}).Conv2D(x[3], Window{Same: true}).Relu()
		return Concat(-1, low.Resize2D(2, 2, true).Slice(2, Fixed(0), Fixed(5)), first)
	}},
	{"MatMul [one unit]", []arg{wide(1), weights(1, 19)}, func(g *Graph, x []*Node) *Node { return x[0].MatMul(x[1]) }},
	{"MatMul [rows by rows]", []arg{wide(37), wide(37)}, func(g *Graph, x []*Node) *Node { return x[0].MatMul(x[1].Transpose()) }},
	{"Softmax", []arg{wide(37)}, func(g *Graph, x []*Node) *Node { return x[0].Softmax(-1) }},
	{"LogSoftmax", []arg{wide(37)}, func(g *Graph, x []*Node) *Node { return x[0].Scale(4).LogSoftmax(-1) }},
	{"LogSumExp", []arg{wide(37)}, func(g *Graph, x []*Node) *Node { return x[0].LogSumExp(-1) }},
	{"Add [column]", []arg{wide(37), wide(1)}, func(g *Graph, x []*Node) *Node { return x[0].Add(x[1]) }},
	{"Mul [row]", []arg{wide(37), weights(37)}, func(g *Graph, x []*Node) *Node { return x[0].Mul(x[1]).Softplus() }},
	{"Sum [axis]", []arg{wide(37)}, func(g *Graph, x []*Node) *Node { return x[0].Square().Sum(1) }},
	{"Sum [batch]", []arg{wide(37)}, func(g *Graph, x []*Node) *Node { return x[0].Tanh().Exp().Sum(0) }},
	{"Sum [normalised]", []arg{wide(37)}, func(g *Graph, x []*Node) *Node {
		c := x[0].Sub(x[0].MeanKeep(0))
		return c.Div(c.Square().MeanKeep(0).Shift(0.1).Sqrt())
	}},
	{"Random [dropout]", []arg{wide(37)}, func(g *Graph, x []*Node) *Node {
		return x[0].Mul(g.Random("dropout", StandardUniform, x[0].Shape()).Greater(g.Const(0.3)).Cast(Float))
	}},
	{"Conv2D [first]", []arg{images, weights(3, 3, 2, 17), weights(17)}, func(g *Graph, x []*Node) *Node {
		return x[0].Conv2D(x[1], Window{Same: true}).Add(x[2]).Relu()
	}},
	{"Conv2D [wide]", []arg{wide(4, 5, 17), weights(3, 3, 17, 9)}, func(g *Graph, x []*Node) *Node { return x[0].Conv2D(x[1], Window{Same: true}) }},
	{"Conv2D [1x1]", []arg{wide(4, 5, 17), weights(1, 1, 17, 32), weights(32)}, func(g *Graph, x []*Node) *Node {
		return x[0].Conv2D(x[1], Window{}).Add(x[2]).Relu()
	}},
	{"Conv2D [to one channel]", []arg{wide(4, 5, 17), weights(3, 3, 17, 1)}, func(g *Graph, x []*Node) *Node { return x[0].Conv2D(x[1], Window{Same: true}) }},
	{"Conv2D [of one channel]", []arg{wide(4, 5, 1), weights(3, 3, 1, 17)}, func(g *Graph, x []*Node) *Node { return x[0].Conv2D(x[1], Window{Same: true}) }},
	{"Conv2D [depthwise]", []arg{wide(4, 5, 17), weights(3, 3, 1, 17)}, func(g *Graph, x []*Node) *Node {
		return x[0].Conv2D(x[1], Window{Same: true, Groups: 17})
	}},
	{"Conv2D [Winograd]", []arg{wide(12, 14, 16), weights(3, 3, 16, 32), weights(32)}, func(g *Graph, x []*Node) *Node {
		return x[0].Conv2D(x[1], Window{Same: true}).Add(x[2]).Relu()
	}},
	{"Conv2DTranspose", []arg{wide(4, 5, 17), weights(2, 2, 9, 17)}, func(g *Graph, x []*Node) *Node {
		return x[0].Conv2DTranspose(x[1], Window{Stride: [2]int{2, 2}}, 8, 10)
	}},
	{"MaxPool2D", []arg{wide(12, 14, 16)}, func(g *Graph, x []*Node) *Node { return x[0].MaxPool2D(Pooling{Size: [2]int{2, 2}}) }},
	{"AvgPool2D", []arg{wide(4, 5, 17)}, func(g *Graph, x []*Node) *Node { return x[0].AvgPool2D(Pooling{Size: [2]int{2, 2}}) }},
	{"Resize2D", []arg{wide(4, 5, 17)}, func(g *Graph, x []*Node) *Node { return x[0].Resize2D(2, 2, true) }},
	{"Concat [channels]", []arg{wide(4, 5, 17), images}, func(g *Graph, x []*Node) *Node { return Concat(-1, x...) }},
}

// limit returns what the central differences of loss by element k of x tend to as their
// step is halved, and how far from it they may still be: Richardson's extrapolation,
// stopped where it is surest (C. J. F. Ridders, "Accurate computation of F'(x) and
// F'(x)F”(x)", Advances in Engineering Software 4, 1982).
func (tr *trial) limit(t failer, loss, x *Node, k int) (slope, doubt float64) {
	const levels = 10
	var a [levels][levels]float64 // a[j][i]: step i, j powers of the step taken out
	doubt = math.Inf(1)
	for i := range levels {
		a[0][i] = tr.difference(t, loss, x, k, 0x1p-7/float64(int(1)<<i))
		power := 1.0
		for j := 1; j <= i; j++ {
			power *= 4
			a[j][i] = (a[j-1][i]*power - a[j-1][i-1]) / (power - 1)
			if d := max(math.Abs(a[j][i]-a[j-1][i]), math.Abs(a[j][i]-a[j-1][i-1])); d < doubt {
				slope, doubt = a[j][i], d
			}
		}
	}
	return slope, doubt
}

// passesAll reports whether derivatives pass from every input of a row that is not
// whole.
func passesAll(r row) bool {
	g := New(Training)
	in := make([]*Node, len(r.in))
	for i, a := range r.in {
		in[i] = g.Input(fmt.Sprint(i), a.shape, Unknown)
	}
	out := r.f(g, in)
	for i, a := range r.in {
		if !a.whole && r.op() != "ReluGrad" && !passes(out, in[i]) {
			return false
		}
	}
	return true
}

// fit brings n to the shape and into the interval that a row asks for.
func fit(n *Node, a arg) *Node {
	n = n.Cast(Float)
	if !n.shape.Equal(a.shape) {
		if len(a.shape) > 0 && a.shape[0] == Batch && len(n.shape) > 0 && n.shape[0] == Batch {
			for n.Rank() > 1 {
				n = n.Mean(-1)
			}
			for n.Rank() < len(a.shape) {
				n = n.ExpandDims(-1)
			}
		} else {
			n = n.Mean()
		}
		n = n.BroadcastTo(a.shape)
	}
	if a.any || Within(a.lo, a.hi).Contains(n.rng.Interval) {
		return n
	}
	return n.Sigmoid().Scale(a.hi - a.lo).Shift(a.lo)
}
