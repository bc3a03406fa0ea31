package kernel

import (
	"math"
	"testing"
)

// elemCase is one elementwise kernel: how to run it, and its definition in float64.
type elemCase struct {
	name string
	run  func(s *Set, dst, a, b, c []float32, x, y float32)
	want func(a, b, c, x, y float64) float64
	ulp  float64 // bound of the fast sets; 0 means the exact result, rounded
	adds bool    // dst is an operand too
}

func unaryCase(name string, ulp float64, pick func(*Set) Unary, f func(float64) float64) elemCase {
	return elemCase{
		name: name, ulp: ulp,
		run:  func(s *Set, dst, a, _, _ []float32, _, _ float32) { pick(s)(dst, a) },
		want: func(a, _, _, _, _ float64) float64 { return f(a) },
	}
}

func binaryCase(name string, ulp float64, pick func(*Set) Binary, f func(a, b float64) float64) elemCase {
	return elemCase{
		name: name, ulp: ulp,
		run:  func(s *Set, dst, a, b, _ []float32, _, _ float32) { pick(s)(dst, a, b) },
		want: func(a, b, _, _, _ float64) float64 { return f(a, b) },
	}
}

func scalarCase(name string, ulp float64, pick func(*Set) Scalar, f func(a, x float64) float64) elemCase {
	return elemCase{
		name: name, ulp: ulp,
		run:  func(s *Set, dst, a, _, _ []float32, x, _ float32) { pick(s)(dst, a, x) },
		want: func(a, _, _, x, _ float64) float64 { return f(a, x) },
	}
}

