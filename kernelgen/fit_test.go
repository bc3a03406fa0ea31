package main

import (
	"math"
	"testing"
)

func TestFit(t *testing.T) {
	c := fit(math.Exp, -0.3, 0.5, 8)
	for x := -0.3; x <= 0.5; x += 0.01 {
		y := 0.0
		for i := len(c) - 1; i >= 0; i-- {
			y = y*x + c[i]
		}
		if math.Abs(y-math.Exp(x)) > 1e-11 {
			t.Errorf("at %v: %v, want %v", x, y, math.Exp(x))
		}
	}
}
