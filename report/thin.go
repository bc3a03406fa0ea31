package report

import (
	"math"

	"github.com/descent-ml/descent/report/internal/chart"
)

// maxPoints is how many points a curve has at most.
const maxPoints = 500

// thin returns at most n of the points, both ends among them, at even distances
// along the curve: where it bends, points are as dense as where it does not.
// Lengths are measured on a plot whose axes both have the length 1.
func thin(points []chart.Point, x, y chart.Axis, n int) []chart.Point {
	if len(points) <= n {
		return points
	}
	along := make([]float64, len(points)) // length up to each point
	for i := 1; i < len(points); i++ {
		dx := (points[i].X - points[i-1].X) / (x.Max - x.Min)
		dy := (points[i].Y - points[i-1].Y) / (y.Max - y.Min)
		along[i] = along[i-1] + math.Hypot(lengthOf(dx), lengthOf(dy))
	}
	total := along[len(along)-1]
	kept := points[:1:1]
	for i := 1; i < len(points)-1 && len(kept) < n-1; i++ {
		if along[i]*float64(n-1) >= total*float64(len(kept)) {
			kept = append(kept, points[i])
		}
	}
	return append(kept, points[len(points)-1])
}

// lengthOf is 0 for a step to or from a point that is not drawn.
func lengthOf(d float64) float64 {
	if math.IsNaN(d) || math.IsInf(d, 0) {
		return 0
	}
	return d
}

// some returns about n of the values, evenly, the first and the last among them.
func some[T any](values []T, n int) []T {
	if len(values) <= n {
		return values
	}
	var kept []T
	for i := range n {
		kept = append(kept, values[i*(len(values)-1)/(n-1)])
	}
	return kept
}
