package image

import "fmt"

// Elastic bends samples: pixels move by vectors that are random on a coarse grid and smooth between.
//
// Source: Ronneberger, Fischer and Brox, "U-Net", section 3.1: vectors of the normal distribution on a grid of 3 by 3, bicubic
// interpolation (here Catmull-Rom's) between them.
type Elastic struct {
	Sigma float64 // standard deviation of the vectors, in pixels; the paper has 10 in images of 512
	plain
}

func (e Elastic) check() string {
	if !(e.Sigma > 0 && e.Sigma <= 1000) {
		return fmt.Sprintf("elastic of deviation %v pixels: it lies above 0 and up to 1000", e.Sigma)
	}
	return ""
}

func (e Elastic) move(d *dice, g *geometry) {
	f := &field{}
	for i := range f.dy {
		for j := range f.dy[i] {
			f.dy[i][j], f.dx[i][j] = e.Sigma*d.normal(), e.Sigma*d.normal()
		}
	}
	g.bend = append(g.bend, f)
}

// field is vectors on a grid over a sample.
type field struct {
	dy, dx        [grid][grid]float64
	rows, columns [][grid]float64 // how much each line of the grid counts in each row and column of the sample
}

const grid = 3

// over lays the field over a sample.
func (f *field) over(h, w int) {
	f.rows, f.columns = make([][grid]float64, h), make([][grid]float64, w)
	for y := range h {
		f.rows[y] = cubic(y, h)
	}
	for x := range w {
		f.columns[x] = cubic(x, w)
	}
}

// at returns the vector at a pixel of the sample.
func (f *field) at(y, x int) (dy, dx float64) {
	for i, r := range f.rows[y] {
		for j, c := range f.columns[x] {
			dy += float64(float64(r*c) * f.dy[i][j])
			dx += float64(float64(r*c) * f.dx[i][j])
		}
	}
	return dy, dx
}

// cubic returns how much each line of the grid counts at place i of n, the first line lying on the first pixel and the last on
// the last: Catmull and Rom, "A class of local interpolating splines", 1974. Beyond the grid its last line goes on.
func cubic(i, n int) (weight [grid]float64) {
	at := 0.0
	if n > 1 {
		at = float64(i) / float64(n-1) * (grid - 1)
	}
	cell := min(int(at), grid-2)
	t := at - float64(cell)
	for k, w := range [4]float64{
		t * (-0.5 + t*(1-0.5*t)),
		1 + t*t*(-2.5+1.5*t),
		t * (0.5 + t*(2-1.5*t)),
		t * t * (-0.5 + 0.5*t),
	} {
		weight[min(max(cell+k-1, 0), grid-1)] += w
	}
	return weight
}
