package nn_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

// feed draws values for the inputs and parameters that n is computed from.
func feed(n *graph.Node, rows int) graph.Feed {
	r := rand.New(rand.NewPCG(3, 5))
	f := graph.Feed{Rows: rows, Values: map[*graph.Node]graph.Array{}}
	for _, x := range graph.Reachable(n) {
		_, isInput := x.InputName()
		if _, isParam := x.Param(); !isParam && !isInput {
			continue
		}
		a := graph.NewArray(x.Shape().At(rows)...)
		for i := range a.Data {
			a.Data[i] = r.NormFloat64()
		}
		f.Values[x] = a
	}
	return f
}

func eval(t *testing.T, f graph.Feed, n *graph.Node) []float64 {
	t.Helper()
	if err := n.Graph().Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	out, err := graph.Eval(f, n)
	if err != nil {
		t.Fatal(err)
	}
	return out[0].Data
}

func wantAll(t *testing.T, got, want []float64) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d values, want %d", len(got), len(want))
	}
	for i := range got {
		if math.Abs(got[i]-want[i]) > 1e-12 {
			t.Errorf("value %d: got %v, want %v", i, got[i], want[i])
		}
	}
}

// param returns what was fed for a parameter.
func param(t *testing.T, f graph.Feed, name string) []float64 {
	t.Helper()
	for n, v := range f.Values {
		if p, ok := n.Param(); ok && p.Name == name {
			return v.Data
		}
	}
	t.Fatalf("no parameter %s", name)
	return nil
}

// TestDense compares act(x·W + b) with a loop, for rows and for images of rows.
func TestDense(t *testing.T) {
	const in, out, rows = 3, 2, 4
	for _, c := range []struct {
		name  string
		shape graph.Shape
		layer nn.Dense
		act   func(float64) float64
	}{
		{"linear", graph.Rows(in), nn.Dense{}, func(v float64) float64 { return v }},
		{"tanh", graph.Rows(in), nn.Dense{Act: nn.Tanh}, math.Tanh},
		{"without bias", graph.Rows(in), nn.Dense{NoBias: true}, func(v float64) float64 { return v }},
		{"pixels", graph.Rows(5, 2, in), nn.Dense{Act: nn.Relu}, func(v float64) float64 { return math.Max(v, 0) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := c.layer
			d.In, d.Out = in, out
			g := graph.New(graph.Training)
			x := g.Input("x", c.shape, graph.Unknown)
			y := d.Forward(x)
			f := feed(y, rows)
			xs, w, b := f.Values[x].Data, param(t, f, "Dense.Weight"), make([]float64, out)
			if !d.NoBias {
				b = param(t, f, "Dense.Bias")
			}
			var want []float64
			for i := 0; i < len(xs); i += in {
				for o := range out {
					v := b[o]
					for k := range in {
						v += xs[i+k] * w[k*out+o]
					}
					want = append(want, c.act(v))
				}
			}
			wantAll(t, eval(t, f, y), want)
			if shape := append(c.shape[:len(c.shape)-1:len(c.shape)-1], graph.Fixed(out)); !y.Shape().Equal(shape) {
				t.Errorf("shape %v, want %v", y.Shape(), shape)
			}
		})
	}
}

// TestShared checks that a layer applied twice has one set of parameters.
func TestShared(t *testing.T) {
	d := &nn.Dense{In: 3, Out: 3}
	g := graph.New(graph.Training)
	nn.Chain{d, d}.Forward(g.Input("x", graph.Rows(3), graph.Unknown))
	if n := len(g.Params()); n != 2 {
		t.Errorf("%d parameters, want 2", n)
	}
}

