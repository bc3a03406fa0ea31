package kernel

import (
	"math"
	"slices"
	"testing"
)

func TestSoftmax(t *testing.T) {
	eachSet(t, func(t *testing.T, s *Set) {
		r := newRand()
		for _, rows := range []int{1, 3} {
			for cols := 1; cols < 68; cols++ {
				for _, scale := range []float32{1, 30, 1e4} {
					a := normals(r, rows*cols)
					for i := range a {
						a[i] = a[i]*scale + scale
					}
					soft, intactSoft := guarded(len(a), cols%8)
					logs, intactLogs := guarded(len(a), cols%7)
					sums, intactSums := guarded(rows, 2)
					s.Softmax(soft, a, rows, cols)
					s.LogSoftmax(logs, a, rows, cols)
					s.LogSumExp(sums, a, rows, cols)
					for i := range rows {
						checkSoftmax(t, a[i*cols:][:cols], soft[i*cols:][:cols], logs[i*cols:][:cols], sums[i])
					}
					if !intactSoft() || !intactLogs() || !intactSums() {
						t.Fatalf("softmax of %d wrote outside the result", cols)
					}
				}
			}
		}
	})
}

// checkSoftmax compares one row's softmax, log-softmax and logsumexp with float64.
func checkSoftmax(t *testing.T, row, soft, logs []float32, sum float32) {
	t.Helper()
	m, total := float64(slices.Max(row)), 0.0
	for _, x := range row {
		total += math.Exp(float64(x) - m)
	}
	exact := m + math.Log(total)
	near := func(got float32, want float64) bool {
		return math.Abs(float64(got)-want) <= 4e-7*math.Max(1, math.Abs(want))
	}
	if !near(sum, exact) {
		t.Fatalf("logsumexp of %v is %v, want %v", row, sum, exact)
	}
	for j, x := range row {
		// x-max is rounded once: the error of its exponential is relative to the distance
		want := math.Exp(float64(x) - exact)
		if got := float64(soft[j]); math.Abs(got-want) > (4e-7+6e-8*math.Abs(float64(x)-m))*want+1e-44 {
			t.Fatalf("softmax of %v in %v is %v, want %v", x, row, got, want)
		}
		if !near(logs[j], float64(x)-exact) {
			t.Fatalf("log-softmax of %v in %v is %v, want %v", x, row, logs[j], float64(x)-exact)
		}
	}
}

func TestSoftmaxExtremes(t *testing.T) {
	inf, nan := float32(math.Inf(1)), float32(math.NaN())
	eachSet(t, func(t *testing.T, s *Set) {
		for _, c := range []struct {
			row       []float32
			logSumExp float32
			softmax   []float32
		}{
			{[]float32{3e38, -3e38, 0}, 3e38, []float32{1, 0, 0}},
			{[]float32{-inf, 0, -inf}, 0, []float32{0, 1, 0}},
			{[]float32{-inf, -inf}, -inf, []float32{nan, nan}},
			{[]float32{inf, inf}, inf, []float32{nan, nan}},
			{[]float32{nan, 1, 2}, nan, []float32{nan, nan, nan}},
		} {
			soft, sum := make([]float32, len(c.row)), make([]float32, 1)
			s.Softmax(soft, c.row, 1, len(c.row))
			s.LogSumExp(sum, c.row, 1, len(c.row))
			if !sameBits(sum[0], c.logSumExp) {
				t.Errorf("logsumexp of %v is %v, want %v", c.row, sum[0], c.logSumExp)
			}
			if !slices.EqualFunc(soft, c.softmax, sameBits) {
				t.Errorf("softmax of %v is %v, want %v", c.row, soft, c.softmax)
			}
		}
	})
}
