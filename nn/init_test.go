package nn

import (
	"math"
	"testing"

	"github.com/descent-ml/descent/graph"
)

// TestDraw compares the stream with published numbers of SplitMix64 from state
// 1234567.
func TestDraw(t *testing.T) {
	for i, want := range []uint64{
		6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821,
	} {
		if got := draw(1234567, uint64(i)); got != want {
			t.Errorf("number %d: got %d, want %d", i, got, want)
		}
	}
}

func fill(init graph.Initializer, seed uint64, name string, shape ...int) []float32 {
	dst := make([]float32, graph.Size(shape))
	init.Fill(dst, shape, seed, name)
	return dst
}

// TestUniform checks bounds, mean and variance of the uniform initialisers: within
// five standard errors.
func TestUniform(t *testing.T) {
	for _, c := range []struct {
		name  string
		init  graph.Initializer
		shape []int
		limit float64
	}{
		{"glorot", GlorotUniform{}, []int{200, 100}, math.Sqrt(6. / 300)},
		{"glorot, convolution", GlorotUniform{}, []int{3, 3, 50, 40}, math.Sqrt(6. / (9*50 + 9*40))},
		{"glorot, vector", GlorotUniform{}, []int{20000}, math.Sqrt(6. / 40000)},
		{"uniform", Uniform(0.05), []int{200, 100}, 0.05},
		{"he", HeUniform{}, []int{200, 100}, math.Sqrt(6. / 200)},
		{"he, convolution", HeUniform{}, []int{3, 3, 50, 40}, math.Sqrt(6. / (9 * 50))},
	} {
		v := fill(c.init, 1, "Dense[0].Weight", c.shape...)
		sum, squares, least, most := 0.0, 0.0, math.Inf(1), math.Inf(-1)
		for _, x := range v {
			sum += float64(x)
			squares += float64(x) * float64(x)
			least, most = math.Min(least, float64(x)), math.Max(most, float64(x))
		}
		n := float64(len(v))
		variance := c.limit * c.limit / 3
		if mean := sum / n; math.Abs(mean) > 5*math.Sqrt(variance/n) {
			t.Errorf("%s: mean %v", c.name, mean)
		}
		if got := squares / n; math.Abs(got/variance-1) > 5*math.Sqrt(0.8/n) {
			t.Errorf("%s: variance %v, want %v", c.name, got, variance)
		}
		if bound := c.limit * (1 + 1e-6); least < -bound || most > bound || least > -0.99*c.limit || most < 0.99*c.limit {
			t.Errorf("%s: from %v to %v, want ±%v", c.name, least, most, c.limit)
		}
	}
}

// TestSeedAndName checks that a start is a function of seed and name alone, that both
// matter, and that it stays what it was: these bits are part of what a seed means.
func TestSeedAndName(t *testing.T) {
	start := fill(GlorotUniform{}, 0, "Dense[0].Weight", 2, 2)
	for name, other := range map[string][]float32{
		"seed": fill(GlorotUniform{}, 1, "Dense[0].Weight", 2, 2),
		"name": fill(GlorotUniform{}, 0, "Dense[1].Weight", 2, 2),
	} {
		for i := range start {
			if start[i] == other[i] {
				t.Errorf("element %d does not depend on the %s", i, name)
			}
		}
	}
	want := []float32{-0.7573659, -0.58131874, 0.23129004, -0.23656872}
	for i := range start {
		if start[i] != want[i] {
			t.Errorf("element %d starts at %v, want %v", i, start[i], want[i])
		}
	}
}

// TestPrior checks that the first prediction is the classes' rates.
func TestPrior(t *testing.T) {
	for _, p := range []float64{0.0333, 0.5, 0.9} {
		z := float64(fill(Prior(p), 0, "b", 1)[0])
		if got := 1 / (1 + math.Exp(-z)); math.Abs(got-p) > 1e-7 {
			t.Errorf("sigmoid of the bias is %v, want %v", got, p)
		}
	}
	rates := []float64{0.51, 0.31, 0.12, 0.06}
	sum := 0.0
	bias := fill(Prior(rates...), 0, "b", 4)
	for _, z := range bias {
		sum += math.Exp(float64(z))
	}
	for k, z := range bias {
		if got := math.Exp(float64(z)) / sum; math.Abs(got-rates[k]) > 1e-7 {
			t.Errorf("softmax of the bias is %v for class %d, want %v", got, k, rates[k])
		}
	}
	for _, p := range []float64{0, 1} {
		if z := fill(Prior(p), 0, "b", 1)[0]; math.Abs(float64(z)) > 14 {
			t.Errorf("the bias for rate %v is %v", p, z)
		}
	}
}

func TestConstantAndValues(t *testing.T) {
	for _, v := range fill(Constant(0.5), 9, "b", 3) {
		if v != 0.5 {
			t.Errorf("got %v", v)
		}
	}
	for i, v := range fill(Values{1, 2}, 9, "b", 3) {
		if want := []float32{1, 2, 0}[i]; v != want {
			t.Errorf("element %d is %v, want %v", i, v, want)
		}
	}
}
