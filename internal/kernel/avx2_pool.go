//go:build amd64 && !noasm

package kernel

// maxGrads adds the gradient of maxima to one row of their windows; see maxGrad16.
var maxGrads = [3]func(dx *float32, dxStep, dxPixel uintptr, x *float32, xStep, xRow, xPixel uintptr,
	y *float32, yStep uintptr, dy *float32, dyStep uintptr, before, taps, windows int, lanes *int32){maxGrad16, maxGrad15, maxGrad8}

// whole returns the output positions [o0, o1) whose taps all lie inside of inputs: the rest are clipped.
func (a Axis) whole(inputs, outputs int) (o0, o1 int) {
	o0 = min((a.Pad+a.Stride-1)/a.Stride, outputs)
	last := inputs - 1 + a.Pad - (a.Size-1)*a.Dilation
	if last < 0 {
		return o0, o0
	}
	return o0, max(o0, min(last/a.Stride+1, outputs))
}

// eachRun calls f for runs of outputs [o0, o1) with the same clipped taps [k0, k1), in order.
func (a Axis) eachRun(inputs, outputs int, f func(o0, o1, k0, k1 int)) {
	w0, w1 := a.whole(inputs, outputs)
	for o := 0; o < outputs; {
		end := o + 1
		if o == w0 {
			end = max(end, w1)
		}
		k0, k1 := a.clip(o, inputs)
		f(o, end, k0, k1)
		o = end
	}
}

// poolRow applies a kernel to row y of the output for every tap of every window, each window's taps in order.
func (p *Pool) poolRow(k *pixelKernels, n, y, j int) {
	width := p.Out.width(j)
	y0, y1 := p.Window.H.clip(y, p.In.H)
	w := p.Window.W
	for ky := y0; ky < y1; ky++ {
		iy := p.Window.H.at(y, ky)
		w.eachRun(p.In.W, p.Out.W, func(o0, o1, k0, k1 int) {
			if k1-k0 > o1-o0 { // along the window where that is longer
				for o := o0; o < o1; o++ {
					k.run(p.Out.pixels(n, y, o, j).by(0), p.In.pixels(n, iy, w.at(o, k0), j).by(w.Dilation), k1-k0, 1, width)
				}
				return
			}
			for kx := k0; kx < k1; kx++ {
				k.run(p.Out.pixels(n, y, o0, j), p.In.pixels(n, iy, w.at(o0, kx), j).by(w.Stride), o1-o0, 1, width)
			}
		})
	}
}

func maxPoolVector(p Pool, i0, i1, j0, j1 int) {
	p.checkForward("max pool", i0, i1, j0, j1)
	for i := i0; i < i1; i++ {
		for j := j0; j < j1; j++ {
			n, y := i/p.Out.H, i%p.Out.H
			copyPixels.run(p.Out.pixels(n, y, 0, j), pixels{data: lowestPixel[:]}, p.Out.W, 0, p.Out.width(j))
			p.poolRow(&maxPixels, n, y, j)
		}
	}
}

func avgPoolVector(p Pool, i0, i1, j0, j1 int) {
	p.checkForward("average pool", i0, i1, j0, j1)
	for i := i0; i < i1; i++ {
		for j := j0; j < j1; j++ {
			n, y := i/p.Out.H, i%p.Out.H
			p.Out.clearRow(n, y, j, false)
			p.poolRow(&addPixels, n, y, j)
			p.Window.W.eachRun(p.In.W, p.Out.W, func(o0, o1, _, _ int) {
				row := p.Out.pixels(n, y, o0, j)
				scalePixels.run(row, row, o1-o0, p.share(y, o0), p.Out.width(j))
			})
		}
	}
}

func maxPoolGradVector(g PoolGrad, i0, i1, j0, j1 int) {
	g.checkGrad("max pool gradient", i0, i1, j0, j1)
	g.In.holds("max pool gradient", "in")
	g.Out.holds("max pool gradient", "out")
	g.eachRow(i0, i1, j0, j1, g.maxGradRow)
}

// eachRow calls f for row y of DIn and every output row oy whose windows reach it with their row ky.
func (g *PoolGrad) eachRow(i0, i1, j0, j1 int, f func(n, y, oy, ky, j int)) {
	for i := i0; i < i1; i++ {
		n, y := i/g.In.H, i%g.In.H
		y0, y1 := g.Window.H.over(y, g.Out.H)
		for j := j0; j < j1; j++ {
			g.DIn.clearRow(n, y, j, g.Accumulate)
			for oy := y0; oy < y1; oy++ {
				if ky, ok := g.Window.H.tap(oy, y); ok {
					f(n, y, oy, ky, j)
				}
			}
			g.DIn.maskRow(&g.Mask, n, y, j)
		}
	}
}

// maxGradRow adds the gradient of output row oy to row y.
func (g *PoolGrad) maxGradRow(n, y, oy, ky, j int) {
	kind, lanes := tileKind(g.In.C - j*PanelWidth)
	h, w := g.Window.H, g.Window.W
	y0, _ := h.clip(oy, g.In.H)
	w.eachRun(g.In.W, g.Out.W, func(o0, o1, k0, k1 int) {
		each := max(1, callPixels/(4*(ky-y0+1)*(k1-k0)))
		for o := o0; o < o1; o += each {
			x := w.at(o, k0)
			dx, from := g.DIn.pixels(n, y, x, j), g.In.pixels(n, h.at(oy, y0), x, j)
			top, dy := g.Out.pixels(n, oy, o, j), g.DOut.pixels(n, oy, o, j)
			maxGrads[kind](&dx.data[dx.at], bytes(w.Stride*dx.step), bytes(w.Dilation*dx.step),
				&from.data[from.at], bytes(w.Stride*from.step), bytes(h.Dilation*g.In.Row), bytes(w.Dilation*from.step),
				&top.data[top.at], bytes(top.step), &dy.data[dy.at], bytes(dy.step), ky-y0, k1-k0, min(each, o1-o), lanes)
		}
	})
}

func avgPoolGradVector(g PoolGrad, i0, i1, j0, j1 int) {
	g.checkGrad("average pool gradient", i0, i1, j0, j1)
	g.eachRow(i0, i1, j0, j1, g.avgGradRow)
}

// avgGradRow adds the gradient of output row oy to row y. The last tap comes first, so that windows add in order.
func (g *PoolGrad) avgGradRow(n, y, oy, _, j int) {
	w := g.Window.W
	w.eachRun(g.In.W, g.Out.W, func(o0, o1, k0, k1 int) {
		for kx := k1 - 1; kx >= k0; kx-- {
			addPixels.run(g.DIn.pixels(n, y, w.at(o0, kx), j).by(w.Stride), g.DOut.pixels(n, oy, o0, j), o1-o0, g.share(oy, o0), g.In.width(j))
		}
	})
}