func when(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// orNaN returns one of two operands, NaN if either is.
func orNaN(a, b float64, takeA bool) float64 {
	switch {
	case a != a || b != b:
		return math.NaN()
	case takeA:
		return a
	}
	return b
}

var elemCases = []elemCase{
	binaryCase("Add", 0, func(s *Set) Binary { return s.Add }, func(a, b float64) float64 { return a + b }),
	binaryCase("Sub", 0, func(s *Set) Binary { return s.Sub }, func(a, b float64) float64 { return a - b }),
	binaryCase("Mul", 0, func(s *Set) Binary { return s.Mul }, func(a, b float64) float64 { return a * b }),
	binaryCase("Div", 0, func(s *Set) Binary { return s.Div }, func(a, b float64) float64 { return a / b }),
	binaryCase("Min", 0, func(s *Set) Binary { return s.Min }, func(a, b float64) float64 { return orNaN(a, b, a < b) }),
	binaryCase("Max", 0, func(s *Set) Binary { return s.Max }, func(a, b float64) float64 { return orNaN(a, b, a > b) }),
	binaryCase("Equal", 0, func(s *Set) Binary { return s.Equal }, func(a, b float64) float64 { return when(a == b) }),
	binaryCase("NotEqual", 0, func(s *Set) Binary { return s.NotEqual }, func(a, b float64) float64 { return when(a != b) }),
	binaryCase("Less", 0, func(s *Set) Binary { return s.Less }, func(a, b float64) float64 { return when(a < b) }),
	binaryCase("LessEqual", 0, func(s *Set) Binary { return s.LessEqual }, func(a, b float64) float64 { return when(a <= b) }),
	binaryCase("Greater", 0, func(s *Set) Binary { return s.Greater }, func(a, b float64) float64 { return when(a > b) }),
	binaryCase("GreaterEqual", 0, func(s *Set) Binary { return s.GreaterEqual }, func(a, b float64) float64 { return when(a >= b) }),
	binaryCase("ReluGrad", 0, func(s *Set) Binary { return s.ReluGrad }, func(dy, y float64) float64 {
		if y <= 0 {
			return 0
		}
		return dy
	}),
	binaryCase("Pow", 0.6, func(s *Set) Binary { return s.Pow }, math.Pow),

	scalarCase("AddS", 0, func(s *Set) Scalar { return s.AddS }, func(a, x float64) float64 { return a + x }),
	scalarCase("RSubS", 0, func(s *Set) Scalar { return s.RSubS }, func(a, x float64) float64 { return x - a }),
	scalarCase("MulS", 0, func(s *Set) Scalar { return s.MulS }, func(a, x float64) float64 { return a * x }),
	scalarCase("DivS", 0, func(s *Set) Scalar { return s.DivS }, func(a, x float64) float64 { return a / x }),
	scalarCase("RDivS", 0, func(s *Set) Scalar { return s.RDivS }, func(a, x float64) float64 { return x / a }),
	scalarCase("MinS", 0, func(s *Set) Scalar { return s.MinS }, func(a, x float64) float64 { return orNaN(a, x, a < x) }),
	scalarCase("MaxS", 0, func(s *Set) Scalar { return s.MaxS }, func(a, x float64) float64 { return orNaN(a, x, a > x) }),
	scalarCase("EqualS", 0, func(s *Set) Scalar { return s.EqualS }, func(a, x float64) float64 { return when(a == x) }),
	scalarCase("NotEqualS", 0, func(s *Set) Scalar { return s.NotEqualS }, func(a, x float64) float64 { return when(a != x) }),
	scalarCase("LessS", 0, func(s *Set) Scalar { return s.LessS }, func(a, x float64) float64 { return when(a < x) }),
	scalarCase("LessEqualS", 0, func(s *Set) Scalar { return s.LessEqualS }, func(a, x float64) float64 { return when(a <= x) }),
	scalarCase("GreaterS", 0, func(s *Set) Scalar { return s.GreaterS }, func(a, x float64) float64 { return when(a > x) }),
	scalarCase("GreaterEqualS", 0, func(s *Set) Scalar { return s.GreaterEqualS }, func(a, x float64) float64 { return when(a >= x) }),
	scalarCase("PowS", 0.6, func(s *Set) Scalar { return s.PowS }, math.Pow),

	unaryCase("Neg", 0, func(s *Set) Unary { return s.Neg }, func(a float64) float64 { return -a }),
	unaryCase("Abs", 0, func(s *Set) Unary { return s.Abs }, math.Abs),
	unaryCase("Sqrt", 0, func(s *Set) Unary { return s.Sqrt }, math.Sqrt),
	unaryCase("Square", 0, func(s *Set) Unary { return s.Square }, func(a float64) float64 { return a * a }),
	unaryCase("Relu", 0, func(s *Set) Unary { return s.Relu }, func(a float64) float64 {
		if a < 0 {
			return 0
		}
		return a
	}),
	unaryCase("Round", 0, func(s *Set) Unary { return s.Round }, math.RoundToEven),
	unaryCase("Floor", 0, func(s *Set) Unary { return s.Floor }, math.Floor),
	unaryCase("Sign", 0, func(s *Set) Unary { return s.Sign }, func(a float64) float64 {
		if a == 0 || a != a {
			return a
		}
		return math.Copysign(1, a)
	}),
	unaryCase("Exp", 1.1, func(s *Set) Unary { return s.Exp }, math.Exp),
	unaryCase("Expm1", 1.7, func(s *Set) Unary { return s.Expm1 }, math.Expm1),
	unaryCase("Log", 1, func(s *Set) Unary { return s.Log }, math.Log),
	unaryCase("Log1p", 1.7, func(s *Set) Unary { return s.Log1p }, math.Log1p),
	unaryCase("Tanh", 2.6, func(s *Set) Unary { return s.Tanh }, math.Tanh),
	unaryCase("Sigmoid", 2.5, func(s *Set) Unary { return s.Sigmoid }, func(a float64) float64 { return 1 / (1 + math.Exp(-a)) }),
	unaryCase("Softplus", 2, func(s *Set) Unary { return s.Softplus }, func(a float64) float64 {
		if a > 0 {
			return a + math.Log1p(math.Exp(-a))
		}
		return math.Log1p(math.Exp(a))
	}),
	unaryCase("Erf", 1.25, func(s *Set) Unary { return s.Erf }, math.Erf),

	{
		name: "Where",
		run:  func(s *Set, dst, a, b, c []float32, _, _ float32) { s.Where(dst, c, a, b) },
		want: func(a, b, c, _, _ float64) float64 {
			if c == 0 {
				return b
			}
			return a
		},
	},
	{
		name: "MulAdd",
		run:  func(s *Set, dst, a, b, c []float32, _, _ float32) { s.MulAdd(dst, a, b, c) },
		want: func(a, b, c, _, _ float64) float64 { return float64(float32(a*b)) + c },
	},
	{
		name: "Clip",
		run:  func(s *Set, dst, a, _, _ []float32, x, y float32) { s.Clip(dst, a, x, y) },
		want: func(a, _, _, lo, hi float64) float64 {
			if a < lo {
				a = lo
			}
			if a > hi {
				a = hi
			}
			return a
		},
	},
	{
		name: "ScaleShift",
		run:  func(s *Set, dst, a, _, _ []float32, x, y float32) { s.ScaleShift(dst, a, x, y) },
		want: func(a, _, _, scale, shift float64) float64 { return float64(float32(scale*a)) + shift },
	},
	{
		name: "Axpy", adds: true,
		run: func(s *Set, dst, a, b, _ []float32, x, _ float32) {
			copy(dst, b)
			s.Axpy(dst, a, x)
		},
		want: func(a, b, _, x, _ float64) float64 { return b + float64(float32(x*a)) },
	},
	{
		name: "Fill",
		run:  func(s *Set, dst, _, _, _ []float32, x, _ float32) { s.Fill(dst, x) },
		want: func(_, _, _, x, _ float64) float64 { return x },
	},
}

// bound returns the error in ulp that the case allows a set.
func (c elemCase) bound(s *Set) float64 {
	if c.ulp > 0 && s == Reference() {
		return 0.51
	}
	return c.ulp
}

// agrees reports whether got is the exact value within the bound; for a bound of 0, to the bit.
func agrees(got float32, exact, bound float64) bool {
	if bound == 0 {
		return sameBits(got, float32(exact))
	}
	return ulps(got, exact) <= bound
}

// Every kernel at every length and offset around the vector width: right values, at any position, nothing else written.
func TestElementwise(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		for _, c := range elemCases {
			r := newRand()
			for n := range 68 {
				for offset := range 8 {
					a, b, d := shifted(mixed(r, n), offset), shifted(mixed(r, n), 7-offset), shifted(mixed(r, n), offset/2)
					two := mixed(r, 2)
					x, y := two[0], two[1]
					dst, intact := guarded(n, (3*offset)%8)
					c.run(s, dst, a, b, d, x, y)
					for i, got := range dst {
						exact := c.want(float64(a[i]), float64(b[i]), float64(d[i]), float64(x), float64(y))
						if !agrees(got, exact, c.bound(s)) {
							t.Fatalf("%s(a %v, b %v, c %v; %v, %v) = %v, want %v (element %d of %d, offset %d)", c.name, a[i], b[i], d[i], x, y, got, float32(exact), i, n, offset)
						}
						one := []float32{0}
						c.run(s, one, a[i:i+1], b[i:i+1], d[i:i+1], x, y)
						if !sameBits(one[0], got) {
							t.Fatalf("%s of %v is %v alone, %v as element %d of %d", c.name, a[i], one[0], got, i, n)
						}
					}
					if !intact() {
						t.Fatalf("%s wrote outside its %d elements", c.name, n)
					}
					if c.adds {
						continue
					}
					first, second := dst, append([]float32(nil), a...)
					c.run(s, second, second, b, d, x, y)
					for i := range first {
						if !sameBits(first[i], second[i]) {
							t.Fatalf("%s in place: element %d of %d is %v, want %v", c.name, i, n, second[i], first[i])
						}
					}
				}
			}
		}
	})
}

