package layer

import "math"

// Orthogonal starts a matrix, or a kernel laid out as one with a column for each output,
// with orthogonal rows or columns of length Gain, whichever are fewer.
//
// Source: Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of
// learning in deep linear neural networks", ICLR 2014.
type Orthogonal struct{ Gain float64 }

// Fill implements [graph.Initializer]: normal vectors, made orthogonal one after the other
// (Gram and Schmidt, twice each for the rounding).
func (o Orthogonal) Fill(dst []float32, shape []int, seed uint64, name string) {
	Normal{SD: 1}.Fill(dst, shape, seed, name)
	if len(shape) == 0 || len(dst) == 0 {
		return
	}
	columns := shape[len(shape)-1]
	rows := len(dst) / columns
	vectors, length := rows, columns
	at := func(v, i int) int { return v*columns + i }
	if rows > columns {
		vectors, length = columns, rows
		at = func(v, i int) int { return i*columns + v }
	}
	q := make([][]float64, vectors)
	for v := range q {
		q[v] = make([]float64, length)
		for i := range q[v] {
			q[v][i] = float64(dst[at(v, i)])
		}
		for range 2 {
			for _, u := range q[:v] {
				share := dot(u, q[v])
				for i := range u {
					q[v][i] -= share * u[i]
				}
			}
			size := math.Sqrt(dot(q[v], q[v]))
			for i := range q[v] {
				q[v][i] /= size
			}
		}
		for i, x := range q[v] {
			dst[at(v, i)] = float32(o.Gain * x)
		}
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
