package nn_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/nn"
)

// vae has layers in fields of all kinds.
type vae struct {
	Hidden, Mean nn.Dense
	LogVar       *nn.Dense
	Decode       nn.Chain
	Extra        []nn.Layer
	Pair         [2]residual
	secret       nn.Dense
	Again        *nn.Dense // the same as LogVar
	Unused       nn.Layer
	Scale        float64
}

// residual is a layer of the user's own.
type residual struct{ Left, Right nn.Dense }

func (r *residual) Forward(x *graph.Node) *graph.Node {
	return r.Left.Forward(x).Add(r.Right.Forward(x))
}

func (m *vae) Forward(x *graph.Node) *graph.Node {
	h := m.Hidden.Forward(x)
	z := m.Mean.Forward(h).Add(m.LogVar.Forward(h))
	z = m.Decode.Forward(z)
	for _, l := range m.Extra {
		z = l.Forward(z)
	}
	for i := range m.Pair {
		z = m.Pair[i].Forward(z)
	}
	return m.Again.Forward(m.secret.Forward(z))
}

func square() nn.Dense { return nn.Dense{In: 2, Out: 2} }

func squares() *nn.Dense { d := square(); return &d }

// TestBind checks the names of parameters for every kind of model.
func TestBind(t *testing.T) {
	shared := squares()
	nested := nn.Chain{squares(), nn.Chain{squares(), &nn.Dropout{Rate: 0.1}}, squares()}
	for _, c := range []struct {
		name  string
		model nn.Layer
		want  []string // without ".Weight" and ".Bias"
	}{
		{"single layer", squares(), []string{"Dense"}},
		{"chain", nn.Chain{squares(), squares()}, []string{"Dense[0]", "Dense[1]"}},
		{"chain behind a pointer", &nn.Chain{squares(), squares()}, []string{"Dense[0]", "Dense[1]"}},
		{"chain in a chain", nested, []string{"Dense[0]", "Dense[1]", "Dense[2]"}},
		{"layers of the user's own in a chain", nn.Chain{&residual{square(), square()}, squares(), &residual{square(), square()}},
			[]string{"residual[0].Left", "residual[0].Right", "Dense[0]", "residual[1].Left", "residual[1].Right"}},
		{"a layer twice", nn.Chain{shared, squares(), shared}, []string{"Dense[0]", "Dense[1]"}},
		{"struct", &vae{
			Hidden: square(), Mean: square(), LogVar: shared, Decode: nn.Chain{squares(), squares()},
			Extra: []nn.Layer{nn.Chain{squares()}, &residual{square(), square()}},
			Pair:  [2]residual{{square(), square()}, {square(), square()}}, secret: square(), Again: shared,
		}, []string{
			"Hidden", "Mean", "LogVar", "Decode[0]", "Decode[1]", "Extra[0][0]", "Extra[1].Left", "Extra[1].Right",
			"Pair[0].Left", "Pair[0].Right", "Pair[1].Left", "Pair[1].Right", "Dense",
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := graph.New(graph.Training)
			nn.Bind(g, c.model)
			c.model.Forward(g.Input("x", graph.Rows(2), graph.Unknown))
			var want, got []string
			for _, name := range c.want {
				want = append(want, name+".Weight", name+".Bias")
			}
			for _, p := range g.Params() {
				d, _ := p.Param()
				got = append(got, d.Name)
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("names (-want +got):\n%s", d)
			}
			if err := g.Diagnostics().Err(); err != nil {
				t.Error(err)
			}
		})
	}
	nn.Bind(graph.New(graph.Training), nil)
	nn.Bind(graph.New(graph.Training), (*vae)(nil))
}

// TestStartStays checks that adding a layer leaves the start of the others as it was.
func TestStartStays(t *testing.T) {
	start := func(m nn.Layer) map[string][]float32 {
		g := graph.New(graph.Training)
		nn.Bind(g, m)
		m.Forward(g.Input("x", graph.Rows(2), graph.Unknown))
		out := map[string][]float32{}
		for _, n := range g.Params() {
			p, _ := n.Param()
			out[p.Name] = make([]float32, graph.Size(p.Shape))
			p.Init.Fill(out[p.Name], p.Shape, 42, p.Name)
		}
		return out
	}
	short, long := start(nn.Chain{squares(), squares()}), start(nn.Chain{squares(), squares(), squares()})
	for name := range short {
		if d := cmp.Diff(short[name], long[name]); d != "" {
			t.Errorf("%s starts elsewhere:\n%s", name, d)
		}
	}
}

