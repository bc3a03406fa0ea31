package kernel

import "fmt"

// stripPixels is about how many pixels are summed in one go. Longer chains of additions lose digits, shorter ones cost
// more additions to memory.
const stripPixels = 128

// StripRows returns how many rows of w pixels make a strip, the unit in which sums over pixels are cut.
func StripRows(w int) int { return max(1, stripPixels/max(w, 1)) }

// Strips returns the number of strips of all images. Each lies in one image.
func (m Image) Strips() int {
	rows := StripRows(m.W)
	return m.N * ((m.H + rows - 1) / rows)
}

// strip returns the image and the rows of strip s.
func (m *Image) strip(s int) (n, y0, y1 int) {
	rows := StripRows(m.W)
	each := (m.H + rows - 1) / rows
	n, y0 = s/each, s%each*rows
	return n, y0, min(y0+rows, m.H)
}

// piece is a rectangle of pixels whose sum is one chain of additions: a strip, or a part of one that is a long row.
type piece struct{ n, y, x, rows, pixels int }

// eachPiece calls f for the pieces of strips [s0, s1), in order.
func (m *Image) eachPiece(s0, s1 int, f func(p piece)) {
	count := max(1, (m.W+stripPixels-1)/stripPixels)
	width := (m.W + count - 1) / count
	for s := s0; s < s1; s++ {
		n, y0, y1 := m.strip(s)
		for x := 0; x < m.W; x += width {
			f(piece{n, y0, x, y1 - y0, min(width, m.W-x)})
		}
	}
}

// checkStrips panics unless [s0, s1) and [j0, j1) are strips and blocks of the images.
func (m *Image) checkStrips(what string, s0, s1, j0, j1 int) {
	if s0 < 0 || s1 < s0 || s1 > m.Strips() {
		panic(fmt.Sprintf("kernel: %s: strips [%d, %d) of %d", what, s0, s1, m.Strips()))
	}
	columns(m.C, j0, j1)
}

// checkGrad panics unless the operands hold what the sizes promise.
func (c *Conv) checkGrad(what string, weights, s0, s1, j0, j1 int) {
	if c.Transposed {
		panic("kernel: " + what + ": the weight gradient of a transposed convolution is that of the convolution, with in and out exchanged")
	}
	c.checkShapes(what)
	c.checkReach(what)
	if len(c.Weights) < weights {
		panic(fmt.Sprintf("kernel: %s: %d weights, needs %d", what, len(c.Weights), weights))
	}
	c.Out.checkStrips(what, s0, s1, j0, j1)
}

// convGradRef adds the weight gradient of strips [s0, s1) of out and panels [j0, j1) to the weights. The sum of a piece
// is one chain over its pixels in order; these sums are added in order.
func convGradRef(c Conv, s0, s1, j0, j1 int) {
	c.checkGrad("weight gradient", WeightsLen(c.Window, c.In.C, c.Out.C), s0, s1, j0, j1)
	c.Out.eachPiece(s0, s1, func(p piece) {
		for j := j0; j < j1; j++ {
			c.gradRef(p, j)
		}
	})
}

// gradRef adds the gradient of one piece to panel j.
func (c *Conv) gradRef(p piece, j int) {
	h, w := c.taps(0, 0)
	width := c.Out.width(j)
	dw := c.Weights[j*w.n*h.n*c.In.C*PanelWidth:]
	for block := range Panels(c.In.C) {
		for t := range h.n * w.n {
			for ch := range c.In.width(block) {
				var acc [PanelWidth]float32
				for y := p.y; y < p.y+p.rows; y++ {
					a := c.In.at(p.n, h.start+y*h.stride+t/w.n*h.step, w.start+p.x*w.stride+t%w.n*w.step, block*PanelWidth+ch)
					b := c.Out.at(p.n, y, p.x, j*PanelWidth)
					for range p.pixels {
						addScaled(&acc, c.In.Data[a], c.Out.Data[b:], width)
						a += w.stride * c.In.Pixel
						b += c.Out.Pixel
					}
				}
				for l := range width {
					dw[l] += acc[l]
				}
				dw = dw[PanelWidth:]
			}
		}
	}
}

// biasGradRef adds the sum over the pixels of strips [s0, s1) and blocks [j0, j1) to the channels of db. A piece is four
// chains, one for the pixels at each column modulo 4; these sums are added in order.
func biasGradRef(db []float32, dy Image, s0, s1, j0, j1 int) {
	checkBiasGrad(db, &dy, s0, s1, j0, j1)
	dy.eachPiece(s0, s1, func(p piece) {
		for c := j0 * PanelWidth; c < min(j1*PanelWidth, dy.C); c++ {
			var acc [4]float32
			for y := range p.rows {
				for x := range p.pixels {
					acc[x%4] += dy.Data[dy.at(p.n, p.y+y, p.x+x, c)]
				}
			}
			db[c] += (acc[0] + acc[1]) + (acc[2] + acc[3])
		}
	})
}

func checkBiasGrad(db []float32, dy *Image, s0, s1, j0, j1 int) {
	dy.holds("bias gradient", "dy")
	dy.checkStrips("bias gradient", s0, s1, j0, j1)
	if len(db) < dy.C {
		panic(fmt.Sprintf("kernel: bias gradient: %d elements for %d channels", len(db), dy.C))
	}
}
