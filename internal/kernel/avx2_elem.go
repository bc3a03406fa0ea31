//go:build amd64 && !noasm

package kernel

// chunk is the most elements one call of an assembly routine handles: such a call cannot be preempted, and stays below
// 100 µs even where memory is slow.
const chunk = 16384

func vector1(f func(dst, a *float32, n int)) Unary {
	return func(dst, a []float32) {
		same(len(dst), len(a))
		for i := 0; i < len(dst); i += chunk {
			f(&dst[i], &a[i], min(chunk, len(dst)-i))
		}
	}
}

func vector2(f func(dst, a, b *float32, n int)) Binary {
	return func(dst, a, b []float32) {
		same(len(dst), len(a))
		same(len(dst), len(b))
		for i := 0; i < len(dst); i += chunk {
			f(&dst[i], &a[i], &b[i], min(chunk, len(dst)-i))
		}
	}
}

func vector3(f func(dst, a, b, c *float32, n int)) func(dst, a, b, c []float32) {
	return func(dst, a, b, c []float32) {
		same(len(dst), len(a))
		same(len(dst), len(b))
		same(len(dst), len(c))
		for i := 0; i < len(dst); i += chunk {
			f(&dst[i], &a[i], &b[i], &c[i], min(chunk, len(dst)-i))
		}
	}
}

func vectorS(f func(dst, a *float32, n int, x float32)) Scalar {
	return func(dst, a []float32, x float32) {
		same(len(dst), len(a))
		for i := 0; i < len(dst); i += chunk {
			f(&dst[i], &a[i], min(chunk, len(dst)-i), x)
		}
	}
}

func vectorSS(f func(dst, a *float32, n int, x, y float32)) func(dst, a []float32, x, y float32) {
	return func(dst, a []float32, x, y float32) {
		same(len(dst), len(a))
		for i := 0; i < len(dst); i += chunk {
			f(&dst[i], &a[i], min(chunk, len(dst)-i), x, y)
		}
	}
}

func axpyVector(dst, a []float32, s float32) {
	same(len(dst), len(a))
	for i := 0; i < len(dst); i += chunk {
		axpyAVX2(&dst[i], &a[i], &dst[i], min(chunk, len(dst)-i), s)
	}
}

func fillVector(dst []float32, s float32) {
	for i := 0; i < len(dst); i += chunk {
		fillAVX2(&dst[i], min(chunk, len(dst)-i), s)
	}
}
