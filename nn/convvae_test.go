package nn

import (
	"testing"

	"github.com/descent-ml/descent/graph"
)

// TestConvVAE holds the shapes and the number of weights of Keras's example, and which sides are refused.
func TestConvVAE(t *testing.T) {
	v, err := ConvVAE(ConvVAEConfig{Height: 28, Width: 28, Channels: 1, Latent: 2})
	if err != nil {
		t.Fatal(err)
	}
	g := graph.New(graph.Training)
	Bind(g, v)
	x := g.Input("x", graph.Rows(784), graph.Unknown)
	mean, logVar := v.Encode(x, nil)
	scores := v.Decode(v.Sample.Forward(mean, logVar), nil)
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	if !mean.Shape().Equal(graph.Rows(2)) || !scores.Shape().Equal(graph.Rows(784)) {
		t.Errorf("codes %v, scores %v", mean.Shape(), scores.Shape())
	}
	numbers := 0
	for _, p := range g.Params() {
		d, _ := p.Param()
		numbers += graph.Size(d.Shape)
	}
	const keras = 69_076 + 65_089 // encoder.summary() and decoder.summary()
	if numbers != keras {
		t.Errorf("%d weights, Keras has %d", numbers, keras)
	}
	for _, c := range []struct {
		config ConvVAEConfig
		fine   bool
	}{
		{ConvVAEConfig{Height: 4, Width: 8, Channels: 3, Latent: 1}, true}, {ConvVAEConfig{Height: 30, Width: 28, Channels: 1, Latent: 1}, false},
		{ConvVAEConfig{Height: 28, Width: 0, Channels: 1, Latent: 1}, false}, {ConvVAEConfig{Height: 8, Width: 8, Latent: 1}, false},
	} {
		if _, err := ConvVAE(c.config); (err == nil) != c.fine {
			t.Errorf("%+v: %v", c.config, err)
		}
	}
}

// TestVAE holds that what is given is seen by both halves, the limit of the log-variance, and the floor of deviations.
func TestVAE(t *testing.T) {
	v := DenseVAE(VAEConfig{In: 5, Given: 2, Hidden: []int{7, 4}, Latent: 3, Normals: 2, Limit: 1.5})
	g := graph.New(graph.Training)
	Bind(g, v)
	x, y := g.Input("x", graph.Rows(5), graph.Unknown), g.Input("y", graph.Rows(2), graph.Unknown)
	mean, logVar := v.Encode(x, y)
	scores := v.Decode(v.Sample.Forward(mean, logVar), y)
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	if i := logVar.Range().Interval; i.Lo != -1.5 || i.Hi != 1.5 {
		t.Errorf("log-variance in %v", i)
	}
	shapes := map[string][]int{}
	for _, p := range g.Params() {
		d, _ := p.Param()
		shapes[d.Name] = d.Shape
	}
	v.LogStd(g)
	for name, want := range map[string][]int{"Encoder[0].Weight": {7, 7}, "Decoder[0].Weight": {5, 4}, "Decoder[2].Weight": {7, 5}, "Mean.Weight": {4, 3}} {
		if got := shapes[name]; len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
			t.Errorf("%s is %v, want %v of %v", name, got, want, shapes)
		}
	}
	if std := v.LogStd(g); !std.Shape().Equal(graph.Dims(2)) || std.Range().Interval.Lo != Least {
		t.Errorf("deviations %v in %v", std.Shape(), std.Range())
	}
	if !scores.Shape().Equal(graph.Rows(5)) || (&VAE{}).LogStd(g) != nil {
		t.Errorf("scores %v", scores.Shape())
	}
}
