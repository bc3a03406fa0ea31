package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// gemmForm is a way to lay out and finish a product.
type gemmForm struct {
	name                          string
	transposedA, packedB, packedC bool
	bias, mask, relu, accumulate  bool
	packedMask                    bool
	pad                           int // extra elements a row
}

var gemmForms = []gemmForm{
	{name: "plain"},
	{name: "padded rows", pad: 5},
	{name: "forward", packedB: true, bias: true, relu: true},
	{name: "forward, row-major weights", bias: true, relu: true, pad: 3},
	{name: "data gradient", packedB: true, mask: true, pad: 1},
	{name: "weight gradient", transposedA: true, packedC: true},
	{name: "weight gradient, accumulated", transposedA: true, packedC: true, accumulate: true, pad: 2},
	{name: "row-major weight gradient", transposedA: true, accumulate: true},
	{name: "bias alone", packedB: true, bias: true},
	{name: "relu and mask", relu: true, mask: true, packedMask: true, packedB: true, packedC: true},
	{name: "accumulate, relu, mask", accumulate: true, relu: true, mask: true},
}

// make returns a product of the form with random operands.
func (f gemmForm) make(r *rand.Rand, m, n, k int) Gemm {
	g := Gemm{M: m, N: n, K: k, Relu: f.relu, Accumulate: f.accumulate}
	if f.transposedA {
		g.ARow, g.ACol = 1, m+f.pad
		g.A = normals(r, k*g.ACol)
	} else {
		g.ARow, g.ACol = k+f.pad, 1
		g.A = normals(r, m*g.ARow)
	}
	matrix := func(packed bool, rows int) Matrix {
		if packed {
			return Packed(normals(r, PackedLen(rows, n)), rows)
		}
		return RowMajor(normals(r, rows*(n+f.pad)), n+f.pad)
	}
	g.B, g.C = matrix(f.packedB, k), matrix(f.packedC, m)
	if f.mask {
		g.Mask = matrix(f.packedMask, m)
		for i := range g.Mask.Data { // zeros of both signs and NaN matter
			g.Mask.Data[i] = special[r.IntN(len(special))]
		}
	}
	if f.bias {
		g.Bias = normals(r, n)
	}
	return g
}

// clone returns g with a result of its own.
func (g Gemm) clone() Gemm {
	g.C.Data = slices.Clone(g.C.Data)
	return g
}

// exact returns element (i, j) in float64 and the sum of the magnitudes of its terms.
func (g *Gemm) exact(i, j int) (c, size float64) {
	switch {
	case g.Accumulate:
		c = float64(g.C.Data[g.C.at(i, j)])
	case g.Bias != nil:
		c = float64(g.Bias[j])
	}
	size = math.Abs(c)
	for k := range g.K {
		p := float64(g.A[i*g.ARow+k*g.ACol]) * float64(g.B.Data[g.B.at(k, j)])
		c += p
		size += math.Abs(p)
	}
	if g.Relu {
		c = max(c, 0)
	}
	if g.Mask.Data != nil && g.Mask.Data[g.Mask.at(i, j)] <= 0 {
		c = 0
	}
	return c, size
}

var gemmSizes = [][3]int{ // M, N, K
	{1, 1, 1}, {1, 1, 77}, {7, 1, 33}, {33, 1, 1}, {5, 1, 64}, {1, 16, 9}, {1, 200, 40}, {2, 100, 17}, {3, 15, 8}, {4, 17, 5},
	{5, 7, 300}, {6, 16, 0}, {6, 16, 16}, {7, 33, 20}, {8, 2, 10}, {9, 8, 3}, {10, 48, 70}, {11, 9, 2}, {12, 64, 1}, {13, 10, 257},
	{25, 31, 600}, {64, 32, 16}, {131, 40, 30}, {300, 19, 4}, {0, 5, 5}, {5, 0, 5},
}

// wideSizes are products of one or two rows and many columns.
var wideSizes = [][3]int{{1, 64, 300}, {1, 75, 3}, {2, 33, 290}, {2, 130, 1}, {1, 600, 5}, {3, 130, 300}}

func TestGemm(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, f := range gemmForms {
			for _, z := range slices.Concat(gemmSizes, wideSizes) {
				g := f.make(r, z[0], z[1], z[2])
				before := g.clone()
				s.Gemm(g, 0, g.M, 0, Panels(g.N))
				for i := range g.M {
					for j := range g.N {
						want, size := before.exact(i, j)
						got := g.C.Data[g.C.at(i, j)]
						if math.Abs(float64(got)-want) > size*float64(g.K+4)*(1./(1<<24)) {
							t.Fatalf("%s, M N K = %v: element (%d, %d) is %v, want %v", f.name, z, i, j, got, want)
						}
					}
				}
				if i := firstOutside(g, before); i >= 0 {
					t.Fatalf("%s, M N K = %v: wrote to data[%d], which lies outside C", f.name, z, i)
				}
			}
		}
	})
}

// firstOutside returns the index of an element of C's data that changed although it belongs to no element of C, or -1.
func firstOutside(g, before Gemm) int {
	inside := make([]bool, len(g.C.Data))
	for i := range g.M {
		for j := range g.N {
			inside[g.C.at(i, j)] = true
		}
	}
	for i, x := range g.C.Data {
		if !inside[i] && !sameBits(x, before.C.Data[i]) {
			return i
		}
	}
	return -1
}