// TestLayers checks the listing of the models that recipes build.
func TestLayers(t *testing.T) {
	for _, c := range []struct {
		name  string
		model nn.Layer
		want  []nn.LayerInfo
	}{
		{"mlp for yes or no", nn.MLP(nn.MLPConfig{In: 3, Hidden: []int{64, 32}, Head: nn.BinaryHead(0.03)}), []nn.LayerInfo{
			{Name: "Dense[0]", Size: "3 -> 64", Act: "relu", Out: graph.Rows(64), Params: 256},
			{Name: "Dense[1]", Size: "64 -> 32", Act: "relu", Out: graph.Rows(32), Params: 2080},
			{Name: "Dense[2]", Size: "32 -> 1", Act: "sigmoid", Out: graph.Rows(1), Params: 33},
		}},
		{"mlp for classes", nn.MLP(nn.MLPConfig{In: 3, Hidden: []int{8}, Act: nn.Tanh, Dropout: 0.2, Head: nn.ClassHead(4)}), []nn.LayerInfo{
			{Name: "Dense[0]", Size: "3 -> 8", Act: "tanh", Out: graph.Rows(8), Params: 32},
			{Name: "Dropout[0]", Size: "0.2", Out: graph.Rows(8)},
			{Name: "Dense[1]", Size: "8 -> 4", Act: "softmax", Out: graph.Rows(4), Params: 36},
		}},
		{"mlp without hidden layers", nn.MLP(nn.MLPConfig{In: 3, Head: nn.RealHead(2)}), []nn.LayerInfo{
			{Name: "Dense[0]", Size: "3 -> 2", Act: "linear", Out: graph.Rows(2), Params: 8},
		}},
		{"normalised", nn.Chain{&nn.Dense{In: 3, Out: 8}, &nn.BatchNorm{Size: 8}, &nn.LayerNorm{Size: 8}}, []nn.LayerInfo{
			{Name: "Dense[0]", Size: "3 -> 8", Act: "linear", Out: graph.Rows(8), Params: 32},
			{Name: "BatchNorm[0]", Size: "8", Out: graph.Rows(8), Params: 32},
			{Name: "LayerNorm[0]", Size: "8", Out: graph.Rows(8), Params: 16},
		}},
		{"embedded", nn.Chain{&nn.Embedding{Size: 10, Out: 4}, &nn.Dense{In: 4, Out: 2}}, []nn.LayerInfo{
			{Name: "Embedding[0]", Size: "10 -> 4", Out: graph.Rows(3, 4), Params: 40},
			{Name: "Dense[0]", Size: "4 -> 2", Act: "linear", Out: graph.Rows(3, 2), Params: 10},
		}},
		{"sampled", &latent{nn.Dense{In: 3, Out: 2}, nn.Dense{In: 3, Out: 2}, nn.GaussianSample{}}, []nn.LayerInfo{
			{Name: "Mean", Size: "3 -> 2", Act: "linear", Out: graph.Rows(2), Params: 8},
			{Name: "LogVar", Size: "3 -> 2", Act: "linear", Out: graph.Rows(2), Params: 8},
			{Name: "Sample", Out: graph.Rows(2)},
		}},
		{"own layers", nn.Chain{&residual{nn.Dense{In: 3, Out: 2}, nn.Dense{In: 3, Out: 2, Act: swish}}}, []nn.LayerInfo{
			{Name: "residual[0].Left", Size: "3 -> 2", Act: "linear", Out: graph.Rows(2), Params: 8},
			{Name: "residual[0].Right", Size: "3 -> 2", Act: "swish", Out: graph.Rows(2), Params: 8},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := nn.Layers(c.model, graph.Rows(3))
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("listing (-want +got):\n%s", d)
			}
		})
	}
	if _, err := nn.Layers(squares(), graph.Rows(3)); err == nil {
		t.Error("a model that does not fit its input is listed")
	}
}

// TestHeads checks that a model starts at what its head is given.
func TestHeads(t *testing.T) {
	for _, c := range []struct {
		name string
		head nn.Head
		want []float32
	}{
		{"yes or no", nn.BinaryHead(), []float32{0}},
		{"rare yes", nn.BinaryHead(0.1), []float32{-2.1972246}},
		{"classes", nn.ClassHead(2, 0.25, 0.75), []float32{-1.3862944, -0.2876821}},
		{"real", nn.RealHead(2), []float32{0, 0}},
	} {
		g := graph.New(graph.Training)
		m := nn.MLP(nn.MLPConfig{In: 3, Head: c.head})
		m.Forward(g.Input("x", graph.Rows(3), graph.Unknown))
		p, _ := g.Params()[1].Param()
		got := make([]float32, c.head.Out)
		p.Init.Fill(got, p.Shape, 0, p.Name)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}
