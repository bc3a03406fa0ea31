// Package overlay draws images with their masks.
package overlay

import (
	"image"
	"image/color"
	"slices"
)

// Picture is what is drawn: pixels [H W C] of which channels of whole numbers lie in
// [0, 1], and the class of each pixel.
type Picture struct {
	H, W, C int
	Pix     []float32
}

// Grey is the image with its values stretched over the greys, or its first three
// channels as colours.
func (p Picture) Grey() *image.RGBA {
	lo, hi := float32(0), float32(1)
	if len(p.Pix) > 0 && p.C != 3 {
		lo, hi = slices.Min(p.Pix), slices.Max(p.Pix)
	}
	if !(hi > lo) {
		hi = lo + 1
	}
	return p.within(lo, hi)
}

// within draws values from lo to hi as black to white.
func (p Picture) within(lo, hi float32) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, p.W, p.H))
	level := func(v float32) uint8 { return uint8(255*min(max((v-lo)/(hi-lo), 0), 1) + 0.5) }
	for i := range p.H * p.W {
		v := p.Pix[i*p.C]
		c := color.RGBA{level(v), level(v), level(v), 255}
		if p.C == 3 {
			c = color.RGBA{level(v), level(p.Pix[i*3+1]), level(p.Pix[i*3+2]), 255}
		}
		out.SetRGBA(i%p.W, i/p.W, c)
	}
	return out
}

// Colours of what is right and wrong, that can be told apart by those who do not see
// red and green apart.
// Source: Wong, "Points of view: Color blindness", Nature Methods 8 (2011).
var (
	Right  = color.RGBA{0, 158, 115, 255} // seen, and there
	Extra  = color.RGBA{213, 94, 0, 255}  // seen, and not there
	Missed = color.RGBA{0, 114, 178, 255} // there, and not seen
)

// classColours are those of masks with several classes, the background left out.
var classColours = []color.RGBA{Extra, Missed, Right, {240, 228, 66, 255}, {204, 121, 167, 255}, {86, 180, 233, 255}, {230, 159, 0, 255}}

// Mask draws classes over the image: their edges, and a tint within.
func (p Picture) Mask(class []uint8) *image.RGBA {
	out := p.Grey()
	for i, c := range class {
		if c == 0 {
			continue
		}
		colour := classColours[(int(c)-1)%len(classColours)]
		share := 0.25
		if p.edge(class, i) {
			share = 0.9
		}
		tint(out, i%p.W, i/p.W, colour, share)
	}
	return out
}

// edge reports whether a neighbour of pixel i is of another class.
func (p Picture) edge(class []uint8, i int) bool {
	y, x := i/p.W, i%p.W
	return y > 0 && class[i-p.W] != class[i] || y+1 < p.H && class[i+p.W] != class[i] || x > 0 && class[i-1] != class[i] || x+1 < p.W && class[i+1] != class[i]
}

// Errors draws over the image what is right, what is seen and not there, and what is
// missed.
func (p Picture) Errors(truth, seen []uint8) *image.RGBA {
	out := p.Grey()
	for i := range truth {
		switch {
		case truth[i] == 0 && seen[i] == 0:
		case truth[i] == seen[i]:
			tint(out, i%p.W, i/p.W, Right, 0.5)
		case seen[i] != 0:
			tint(out, i%p.W, i/p.W, Extra, 0.75)
		default:
			tint(out, i%p.W, i/p.W, Missed, 0.75)
		}
	}
	return out
}

func tint(out *image.RGBA, x, y int, c color.RGBA, share float64) {
	was := out.RGBAAt(x, y)
	mix := func(a, b uint8) uint8 { return uint8((1-share)*float64(a) + share*float64(b) + 0.5) }
	out.SetRGBA(x, y, color.RGBA{mix(was.R, c.R), mix(was.G, c.G), mix(was.B, c.B), 255})
}

// Small returns the picture at most side high and wide: every so many pixels are one,
// their mean.
func Small(m *image.RGBA, side int) *image.RGBA {
	b := m.Bounds()
	by := max((b.Dx()+side-1)/side, (b.Dy()+side-1)/side, 1)
	if by == 1 {
		return m
	}
	out := image.NewRGBA(image.Rect(0, 0, (b.Dx()+by-1)/by, (b.Dy()+by-1)/by))
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			var sum [3]int
			n := 0
			for v := y * by; v < min((y+1)*by, b.Dy()); v++ {
				for u := x * by; u < min((x+1)*by, b.Dx()); u++ {
					c := m.RGBAAt(u, v)
					sum[0], sum[1], sum[2] = sum[0]+int(c.R), sum[1]+int(c.G), sum[2]+int(c.B)
					n++
				}
			}
			out.SetRGBA(x, y, color.RGBA{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n), 255})
		}
	}
	return out
}
