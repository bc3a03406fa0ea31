//go:build amd64 && !noasm

package kernel

import "math"

// pixelKernel computes 16 channels of some pixels from those of others; see copyPixels16.
type pixelKernel func(dst *float32, dstPixel uintptr, src *float32, srcPixel uintptr, pixels int, s float32, lanes *int32)

// pixelKernels are those for whole blocks, for 9 to 15 channels and for 1 to 8.
type pixelKernels [3]pixelKernel

var (
	copyPixels  = pixelKernels{copyPixels16, copyPixels15, copyPixels8}
	scalePixels = pixelKernels{scalePixels16, scalePixels15, scalePixels8}
	addPixels   = pixelKernels{addPixels16, addPixels15, addPixels8}
	maxPixels   = pixelKernels{maxPixels16, maxPixels15, maxPixels8}
	maskPixels  = pixelKernels{maskPixels16, maskPixels15, maskPixels8}
)

// callPixels is the most pixels of one call, which stays below 100 µs then.
const callPixels = 4096

// pixels are pixels of one block of channels, at an even distance.
type pixels struct {
	data []float32
	at   int
	step int
}

// pixels returns the pixels of a row of image n in block j, from column x on.
func (m *Image) pixels(n, y, x, j int) pixels {
	return pixels{m.Data, m.at(n, y, x, j*PanelWidth), m.Pixel}
}

// by returns every so many of the pixels.
func (p pixels) by(n int) pixels {
	p.step *= n
	return p
}

// Pixels that stand for any number of them.
var (
	zeroPixel   [PanelWidth]float32
	lowestPixel = func() (p [PanelWidth]float32) {
		for i := range p {
			p[i] = float32(math.Inf(-1))
		}
		return p
	}()
)

// run applies the kernel for so many channels to n pixels.
func (k *pixelKernels) run(dst, src pixels, n int, s float32, channels int) {
	kind, lanes := tileKind(channels)
	for i := 0; i < n; i += callPixels {
		k[kind](&dst.data[dst.at+i*dst.step], bytes(dst.step), &src.data[src.at+i*src.step], bytes(src.step), min(callPixels, n-i), s, lanes)
	}
}

func copyImageVector(dst, src Image, i0, i1, j0, j1 int) {
	checkCopy(&dst, &src, i0, i1, j0, j1)
	if copyRows(&dst, &src, i0, i1, j0, j1) {
		return
	}
	for i := i0; i < i1; i++ {
		for j := j0; j < j1; j++ {
			n, y := i/dst.H, i%dst.H
			copyPixels.run(dst.pixels(n, y, 0, j), src.pixels(n, y, 0, j), dst.W, 0, dst.width(j))
		}
	}
}

// clearRow sets a row to zero, unless something is to be added to it.
func (m *Image) clearRow(n, y, j int, keep bool) {
	if !keep {
		copyPixels.run(m.pixels(n, y, 0, j), pixels{data: zeroPixel[:]}, m.W, 0, m.width(j))
	}
}

// maskRow sets the elements of a row to zero where the mask is <= 0, if there is one.
func (m *Image) maskRow(mask *Image, n, y, j int) {
	if mask.Data != nil {
		maskPixels.run(m.pixels(n, y, 0, j), mask.pixels(n, y, 0, j), m.W, 0, m.width(j))
	}
}
