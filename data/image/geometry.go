package image

import "math"

// geometry says from where in an image the pixels of a sample come: a place (y, x) relative to the sample's centre comes from
// m·(y, x), relative to the centre of a window in the image, and then by the field of [Elastic] further.
type geometry struct {
	m       [2][2]float64
	swapped bool // the window is as wide as the sample is high
	between bool // places lie between pixels
	bend    []*field
}

func newGeometry() *geometry { return &geometry{m: [2][2]float64{{1, 0}, {0, 1}}} }

// matrix has the sample taken from a b, c d times its places: what comes later in the list acts on what came before.
func (g *geometry) matrix(a, b, c, d float64) {
	m := g.m
	g.m = [2][2]float64{
		{float64(m[0][0]*a) + float64(m[0][1]*c), float64(m[0][0]*b) + float64(m[0][1]*d)},
		{float64(m[1][0]*a) + float64(m[1][1]*c), float64(m[1][0]*b) + float64(m[1][1]*d)},
	}
}

// window is where in an image a sample lies before it is turned.
type window struct{ y0, x0, h, w int }

// take fills the sample from the window of an item.
func (g *geometry) take(l *loaded, at window, s *Sample) {
	cy, cx := float64(at.y0)+float64(at.h-1)/2, float64(at.x0)+float64(at.w-1)/2
	r := reader{l: l, s: s, unit: 1}
	if l.image.top > 0 {
		r.unit = float64(l.image.top)
	}
	to := 0
	for y := range s.H {
		for x := range s.W {
			v, u := float64(y)-float64(s.H-1)/2, float64(x)-float64(s.W-1)/2
			fy := cy + (float64(g.m[0][0]*v) + float64(g.m[0][1]*u))
			fx := cx + (float64(g.m[1][0]*v) + float64(g.m[1][1]*u))
			for _, b := range g.bend {
				dy, dx := b.at(y, x)
				fy, fx = fy+dy, fx+dx
			}
			if g.between || len(g.bend) > 0 {
				r.between(to, fy, fx)
			} else {
				r.exactly(to, int(math.Round(fy)), int(math.Round(fx)))
			}
			to++
		}
	}
}

// reader takes the pixels of a sample from an item.
type reader struct {
	l    *loaded
	s    *Sample
	unit float64 // that stands for 1 in the image
}

// exactly sets pixel to of the sample to that at (y, x), mirrored at the edges.
func (r *reader) exactly(to, y, x int) {
	l, s := r.l, r.s
	from := mirrored(y, l.image.h)*l.image.w + mirrored(x, l.image.w)
	for k := range s.C {
		s.Pix[to*s.C+k] = float32(l.image.at(from*s.C+k) / r.unit)
	}
	if s.Mask != nil {
		s.Mask[to] = float32(l.mask[from])
	}
	if s.Weight != nil {
		s.Weight[to] = l.weight[from]
	}
}

// between sets pixel to of the sample to what lies at (y, x): image and weights from four pixels in proportion to their
// nearness, the class from the nearest.
func (r *reader) between(to int, y, x float64) {
	l, s := r.l, r.s
	y0, x0 := math.Floor(y), math.Floor(x)
	dy, dx := y-y0, x-x0
	ya, yb := mirrored(int(y0), l.image.h)*l.image.w, mirrored(int(y0)+1, l.image.h)*l.image.w
	xa, xb := mirrored(int(x0), l.image.w), mirrored(int(x0)+1, l.image.w)
	mean := func(at func(i int) float64) float64 {
		above := at(ya+xa) + float64(dx*(at(ya+xb)-at(ya+xa)))
		below := at(yb+xa) + float64(dx*(at(yb+xb)-at(yb+xa)))
		return above + float64(dy*(below-above))
	}
	for k := range s.C {
		s.Pix[to*s.C+k] = float32(mean(func(i int) float64 { return l.image.at(i*s.C + k) }) / r.unit)
	}
	if s.Weight != nil {
		s.Weight[to] = float32(mean(func(i int) float64 { return float64(l.weight[i]) }))
	}
	if s.Mask != nil {
		if dy >= 0.5 {
			ya = yb
		}
		if dx >= 0.5 {
			xa = xb
		}
		s.Mask[to] = float32(l.mask[ya+xa])
	}
}

// mirrored returns the place inside 0 to n-1 that i is a mirror image of: ... 1 0 | 0 1 ... n-1 | n-1 n-2 ...
func mirrored(i, n int) int {
	if 0 <= i && i < n {
		return i
	}
	if i %= 2 * n; i < 0 {
		i += 2 * n
	}
	if i >= n {
		i = 2*n - 1 - i
	}
	return i
}
