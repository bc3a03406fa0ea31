package kernel

import "fmt"

// Conv is a convolution with what a layer does around it:
//
//	out[y, x, o] = act(bias[o] + sum over ky, kx, c of in[y*stride - pad + ky*dilation, ...] · weights[ky, kx, c, o])
//
//	forward          In = x, Out = y, Weights in kernel order, Bias, Relu
//	data gradient    In = dy, Out = dx, Transposed, weights of TransposeWeights, Mask = x (itself a relu's output)
//	weight gradient  In = x, Out = dy, Weights = dw, to which ConvGrad adds
//
// A layer of transposed convolution is the same three with the parts exchanged: it is the data gradient of the
// convolution from its output to its input. It keeps its weights in the kernel order of that convolution; its forward
// pass has Transposed set, its data gradient is a forward pass, and its weight gradient has In = dy, Out = x.
// A group of a grouped convolution is a convolution of some channels of both images; see [Image.Channels].
//
// Every element of Out is the bias (or what Out holds, or zero) plus the sums of chains of terms in the order of its
// weights; see chain. It has the same bits whatever part it is computed in, and in every layout. With one output channel a
// set may add in another order. Padding is multiplied as any input is, so that an infinite weight makes NaN of it.
type Conv struct {
	In, Out    Image  // the halo of In is zero and at least Reach wide
	Window     Window // of the convolution; if Transposed, of the one from Out to In
	Transposed bool
	Weights    []float32
	Bias       []float32 // a number for each channel of Out, or nil. Not together with Accumulate
	Mask       Image     // like Out: an element is 0 where the mask is <= 0. No mask if Data is nil
	Relu       bool      // an element is 0 where it would be negative
	Accumulate bool      // add to Out
}

// classes returns the number of classes of output positions along each axis: those of one class have the same taps.
func (c *Conv) classes() (h, w int) {
	if c.Transposed {
		return c.Window.H.Stride, c.Window.W.Stride
	}
	return 1, 1
}

// taps returns the taps of a class.
func (c *Conv) taps(py, px int) (h, w taps) {
	if c.Transposed {
		return c.Window.H.transposed(py), c.Window.W.transposed(px)
	}
	return c.Window.H.forward(), c.Window.W.forward()
}

// count returns how many of n positions p, p + classes, p + 2·classes ... there are.
func count(n, p, classes int) int { return max(0, (n-p+classes-1)/classes) }

// Reach returns how wide the halo of In has to be.
func (c *Conv) Reach() int {
	reach := 0
	h, w := c.classes()
	for p := range max(h, w) {
		y, x := c.taps(min(p, h-1), min(p, w-1))
		if n := count(c.Out.H, min(p, h-1), h); y.n > 0 && n > 0 {
			first, last := y.reach(n)
			reach = max(reach, -first, last-c.In.H+1)
		}
		if n := count(c.Out.W, min(p, w-1), w); x.n > 0 && n > 0 {
			first, last := x.reach(n)
			reach = max(reach, -first, last-c.In.W+1)
		}
	}
	return reach
}

// check panics unless the operands hold what the sizes promise and the part lies in Out.
func (c *Conv) check(i0, i1, j0, j1 int) {
	c.checkShapes("conv")
	c.checkReach("conv")
	c.Out.part("conv", i0, i1, j0, j1)
	if need := WeightsLen(c.Window, c.In.C, c.Out.C); len(c.Weights) < need {
		panic(fmt.Sprintf("kernel: conv: %d weights, needs %d", len(c.Weights), need))
	}
	c.checkEpilogue("conv")
}

// checkShapes panics unless the images fit together.
func (c *Conv) checkShapes(what string) {
	c.Window.check(what)
	c.In.holds(what, "in")
	c.Out.holds(what, "out")
	if c.In.N != c.Out.N {
		panic(fmt.Sprintf("kernel: %s: %d images in, %d out", what, c.In.N, c.Out.N))
	}
}

// checkReach panics unless all that is read lies in In and its halo.
func (c *Conv) checkReach(what string) {
	if reach := c.Reach(); reach > c.In.Halo {
		panic(fmt.Sprintf("kernel: %s: the window %+v reaches %d pixels over the edge of in [%d %d] for out [%d %d], its halo is %d",
			what, c.Window, reach, c.In.H, c.In.W, c.Out.H, c.Out.W, c.In.Halo))
	}
}

func (c *Conv) checkEpilogue(what string) {
	if c.Mask.Data != nil {
		c.Mask.holds(what, "mask")
		alike(what, "out", "mask", &c.Out, &c.Mask)
	}
	if c.Bias != nil && len(c.Bias) < c.Out.C {
		panic(fmt.Sprintf("kernel: %s: bias has %d elements, out has %d channels", what, len(c.Bias), c.Out.C))
	}
	if c.Bias != nil && c.Accumulate {
		panic(fmt.Sprintf("kernel: %s: bias together with accumulate", what))
	}
}

