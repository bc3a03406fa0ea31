package nn_test

import (
	"math"
	"testing"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

// lines returns the elements of x that are normalised together: each line of the last
// axis, or each element of it over all others.
func lines(x []float64, size int, ofBatch bool) [][]int {
	out := make([][]int, size)
	if !ofBatch {
		out = make([][]int, len(x)/size)
	}
	for i := range x {
		k := i / size
		if ofBatch {
			k = i % size
		}
		out[k] = append(out[k], i)
	}
	return out
}

func moments(x []float64, line []int) (mean, variance float64) {
	for _, i := range line {
		mean += x[i] / float64(len(line))
	}
	for _, i := range line {
		variance += (x[i] - mean) * (x[i] - mean) / float64(len(line))
	}
	return mean, variance
}

// normalised is the formula of both layers' doc comments.
func normalised(x, gamma, beta []float64, eps float64, ofBatch bool) []float64 {
	size := len(gamma)
	out := make([]float64, len(x))
	for _, line := range lines(x, size, ofBatch) {
		mean, variance := moments(x, line)
		for _, i := range line {
			out[i] = gamma[i%size]*(x[i]-mean)/math.Sqrt(variance+eps) + beta[i%size]
		}
	}
	return out
}

// TestNorms compares both layers with a loop, in value and, by central differences of
// the loop, in gradient.
func TestNorms(t *testing.T) {
	const size, rows = 3, 4
	for _, c := range []struct {
		name    string
		layer   nn.Layer
		shape   graph.Shape
		eps     float64
		ofBatch bool
	}{
		{"LayerNorm", &nn.LayerNorm{Size: size}, graph.Rows(size), 1e-5, false},
		{"LayerNorm of pixels", &nn.LayerNorm{Size: size, Eps: 0.5}, graph.Rows(2, 2, size), 0.5, false},
		{"BatchNorm", &nn.BatchNorm{Size: size}, graph.Rows(size), 1e-5, true},
		{"BatchNorm of pixels", &nn.BatchNorm{Size: size, Eps: 0.5}, graph.Rows(2, 2, size), 0.5, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := graph.New(graph.Training)
			nn.Bind(g, c.layer)
			x := g.Input("x", c.shape, graph.Unknown)
			y := c.layer.Forward(x)
			f := feed(y, rows)
			name := g.NameOf(c.layer, "")
			xs, gamma, beta := f.Values[x].Data, param(t, f, name+".Gamma"), param(t, f, name+".Beta")
			want := func() []float64 { return normalised(xs, gamma, beta, c.eps, c.ofBatch) }
			wantAll(t, eval(t, f, y), want())

			weight := g.Input("weight", c.shape, graph.Unknown)
			w := graph.NewArray(c.shape.At(rows)...)
			for i := range w.Data {
				w.Data[i] = float64(i*i%7) - 3
			}
			f.Values[weight] = w
			grad := eval(t, f, graph.Gradient(y.Mul(weight).Sum(), []*graph.Node{x})[0])
			loss := func() (s float64) {
				for i, v := range want() {
					s += v * w.Data[i]
				}
				return s
			}
			for i := range xs {
				const h = 1e-6
				at := xs[i]
				xs[i] = at + h
				up := loss()
				xs[i] = at - h
				down := loss()
				xs[i] = at
				if slope := (up - down) / (2 * h); math.Abs(slope-grad[i]) > 1e-7*math.Max(1, math.Abs(slope)) {
					t.Errorf("derivative to element %d: got %v, want %v", i, grad[i], slope)
				}
			}
		})
	}
}

// TestNormOfEqualValues checks that values without a spread, and a batch of one row,
// give finite values and derivatives.
func TestNormOfEqualValues(t *testing.T) {
	for name, layer := range map[string]nn.Layer{"LayerNorm": &nn.LayerNorm{Size: 2}, "BatchNorm": &nn.BatchNorm{Size: 2}} {
		g := graph.New(graph.Training)
		x := g.Input("x", graph.Rows(2), graph.Unknown)
		y := layer.Forward(x)
		f := feed(y, 1)
		f.Values[x] = graph.ArrayOf([]float64{7, 7}, 1, 2)
		wantAll(t, eval(t, f, y), param(t, f, name+".Beta"))
		for _, d := range eval(t, f, graph.Gradient(y.Square().Sum(), []*graph.Node{x})[0]) {
			if math.IsNaN(d) || math.IsInf(d, 0) {
				t.Errorf("%s: derivative %v", name, d)
			}
		}
	}
}

