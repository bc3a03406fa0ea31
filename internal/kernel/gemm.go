package kernel

import "fmt"

// Gemm is the product C = act(A·B + bias) of an [M, K] and a [K, N] matrix, with what a dense layer does around it:
//
//	forward        y = relu(x·W + b)       A = x, B = W, C = y, Bias, Relu
//	data gradient  dx = dy·Wᵀ, masked      A = dy, B = Wᵀ packed by PackT, C = dx, Mask = x (itself a relu's output)
//	weight grad.   dW = xᵀ·dy              A = x with ARow and ACol exchanged, B = dy, C = dW, perhaps Accumulate
//
// Every element of C is one chain of additions over k = 0, 1, ... that starts at the bias (or at C, or at zero), whatever
// the rectangle it is computed in: any split gives the same bits. One exception, by shape: with N = 1, ACol = 1 and
// B.Row = 1 the chain is that of Dot, and bias or C is added at the end.
type Gemm struct {
	M, N, K    int
	A          []float32
	ARow, ACol int // element (i, k) of A is A[i*ARow + k*ACol]
	B, C       Matrix
	Bias       []float32 // N numbers, or nil. Not together with Accumulate
	Mask       Matrix    // [M, N]: C is 0 where the mask is <= 0. No mask if Data is nil
	Relu       bool      // C is 0 where it would be negative
	Accumulate bool      // add to C
}

// check panics unless the operands hold what the sizes promise and the rectangle lies in C.
func (g *Gemm) check(i0, i1, j0, j1 int) {
	if g.M < 0 || g.N < 0 || g.K < 0 || g.ARow < 0 || g.ACol < 0 {
		panic(fmt.Sprintf("kernel: gemm: negative size: M %d, N %d, K %d, A's strides %d and %d", g.M, g.N, g.K, g.ARow, g.ACol))
	}
	if i0 < 0 || i1 < i0 || i1 > g.M {
		panic(fmt.Sprintf("kernel: gemm: rows [%d, %d) of %d", i0, i1, g.M))
	}
	columns(g.N, j0, j1)
	if g.M > 0 && g.K > 0 {
		if need := (g.M-1)*g.ARow + (g.K-1)*g.ACol + 1; len(g.A) < need {
			panic(fmt.Sprintf("kernel: gemm: A [%d %d] needs %d elements, has %d", g.M, g.K, need, len(g.A)))
		}
	}
	g.B.holds("gemm: B", g.K, g.N)
	g.C.holds("gemm: C", g.M, g.N)
	if g.Mask.Data != nil {
		g.Mask.holds("gemm: mask", g.M, g.N)
	}
	if g.Bias != nil && len(g.Bias) < g.N {
		panic(fmt.Sprintf("kernel: gemm: bias has %d elements, N is %d", len(g.Bias), g.N))
	}
	if g.Bias != nil && g.Accumulate {
		panic("kernel: gemm: bias together with accumulate")
	}
}

// isDot reports whether the product is one dot product of contiguous slices per row.
func (g *Gemm) isDot() bool { return g.N == 1 && g.ACol == 1 && g.B.Row == 1 && g.K > 0 }

// start returns what the chain of element (i, j) begins with.
func (g *Gemm) start(i, j int) float32 {
	switch {
	case g.Accumulate:
		return g.C.Data[g.C.at(i, j)]
	case g.Bias != nil:
		return g.Bias[j]
	}
	return 0
}

// finish stores element (i, j) after its activation and mask.
func (g *Gemm) finish(i, j int, c float32) {
	if g.Relu {
		c = relu(c)
	}
	if g.Mask.Data != nil {
		c = reluGrad(c, g.Mask.Data[g.Mask.at(i, j)])
	}
	g.C.Data[g.C.at(i, j)] = c
}

func gemmRef(g Gemm, i0, i1, j0, j1 int) {
	g.check(i0, i1, j0, j1)
	if g.isDot() {
		for i := i0; i < i1 && j0 < j1; i++ {
			a := g.A[i*g.ARow:]
			g.finish(i, 0, dotRef(a[:g.K], g.B.Data[:g.K])+g.start(i, 0))
		}
		return
	}
	from, to := columns(g.N, j0, j1)
	for j := from; j < to; j += PanelWidth {
		w := min(PanelWidth, to-j)
		for i := i0; i < i1; i++ {
			var acc [PanelWidth]float32
			for l := range w {
				acc[l] = g.start(i, j+l)
			}
			if w == PanelWidth {
				g.addWhole(&acc, i, j)
			} else {
				g.addPart(acc[:w], i, j)
			}
			for l := range w {
				g.finish(i, j+l, acc[l])
			}
		}
	}
}

// addWhole adds row i of A times a whole panel of B that begins at column j.
func (g *Gemm) addWhole(acc *[PanelWidth]float32, i, j int) {
	for k := range g.K {
		a := g.A[i*g.ARow+k*g.ACol]
		b := (*[PanelWidth]float32)(g.B.Data[g.B.at(k, j):])
		for l := range b {
			acc[l] += float32(a * b[l])
		}
	}
}

// addPart is addWhole for the first columns of a panel.
func (g *Gemm) addPart(acc []float32, i, j int) {
	for k := range g.K {
		a := g.A[i*g.ARow+k*g.ACol]
		b := g.B.Data[g.B.at(k, j):][:len(acc)]
		for l := range acc {
			acc[l] += float32(a * b[l])
		}
	}
}