// Every kernel of one operand over the whole range of float32, denormal numbers, infinities and NaN included.
func TestUlp(t *testing.T) {
	const step = 9973 // a prime: every exponent with many fractions
	a := make([]float32, 0, 1<<32/step+len(special)+1)
	for bits := uint64(0); bits < 1<<32; bits += step {
		a = append(a, math.Float32frombits(uint32(bits)))
	}
	a = append(a, special...)
	dst, zeros := make([]float32, len(a)), make([]float32, len(a))
	eachSet(t, func(t *testing.T, s *Set) {
		for _, c := range elemCases {
			if c.ulp == 0 || c.name == "Pow" || c.name == "PowS" {
				continue
			}
			c.run(s, dst, a, zeros, zeros, 0, 0)
			worst, where := 0.0, float32(0)
			for i, got := range dst {
				if u := ulps(got, c.want(float64(a[i]), 0, 0, 0, 0)); u > worst {
					worst, where = u, a[i]
				}
			}
			t.Logf("%-9s %.3f ulp at %v", c.name, worst, where)
			if worst > c.bound(s) {
				t.Errorf("%s(%v) is off by %.3f ulp, bound %v", c.name, where, worst, c.bound(s))
			}
		}
	})
}

func TestPow(t *testing.T) {
	r := newRand()
	var a, b []float32
	for _, x := range special {
		for _, y := range special {
			a, b = append(a, x), append(b, y)
		}
	}
	for range 200000 {
		a = append(a, float32(math.Exp(20*r.NormFloat64())))
		b = append(b, float32(r.NormFloat64()*math.Exp(2*r.NormFloat64())))
	}
	for range 50000 {
		a = append(a, float32(r.NormFloat64()))
		b = append(b, float32(r.IntN(41)-20))
	}
	dst := make([]float32, len(a))
	eachSet(t, func(t *testing.T, s *Set) {
		s.Pow(dst, a, b)
		worst := 0.0
		for i, got := range dst {
			exact := math.Pow(float64(a[i]), float64(b[i]))
			u := ulps(got, exact)
			if u > 0.6 || exact == 0 && math.Signbit(exact) != math.Signbit(float64(got)) {
				t.Fatalf("pow(%v, %v) = %v, want %v (%.2f ulp)", a[i], b[i], got, float32(exact), u)
			}
			worst = max(worst, u)
		}
		t.Logf("pow %.3f ulp", worst)
	})
}

func TestElementwiseChecks(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		short, long := make([]float32, 3), make([]float32, 4)
		for name, f := range map[string]func(){
			"dst":    func() { s.Exp(short, long) },
			"a":      func() { s.Add(long, short, long) },
			"b":      func() { s.Add(long, long, short) },
			"scalar": func() { s.MulS(long, short, 2) },
			"cond":   func() { s.Where(long, short, long, long) },
			"axpy":   func() { s.Axpy(long, short, 2) },
		} {
			if panics(f) == "" {
				t.Errorf("%s: lengths that differ were accepted", name)
			}
		}
	})
}