// TestDropout checks what is dropped and what the rest becomes, in training, and
// that nothing happens otherwise.
func TestDropout(t *testing.T) {
	const rate = 0.25
	draws := []float64{0, 0.2499, 0.25, 0.999}
	d := &nn.Dropout{Rate: rate}
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(1), graph.Unknown)
	y := d.Forward(x)
	f := graph.Feed{
		Rows:   4,
		Values: map[*graph.Node]graph.Array{x: graph.ArrayOf([]float64{3, 3, 3, -6}, 4, 1)},
		Random: func(name string, dist graph.Distribution, dst []float64) {
			if name != "Dropout.Mask" || dist != graph.StandardUniform {
				t.Errorf("draws of %s, distribution %v", name, dist)
			}
			copy(dst, draws)
		},
	}
	wantAll(t, eval(t, f, y), []float64{0, 0, 4, -8})

	grad := graph.Gradient(y.Sum(), []*graph.Node{x})[0]
	wantAll(t, eval(t, f, grad), []float64{0, 0, 1 / (1 - rate), 1 / (1 - rate)})

	for _, mode := range []graph.Mode{graph.Inference, graph.Training} {
		g := graph.New(mode)
		x := g.Input("x", graph.Rows(1), graph.Unknown)
		if mode == graph.Training {
			d = &nn.Dropout{} // a rate of 0
		}
		if d.Forward(x) != x {
			t.Errorf("mode %v, rate %v: the input is changed", mode, d.Rate)
		}
	}
}

// TestDropoutsDiffer checks that two layers of one rate draw different numbers.
func TestDropoutsDiffer(t *testing.T) {
	g := graph.New(graph.Training)
	m := nn.Chain{&nn.Dropout{Rate: 0.5}, &nn.Dropout{Rate: 0.5}}
	nn.Bind(g, m)
	var names []string
	for _, n := range graph.Reachable(m.Forward(g.Input("x", graph.Rows(1), graph.Unknown))) {
		if name, _, ok := n.Random(); ok {
			names = append(names, name)
		}
	}
	if len(names) != 2 || names[0] != "Dropout[0].Mask" || names[1] != "Dropout[1].Mask" {
		t.Errorf("random nodes %v", names)
	}
}

func TestActivationString(t *testing.T) {
	for want, a := range map[string]nn.Activation{
		"linear": nil, "relu": nn.Relu, "sigmoid": nn.Sigmoid, "softmax": nn.Softmax, "tanh": nn.Tanh, "softplus": nn.Softplus,
		"custom": func(x *graph.Node) *graph.Node { return x.Square() },
		"swish":  swish, "leaky_relu": nn.LeakyRelu, "elu": nn.Elu, "selu": nn.Selu, "gelu": nn.Gelu, "gelu_tanh": nn.GeluTanh, "silu": nn.Silu,
	} {
		if got := a.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := nn.Activation(nn.Linear).String(); got != "linear" {
		t.Errorf("got %s, want linear", got)
	}
}

func swish(x *graph.Node) *graph.Node { return x.Mul(x.Sigmoid()) }

// TestSoftmax checks that probabilities are over the last axis.
func TestSoftmax(t *testing.T) {
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(2, 3), graph.Unknown)
	y := nn.Softmax(x)
	p := eval(t, feed(y, 2), y)
	for i := 0; i < len(p); i += 3 {
		if s := p[i] + p[i+1] + p[i+2]; math.Abs(s-1) > 1e-12 {
			t.Errorf("row %d sums to %v", i/3, s)
		}
	}
}

// TestActivations checks that each is the function it is named after, at a value
// where no two agree.
func TestActivations(t *testing.T) {
	const x = -0.7
	for name, c := range map[string]struct {
		act  nn.Activation
		want float64
	}{
		"leaky relu": {nn.LeakyRelu, 0.01 * x},
		"elu":        {nn.Elu, math.Exp(x) - 1},
		"selu":       {nn.Selu, 1.0507009873554805 * 1.6732632423543772 * (math.Exp(x) - 1)},
		"gelu":       {nn.Gelu, x * 0.5 * math.Erfc(-x/math.Sqrt2)},
		"gelu tanh":  {nn.GeluTanh, 0.5 * x * (1 + math.Tanh(math.Sqrt(2/math.Pi)*(x+0.044715*x*x*x)))},
		"silu":       {nn.Silu, x / (1 + math.Exp(-x))},
	} {
		g := graph.New(graph.Training)
		if got := eval(t, graph.Feed{Rows: 1}, c.act(g.Const(x))); math.Abs(got[0]-c.want) > 1e-15 {
			t.Errorf("%s(%v): got %v, want %v", name, x, got[0], c.want)
		}
	}
}
