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

// pieces returns how many equal pieces a row of w pixels is cut into where it is longer than a strip, and their width.
func pieces(w int) (n, width int) {
	n = max(1, (w+stripPixels-1)/stripPixels)
	return n, (w + n - 1) / n
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
	if len(c.Weights) < weights {
		panic(fmt.Sprintf("kernel: %s: %d weights, needs %d", what, len(c.Weights), weights))
	}
	c.Out.checkStrips(what, s0, s1, j0, j1)
}

// convGradRef adds the weight gradient of strips [s0, s1) of out and panels [j0, j1) to the weights. The sum of a strip
// (of a piece, where rows are longer) is one chain over its pixels in order; these sums are added in order.
func convGradRef(c Conv, s0, s1, j0, j1 int) {
	c.checkGrad("weight gradient", WeightsLen(c.Window, c.In.C, c.Out.C), s0, s1, j0, j1)
	for s := s0; s < s1; s++ {
		n, y0, y1 := c.Out.strip(s)
		count, width := pieces(c.Out.W)
		for piece := range count {
			x0, x1 := piece*width, min((piece+1)*width, c.Out.W)
			for j := j0; j < j1; j++ {
				c.gradRef(n, y0, y1, x0, x1, j)
			}
		}
	}
}

// gradRef adds the gradient of one rectangle of image n to panel j.
func (c *Conv) gradRef(n, y0, y1, x0, x1, j int) {
	h, w := c.taps(0, 0)
	k := w.n * h.n * c.In.C
	dw := c.Weights[j*k*PanelWidth:]
	width := c.Out.width(j)
	for block := range Panels(c.In.C) {
		for ty := range h.n {
			for tx := range w.n {
				for ch := range c.In.width(block) {
					var acc [PanelWidth]float32
					for y := y0; y < y1; y++ {
						a := c.In.at(n, h.start+y*h.stride+ty*h.step, w.start+tx*w.step, block*PanelWidth+ch)
						b := c.Out.at(n, y, 0, j*PanelWidth)
						for x := x0; x < x1; x++ {
							addScaled(&acc, c.In.Data[a+x*w.stride*c.In.Pixel], c.Out.Data[b+x*c.Out.Pixel:], width)
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
}

// biasGradRef adds the sum over the pixels of strips [s0, s1) and blocks [j0, j1) to the channels of db. A strip (or
// piece) is four chains, one for the pixels at each column modulo 4; these sums are added in order.
func biasGradRef(db []float32, dy Image, s0, s1, j0, j1 int) {
	checkBiasGrad(db, &dy, s0, s1, j0, j1)
	for s := s0; s < s1; s++ {
		n, y0, y1 := dy.strip(s)
		count, width := pieces(dy.W)
		for piece := range count {
			x0, x1 := piece*width, min((piece+1)*width, dy.W)
			for j := j0; j < j1; j++ {
				for l := range dy.width(j) {
					var acc [4]float32
					for y := y0; y < y1; y++ {
						for x := x0; x < x1; x++ {
							acc[(x-x0)%4] += dy.Data[dy.at(n, y, x, j*PanelWidth+l)]
						}
					}
					db[j*PanelWidth+l] += (acc[0] + acc[1]) + (acc[2] + acc[3])
				}
			}
		}
	}
}

func checkBiasGrad(db []float32, dy *Image, s0, s1, j0, j1 int) {
	dy.holds("bias gradient: dy")
	dy.checkStrips("bias gradient", s0, s1, j0, j1)
	if len(db) < dy.C {
		panic(fmt.Sprintf("kernel: bias gradient: %d elements for %d channels", len(db), dy.C))
	}
}
