package kernel

import "math"

// Each elementwise kernel is the scalar function below, applied to every element. Products that are added to something
// are converted to float32 first, so that no compiler may fuse the two operations into one rounding.

func add(a, b float32) float32  { return a + b }
func sub(a, b float32) float32  { return a - b }
func rsub(a, b float32) float32 { return b - a }
func mul(a, b float32) float32  { return a * b }
func div(a, b float32) float32  { return a / b }
func rdiv(a, b float32) float32 { return b / a }

// least returns the smaller operand, b where they compare equal, NaN where one is NaN.
func least(a, b float32) float32 {
	if a < b || a != a {
		return a
	}
	return b
}

// most returns the larger operand, b where they compare equal, NaN where one is NaN.
func most(a, b float32) float32 {
	if a > b || a != a {
		return a
	}
	return b
}

func truth(b bool) float32 {
	if b {
		return 1
	}
	return 0
}

func equal(a, b float32) float32        { return truth(a == b) }
func notEqual(a, b float32) float32     { return truth(a != b) }
func less(a, b float32) float32         { return truth(a < b) }
func lessEqual(a, b float32) float32    { return truth(a <= b) }
func greater(a, b float32) float32      { return truth(a > b) }
func greaterEqual(a, b float32) float32 { return truth(a >= b) }

func neg(a float32) float32    { return -a }
func abs(a float32) float32    { return math.Float32frombits(math.Float32bits(a) &^ (1 << 31)) }
func sqrt(a float32) float32   { return float32(math.Sqrt(float64(a))) }
func square(a float32) float32 { return a * a }
func round(a float32) float32  { return float32(math.RoundToEven(float64(a))) }
func floor(a float32) float32  { return float32(math.Floor(float64(a))) }

// relu returns 0 for negative numbers and keeps everything else: -0 and NaN too.
func relu(a float32) float32 {
	if a < 0 {
		return 0
	}
	return a
}

// reluGrad returns the derivative's product dy·relu'(x), given y = relu(x).
func reluGrad(dy, y float32) float32 {
	if y <= 0 {
		return 0
	}
	return dy
}

// sign returns 1, -1, or a itself where a is a zero or NaN.
func sign(a float32) float32 {
	switch {
	case a > 0:
		return 1
	case a < 0:
		return -1
	}
	return a
}

// lift1 applies f to every element.
func lift1(f func(a float32) float32) Unary {
	return func(dst, a []float32) {
		same(len(dst), len(a))
		for i, x := range a {
			dst[i] = f(x)
		}
	}
}

// lift2 applies f to every pair of elements.
func lift2(f func(a, b float32) float32) Binary {
	return func(dst, a, b []float32) {
		same(len(dst), len(a))
		same(len(dst), len(b))
		for i, x := range a {
			dst[i] = f(x, b[i])
		}
	}
}

// liftS applies f to every element and one number.
func liftS(f func(a, s float32) float32) Scalar {
	return func(dst, a []float32, s float32) {
		same(len(dst), len(a))
		for i, x := range a {
			dst[i] = f(x, s)
		}
	}
}

// single rounds a float64 function to float32.
func single(f func(float64) float64) func(float32) float32 {
	return func(a float32) float32 { return float32(f(float64(a))) }
}

func whereRef(dst, cond, a, b []float32) {
	same(len(dst), len(cond))
	same(len(dst), len(a))
	same(len(dst), len(b))
	for i, c := range cond {
		if c != 0 {
			dst[i] = a[i]
		} else {
			dst[i] = b[i]
		}
	}
}

func mulAddRef(dst, a, b, c []float32) {
	same(len(dst), len(a))
	same(len(dst), len(b))
	same(len(dst), len(c))
	for i, x := range a {
		dst[i] = float32(x*b[i]) + c[i]
	}
}

func clipRef(dst, a []float32, lo, hi float32) {
	same(len(dst), len(a))
	for i, x := range a {
		if x < lo {
			x = lo
		}
		if x > hi {
			x = hi
		}
		dst[i] = x
	}
}

func scaleShiftRef(dst, a []float32, scale, shift float32) {
	same(len(dst), len(a))
	for i, x := range a {
		dst[i] = float32(scale*x) + shift
	}
}

func axpyRef(dst, a []float32, s float32) {
	same(len(dst), len(a))
	for i, x := range a {
		dst[i] += float32(s * x)
	}
}

func fillRef(dst []float32, s float32) {
	for i := range dst {
		dst[i] = s
	}
}