// Whatever rectangles a product is computed in, its bits are the same.
func TestGemmRectangles(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, f := range gemmForms {
			for _, z := range slices.Concat(gemmSizes, wideSizes) {
				whole := f.make(r, z[0], z[1], z[2])
				parts := whole.clone()
				s.Gemm(whole, 0, whole.M, 0, Panels(whole.N))
				for i := 0; i < parts.M; {
					h := 1 + r.IntN(parts.M-i)
					for j := 0; j < Panels(parts.N); {
						w := 1 + r.IntN(Panels(parts.N)-j)
						s.Gemm(parts, i, i+h, j, j+w)
						j += w
					}
					i += h
				}
				for i, x := range whole.C.Data {
					if !sameBits(x, parts.C.Data[i]) {
						t.Fatalf("%s, M N K = %v: data[%d] is %v in one call, %v in parts", f.name, z, i, x, parts.C.Data[i])
					}
				}
			}
		}
	})
}

// A NaN or an infinity reaches the elements it belongs to and no other, and nothing beside the operands is read.
func TestGemmNonFinite(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		nan := float32(math.NaN())
		for _, packed := range []bool{false, true} {
			for _, n := range []int{1, 5, 16, 21} {
				const m, k = 9, 20
				f := gemmForm{packedB: packed, packedC: packed, relu: true}
				g := f.make(newRand(), m, n, k)
				if packed { // what lies beside the last column must not matter
					for i := range k {
						for j := n; j < Panels(n)*PanelWidth; j++ {
							g.B.Data[g.B.at(i, j)] = nan
						}
					}
				}
				g.A[3*g.ARow+7] = nan
				s.Gemm(g, 0, m, 0, Panels(n))
				for i := range m {
					for j := range n {
						if c := g.C.Data[g.C.at(i, j)]; (c != c) != (i == 3) {
							t.Fatalf("N %d, packed %v: element (%d, %d) is %v with a NaN in row 3 of A", n, packed, i, j, c)
						}
					}
				}
			}
		}
	})
}

func TestGemmChecks(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, c := range []struct {
			name, want string
			spoil      func(*Gemm)
		}{
			{"short A", "A [5 6] needs", func(g *Gemm) { g.A = g.A[:len(g.A)-1] }},
			{"short B", "gemm: B [6 20]", func(g *Gemm) { g.B.Data = g.B.Data[:len(g.B.Data)-1] }},
			{"short C", "gemm: C [5 20]", func(g *Gemm) { g.C.Data = g.C.Data[:len(g.C.Data)-1] }},
			{"short mask", "gemm: mask [5 20]", func(g *Gemm) { g.Mask.Data = g.Mask.Data[:3] }},
			{"short bias", "bias has 2 elements", func(g *Gemm) { g.Bias = g.Bias[:2] }},
			{"bias and accumulate", "bias together with accumulate", func(g *Gemm) { g.Accumulate = true }},
			{"negative stride", "negative size", func(g *Gemm) { g.ARow = -1 }},
			{"negative size", "negative size", func(g *Gemm) { g.K = -1 }},
			{"too many rows", "rows [0, 5) of 4", func(g *Gemm) { g.M = 4 }},
			{"too many panels", "panels [0, 2) of 1", func(g *Gemm) { g.N = 16 }},
		} {
			g := gemmForm{bias: true, mask: true}.make(newRand(), 5, 20, 6)
			c.spoil(&g)
			if got := panics(func() { s.Gemm(g, 0, 5, 0, 2) }); !strings.Contains(got, c.want) {
				t.Errorf("%s: panic %q, want one with %q", c.name, got, c.want)
			}
		}
	})
}

func TestPack(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, rows := range []int{0, 1, 2, 7, 8, 9, 16, 17, 40, 65, 8203} { // the last is more than one call of a routine takes
			for _, cols := range []int{0, 1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 48, 70} {
				if rows > 1000 && cols > 16 {
					break
				}
				for layout := range 8 {
					matrix := func(packed bool, rows, cols int) Matrix {
						if packed {
							return Packed(normals(r, PackedLen(rows, cols)), rows)
						}
						return RowMajor(normals(r, rows*(cols+3)), cols+3)
					}
					transpose := layout&4 != 0
					dst := matrix(layout&1 != 0, rows, cols)
					src := matrix(layout&2 != 0, rows, cols)
					pack := s.Pack
					if transpose {
						src = matrix(layout&2 != 0, cols, rows)
						pack = s.PackT
					}
					before := slices.Clone(dst.Data)
					for j := range Panels(cols) {
						pack(dst, src, rows, cols, j, j+1)
					}
					want := slices.Clone(before)
					for i := range rows {
						for j := range cols {
							if transpose {
								want[dst.at(i, j)] = src.Data[src.at(j, i)]
							} else {
								want[dst.at(i, j)] = src.Data[src.at(i, j)]
							}
						}
					}
					if !slices.Equal(dst.Data, want) {
						t.Fatalf("[%d %d], layout %b: wrong elements", rows, cols, layout)
					}
				}
			}
		}
	})
}

func ExampleGemm() {
	x := []float32{1, 2, 3, 4}        // [2 2]
	w := []float32{1, 0, 2, 0, 1, -9} // [2 3]
	y := make([]float32, 6)
	Reference().Gemm(Gemm{
		M: 2, N: 3, K: 2,
		A: x, ARow: 2, ACol: 1,
		B:    RowMajor(w, 3),
		C:    RowMajor(y, 3),
		Bias: []float32{10, 20, 30},
		Relu: true,
	}, 0, 2, 0, Panels(3))
	fmt.Println(y)
	// Output: [11 22 14 13 24 0]
}
