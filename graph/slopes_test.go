package graph

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// slopesOf compares the derivatives of a loss of a linear output p for targets y of
// seven rows with its slopes.
func slopesOf(t *testing.T, f func(p, y *Node) *Node, corrupt func(*Proof)) Slopes {
	t.Helper()
	g := New(Training)
	x, y := g.Input("x", Rows(3), Unknown), g.Input("y", Rows(1), Unknown)
	w := g.Param(Param{Name: "w", Shape: []int{3, 1}})
	proof := Prove(f(x.MatMul(w), y))
	if err := g.Diagnostics().Err(); err != nil {
		t.Fatal(err)
	}
	if corrupt != nil {
		corrupt(proof)
	}
	rng := rand.New(rand.NewPCG(4, 2))
	feed := Feed{Rows: 7, Step: 1, Values: map[*Node]Array{x: NewArray(7, 3), y: NewArray(7, 1), w: NewArray(3, 1)}}
	for _, n := range []*Node{x, y, w} {
		for i := range feed.Values[n].Data {
			feed.Values[n].Data[i] = rng.NormFloat64()
		}
	}
	s, err := proof.Slopes(feed, 3)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSlopes(t *testing.T) {
	square := func(p, y *Node) *Node { return p.Sub(y).Square().Mean() }
	s := slopesOf(t, square, nil)
	if s.Directions != 3 || s.Error > 1e-8 || s.Still || s.Err() != nil {
		t.Errorf("of a square: %+v", s)
	}

	// What the program holds constant is no error of its derivative.
	s = slopesOf(t, func(p, y *Node) *Node {
		e := p.Sub(y).Square()
		return e.Neg().Exp().StopGradient().Mul(e).Mean()
	}, nil)
	if s.Directions != 3 || s.Error > 1e-8 {
		t.Errorf("with a held weight: %+v", s)
	}

	// Terms that cancel leave no slope.
	s = slopesOf(t, func(p, y *Node) *Node {
		return Concat(-1, p, p.Scale(2)).Softmax(-1).Sum(-1).Sub(y.Sum(-1)).Square().Mean()
	}, nil)
	if !s.Still {
		t.Errorf("of a softmax's sum: %+v", s)
	}

	// Where there is a kink, nothing is compared.
	s = slopesOf(t, func(p, y *Node) *Node { return p.Sub(p.StopGradient()).Shift(1e-6).Relu().Mean() }, nil)
	if s.Directions != 3 || s.Err() != nil {
		t.Errorf("a kink that a shorter step does not reach: %+v", s)
	}
	s = slopesOf(t, func(p, y *Node) *Node { return p.Sub(p.StopGradient()).Relu().Add(p).Mean() }, nil)
	if s.Directions != 0 || s.Err() != nil {
		t.Errorf("a kink where the step begins: %+v", s)
	}

	// A wrong derivative is told, as small as it is wrong.
	s = slopesOf(t, square, func(p *Proof) { p.Grads[0] = p.Grads[0].Scale(1.01) })
	if math.Abs(s.Error-0.01) > 1e-3 || s.Err() == nil || !strings.Contains(s.Err().Error(), "differ by 1.0 %") {
		t.Errorf("of a wrong derivative: %+v, %v", s, s.Err())
	}
}
