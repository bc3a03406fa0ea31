package overlay

import (
	"image"
	"image/draw"
	"slices"
)

// gap is between pictures of a sheet, in pixels.
const gap = 2

// Sheet draws pictures of h x w pixels and c channels, one or three, row by row, so many beside each other. Values from 0 to 1
// are black to white; if any lies outside, all are stretched between the least and the largest.
func Sheet(h, w, c, columns int, pix []float32) *image.RGBA {
	size := h * w * c
	n := len(pix) / size
	columns = min(columns, n)
	lo, hi := float32(0), float32(1)
	if least, largest := slices.Min(pix), slices.Max(pix); least < 0 || largest > 1 {
		lo, hi = least, largest
	}
	out := image.NewRGBA(image.Rect(0, 0, columns*(w+gap)-gap, (n+columns-1)/columns*(h+gap)-gap))
	scaled := make([]float32, size)
	for i := range n {
		for k, v := range pix[i*size : (i+1)*size] {
			scaled[k] = (v - lo) / (hi - lo)
		}
		one := Picture{H: h, W: w, C: c, Pix: scaled}.within(0, 1)
		at := image.Pt(i%columns*(w+gap), i/columns*(h+gap))
		draw.Draw(out, one.Rect.Add(at), one, image.Point{}, draw.Src)
	}
	return out
}