// run is a run of output pixels of one row and one class.
type run struct {
	n, y, x0, dx int // image, row, first column, distance of columns
	pixels       int
	h, w         taps
	in           int // index of the first pixel's first tap
	inStep       int // distance between what neighbours read
	weights      int // index of the weights of panel 0
	k            int // terms of an element
}

// run returns the run of class px in row i of all output rows.
func (c *Conv) run(i, px int) run {
	hs, ws := c.classes()
	r := run{n: i / c.Out.H, y: i % c.Out.H, x0: px, dx: ws, pixels: count(c.Out.W, px, ws)}
	py := r.y % hs
	r.h, r.w = c.taps(py, px)
	r.in = c.In.at(r.n, r.h.start+r.y/hs*r.h.stride, r.w.start, 0)
	r.inStep = r.w.stride * c.In.Pixel
	r.k = r.h.n * r.w.n * c.In.C
	if c.Transposed {
		r.weights = classStart(c.Window, py, px) * c.In.C * Panels(c.Out.C) * PanelWidth
	}
	return r
}

// start returns what the chain of an output element begins with.
func (c *Conv) start(n, y, x, o int) float32 {
	switch {
	case c.Accumulate:
		return c.Out.Data[c.Out.at(n, y, x, o)]
	case c.Bias != nil:
		return c.Bias[o]
	}
	return 0
}

// finish stores an output element after its activation and mask.
func (c *Conv) finish(n, y, x, o int, v float32) {
	if c.Relu {
		v = relu(v)
	}
	if c.Mask.Data != nil {
		v = reluGrad(v, c.Mask.Data[c.Mask.at(n, y, x, o)])
	}
	c.Out.Data[c.Out.at(n, y, x, o)] = v
}

func convRef(c Conv, i0, i1, j0, j1 int) {
	c.check(i0, i1, j0, j1)
	_, classes := c.classes()
	for i := i0; i < i1; i++ {
		for px := range classes {
			r := c.run(i, px)
			for j := j0; j < j1; j++ {
				for p := range r.pixels {
					c.pixelRef(&r, p, j)
				}
			}
		}
	}
}

// pixelRef computes panel j of pixel p of a run.
func (c *Conv) pixelRef(r *run, p, j int) {
	x, w := r.x0+p*r.dx, c.Out.width(j)
	var sum, acc [PanelWidth]float32
	for l := range w {
		sum[l] = c.start(r.n, r.y, x, j*PanelWidth+l)
	}
	var chain chain
	b := c.Weights[r.weights+j*r.k*PanelWidth:]
	for block := range Panels(c.In.C) {
		in, cw := r.in+p*r.inStep+block*c.In.Block, c.In.width(block)
		for t := range r.h.n * r.w.n {
			if chain.ends(cw) {
				addLanes(&sum, &acc)
				acc = [PanelWidth]float32{}
			}
			at := in + t/r.w.n*r.h.step*c.In.Row + t%r.w.n*r.w.step*c.In.Pixel
			for _, a := range c.In.Data[at : at+cw] {
				addScaled(&acc, a, b, w)
				b = b[PanelWidth:]
			}
		}
	}
	addLanes(&sum, &acc)
	for l := range w {
		c.finish(r.n, r.y, x, j*PanelWidth+l, sum[l])
	}
}

// A chain of additions takes whole taps of a block of channels, up to chainTerms terms and chainTaps taps. Longer chains
// lose digits, and their weights leave the first cache.
const (
	chainTerms = 288
	chainTaps  = 32
)

// chain counts the terms and taps of a chain.
type chain struct{ terms, taps int }

// ends reports whether the chain is complete, so that the next tap of width terms begins another one.
func (c *chain) ends(width int) bool {
	if c.taps == chainTaps || c.terms+width > chainTerms {
		*c = chain{width, 1}
		return true
	}
	c.terms += width
	c.taps++
	return false
}

func addLanes(sum, acc *[PanelWidth]float32) {
	for l, x := range acc {
		sum[l] += x
	}
}

// addScaled adds a·b to the first w lanes.
func addScaled(acc *[PanelWidth]float32, a float32, b []float32, w int) {
	if w == PanelWidth {
		for l, x := range (*[PanelWidth]float32)(b) {
			acc[l] += float32(a * x)
		}
		return
	}
	for l, x := range b[:w] {
		acc[l] += float32(a * x)
	}
}
