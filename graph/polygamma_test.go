package graph

import (
	"math"
	"testing"
)

// TestPolygamma holds values of scipy (digamma, polygamma) and mpmath (below 0), and the
// special cases.
func TestPolygamma(t *testing.T) {
	inf, nan := math.Inf(1), math.NaN()
	for _, c := range []struct {
		order   int
		x, want float64
	}{
		{0, 1e-3, -1000.5755719318103}, {0, 0.25, -4.2274535333762655}, {0, 1, -0.5772156649015329}, {0, 2.5, 0.7031566406452432},
		{0, 10, 2.251752589066721}, {0, 35, 3.5409943255439}, {0, 1000, 6.907255195648812}, {0, -0.5, 0.03648997397857651}, {0, -2.75, -1.9590552649779958},
		{1, 1e-3, 1000001.6425332}, {1, 1, math.Pi * math.Pi / 6}, {1, 10, 0.10516633568168575}, {1, -0.5, 8.93480220054468}, {1, -2.75, 19.4338689494885},
		{2, 0.25, -129.32773994}, {2, 10, -0.01104983}, {2, 35, -0.0008399832496836}, {7, 1, 5060.54987524}, {7, 35, 1.23523188e-08},
		{0, 0, -inf}, {0, -1, nan}, {0, inf, inf}, {1, 0, inf}, {1, inf, 0}, {2, -1.5, nan}, {0, nan, nan},
	} {
		got := polygamma(c.order, c.x)
		if math.Abs(got-c.want) > 1e-6*math.Abs(c.want) && !(got != got && c.want != c.want) {
			t.Errorf("polygamma(%d, %v) = %v, want %v", c.order, c.x, got, c.want)
		}
	}
	if got := polygamma(0, lgammaLeast); math.Abs(got) > 1e-14 {
		t.Errorf("ψ is %v where Γ is least", got)
	}
	if got := lgamma(lgammaLeast); math.Abs(got-lgammaAtLeast) > 1e-15 {
		t.Errorf("the least of ln Γ is %v, not %v", lgammaAtLeast, got)
	}
}

// TestPolygammaOrder holds the bounds of the order.
func TestPolygammaOrder(t *testing.T) {
	g := New(Training)
	x := g.Input("x", Rows(3), Unknown)
	if x.Polygamma(0).poisoned || x.Polygamma(mostPolygamma).poisoned {
		t.Error(g.Diagnostics())
	}
	if !x.Polygamma(-1).poisoned || !x.Polygamma(mostPolygamma+1).poisoned {
		t.Error("an order out of bounds passes")
	}
}
