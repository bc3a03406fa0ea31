package main

import "math"

// fit returns the coefficients, lowest first, of the polynomial that interpolates f at the Chebyshev nodes of [lo, hi]:
// within a factor of about two of the best polynomial of its degree.
//
// Source: Trefethen, "Approximation Theory and Approximation Practice", chapters 2-4 and 10.
func fit(f func(float64) float64, lo, hi float64, degree int) []float64 {
	n := degree + 1
	mid, half := (lo+hi)/2, (hi-lo)/2
	// Coefficients of the Chebyshev series.
	series := make([]float64, n)
	for i := range n {
		angle := math.Pi * (float64(i) + 0.5) / float64(n)
		y := f(mid + half*math.Cos(angle))
		for k := range series {
			series[k] += 2 / float64(n) * y * math.Cos(float64(k)*angle)
		}
	}
	series[0] /= 2
	// The same in powers of u = (x-mid)/half: T(k+1) = 2u·T(k) - T(k-1).
	inU := make([]float64, n)
	before, now := make([]float64, n+1), make([]float64, n+1)
	before[0], now[1] = 1, 1
	for k, c := range series {
		t := before
		if k > 0 {
			t = now
		}
		for i := range inU {
			inU[i] += c * t[i]
		}
		if k > 0 {
			next := make([]float64, n+1)
			for i := range n {
				next[i+1] += 2 * now[i]
			}
			for i := range next {
				next[i] -= before[i]
			}
			before, now = now, next
		}
	}
	// Horner's rule with u written out gives powers of x.
	inX := make([]float64, n)
	for k := n - 1; k >= 0; k-- {
		for i := n - 1; i >= 0; i-- { // inX = inX·(x-mid)/half
			inX[i] *= -mid / half
			if i > 0 {
				inX[i] += inX[i-1] / half
			}
		}
		inX[0] += inU[k]
	}
	return inX
}