// TestRunningStatistics follows them over steps, for a layer that is applied twice in
// each, and checks that inference uses them and that nothing trains them.
func TestRunningStatistics(t *testing.T) {
	const momentum = 0.75
	layer := &nn.BatchNorm{Size: 1, Momentum: momentum}
	g := graph.New(graph.Training)
	x := g.Input("x", graph.Rows(1), graph.Unknown)
	layer.Forward(layer.Forward(x).Scale(3))
	updates := g.Updates()
	if len(updates) != 2 || len(g.Trainable()) != 2 {
		t.Fatalf("%d updates and %d trained parameters, want 2 and 2", len(updates), len(g.Trainable()))
	}
	state := map[string][]float64{"BatchNorm.Mean": {0}, "BatchNorm.Variance": {1}, "BatchNorm.Gamma": {2}, "BatchNorm.Beta": {5}}
	f := graph.Feed{Rows: 4, Values: map[*graph.Node]graph.Array{}}
	mean, variance := 0.0, 1.0
	for _, batch := range [][]float64{{1, 2, 3, 4}, {0, 0, 8, 8}} {
		f.Values[x] = graph.ArrayOf(batch, 4, 1)
		for _, p := range g.Params() {
			d, _ := p.Param()
			f.Values[p] = graph.ArrayOf(state[d.Name], 1)
		}
		next := map[string][]float64{}
		for _, u := range updates {
			d, _ := u.Param.Param()
			next[d.Name] = eval(t, f, u.Value)
		}
		m, v := moments(batch, []int{0, 1, 2, 3})
		again := v / (v + 1e-5) // after the first application: 3·(2·normalised + 5)
		mean = momentum*(momentum*mean+(1-momentum)*m) + (1-momentum)*15
		variance = momentum*(momentum*variance+(1-momentum)*v) + (1-momentum)*36*again
		wantAll(t, next["BatchNorm.Mean"], []float64{mean})
		wantAll(t, next["BatchNorm.Variance"], []float64{variance})
		state["BatchNorm.Mean"], state["BatchNorm.Variance"] = next["BatchNorm.Mean"], next["BatchNorm.Variance"]
	}

	g = graph.New(graph.Inference)
	x = g.Input("x", graph.Rows(1), graph.Unknown)
	y := layer.Forward(x)
	f = graph.Feed{Rows: 1, Values: map[*graph.Node]graph.Array{x: graph.ArrayOf([]float64{10}, 1, 1)}}
	for _, p := range g.Params() {
		d, _ := p.Param()
		f.Values[p] = graph.ArrayOf(state[d.Name], 1)
	}
	wantAll(t, eval(t, f, y), []float64{2*(10-mean)/math.Sqrt(variance+1e-5) + 5})
	if len(g.Updates()) != 0 {
		t.Error("inference changes the statistics")
	}
}

// TestNormsStart checks where parameters start: the layer does nothing but normalise.
func TestNormsStart(t *testing.T) {
	g := graph.New(graph.Training)
	(&nn.BatchNorm{Size: 1}).Forward(g.Input("x", graph.Rows(1), graph.Unknown))
	want := map[string]float32{"BatchNorm.Mean": 0, "BatchNorm.Variance": 1, "BatchNorm.Gamma": 1, "BatchNorm.Beta": 0}
	for _, n := range g.Params() {
		p, _ := n.Param()
		dst := []float32{9}
		p.Init.Fill(dst, p.Shape, 1, p.Name)
		if dst[0] != want[p.Name] || len(g.Params()) != len(want) {
			t.Errorf("%s starts at %v", p.Name, dst[0])
		}
	}
}
