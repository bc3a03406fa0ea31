package kernel

import "fmt"

// A depthwise convolution is a [Conv] in which output channel c reads input channel c alone. Its weights are a packed
// [taps, channels] matrix, [C/16][KH][KW][16], and those of the transposed convolution are the same.

// checkDepthwise panics unless the operands hold what the sizes promise.
func (c *Conv) checkDepthwise(what string) {
	c.checkShapes(what)
	if c.In.C != c.Out.C {
		panic(fmt.Sprintf("kernel: %s: %d channels in, %d out", what, c.In.C, c.Out.C))
	}
	c.weightRows().holds("depthwise weights", c.Window.size(), c.Out.C)
}

// weightRows returns the weights of a depthwise convolution: a row for each tap.
func (c *Conv) weightRows() Matrix { return Packed(c.Weights, c.Window.size()) }

func depthwiseRef(c Conv, i0, i1, j0, j1 int) {
	c.checkDepthwise("depthwise conv")
	c.checkEpilogue("depthwise conv")
	c.Out.part("depthwise conv", i0, i1, j0, j1)
	_, classes := c.classes()
	for i := i0; i < i1; i++ {
		for px := range classes {
			r := c.run(i, px)
			for j := j0; j < j1; j++ {
				for p := range r.pixels {
					c.depthwisePixel(&r, p, j)
				}
			}
		}
	}
}

// depthwisePixel computes block j of pixel p of a run.
func (c *Conv) depthwisePixel(r *run, p, j int) {
	x, w, rows := r.x0+p*r.dx, c.Out.width(j), c.weightRows()
	var acc [PanelWidth]float32
	for l := range w {
		acc[l] = c.start(r.n, r.y, x, j*PanelWidth+l)
	}
	for ty := range r.h.n {
		for tx := range r.w.n {
			a := c.In.Data[r.in+p*r.inStep+j*c.In.Block+ty*r.h.step*c.In.Row+tx*r.w.step*c.In.Pixel:]
			b := rows.Data[rows.at((r.h.k+ty*r.h.dk)*c.Window.W.Size+r.w.k+tx*r.w.dk, j*PanelWidth):]
			for l := range w {
				acc[l] += float32(a[l] * b[l])
			}
		}
	}
	for l := range w {
		c.finish(r.n, r.y, x, j*PanelWidth+l, acc[l])
	}
}

// depthwiseGradRef adds the weight gradient of strips [s0, s1) of out and blocks [j0, j1) to the weights, with the sums
// of biasGradRef.
func depthwiseGradRef(c Conv, s0, s1, j0, j1 int) {
	c.checkDepthwiseGrad(s0, s1, j0, j1)
	h, w := c.taps(0, 0)
	weights := c.weightRows()
	c.Out.eachPiece(s0, s1, func(p piece) {
		for ch := j0 * PanelWidth; ch < min(j1*PanelWidth, c.Out.C); ch++ {
			for t := range h.n * w.n {
				var acc [4]float32
				for y := p.y; y < p.y+p.rows; y++ {
					a := c.In.at(p.n, h.start+y*h.stride+t/w.n*h.step, w.start+p.x*w.stride+t%w.n*w.step, ch)
					b := c.Out.at(p.n, y, p.x, ch)
					for x := range p.pixels {
						acc[x%4] += float32(c.In.Data[a+x*w.stride*c.In.Pixel] * c.Out.Data[b+x*c.Out.Pixel])
					}
				}
				weights.Data[weights.at(t, ch)] += (acc[0] + acc[1]) + (acc[2] + acc[3])
			}
		}
	})
}

func (c *Conv) checkDepthwiseGrad(s0, s1, j0, j1 int) {
	c.checkGrad("depthwise gradient", 0, s0, s1, j0, j1)
	c.checkDepthwise("depthwise gradient")
}
