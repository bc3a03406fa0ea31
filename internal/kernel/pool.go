package kernel

import "fmt"

// Pool is max or average pooling. What lies outside of the images counts for nothing: it is no maximum, and an average
// is over the pixels that are inside.
type Pool struct {
	In, Out Image
	Window  Window
}

// PoolGrad is the gradient of a Pool.
type PoolGrad struct {
	Pool             // In and Out as in the forward pass; average pooling needs their sizes alone
	DIn, DOut  Image // like In and Out; the gradient is written to DIn
	Mask       Image // like In: DIn is 0 where the mask is <= 0. No mask if Data is nil
	Accumulate bool  // add to DIn, the gradient of a skip connection
}

// clip returns the taps [k0, k1) of output position i that lie inside of n inputs.
func (a Axis) clip(i, n int) (k0, k1 int) {
	start := i*a.Stride - a.Pad
	if start < 0 {
		k0 = (-start + a.Dilation - 1) / a.Dilation
	}
	k1 = min(a.Size, (n-start+a.Dilation-1)/a.Dilation)
	return k0, max(k0, k1)
}

// at returns the input position of tap k of output position i.
func (a Axis) at(i, k int) int { return i*a.Stride - a.Pad + k*a.Dilation }

// over returns the output positions [i0, i1) of n whose windows may contain input position p.
func (a Axis) over(p, n int) (i0, i1 int) {
	if q := p + a.Pad - (a.Size-1)*a.Dilation; q > 0 {
		i0 = (q + a.Stride - 1) / a.Stride
	}
	return i0, min(n, (p+a.Pad)/a.Stride+1)
}

// tap returns which tap of output position i lies at input position p, if one does.
func (a Axis) tap(i, p int) (k int, ok bool) {
	d := p - a.at(i, 0)
	return d / a.Dilation, d >= 0 && d%a.Dilation == 0 && d/a.Dilation < a.Size
}

func (p *Pool) check(what string) {
	p.Window.check(what)
	if p.In.N != p.Out.N || p.In.C != p.Out.C {
		panic(fmt.Sprintf("kernel: %s: in [%d %d %d %d], out [%d %d %d %d]", what,
			p.In.N, p.In.H, p.In.W, p.In.C, p.Out.N, p.Out.H, p.Out.W, p.Out.C))
	}
	if y, x := p.Window.H.empty(p.In.H, p.Out.H), p.Window.W.empty(p.In.W, p.Out.W); y || x {
		panic(fmt.Sprintf("kernel: %s: with window %+v some of the outputs [%d %d] read nothing of the inputs [%d %d]",
			what, p.Window, p.Out.H, p.Out.W, p.In.H, p.In.W))
	}
}

// empty reports whether one of the first or last of n outputs has no tap inside of the inputs.
func (a Axis) empty(inputs, n int) bool {
	if n == 0 {
		return false
	}
	f0, f1 := a.clip(0, inputs)
	l0, l1 := a.clip(n-1, inputs)
	return f0 == f1 || l0 == l1
}

func (p *Pool) checkForward(what string, i0, i1, j0, j1 int) {
	p.In.holds(what, "in")
	p.Out.holds(what, "out")
	p.check(what)
	p.Out.part(what, i0, i1, j0, j1)
}

func (g *PoolGrad) checkGrad(what string, i0, i1, j0, j1 int) {
	g.DIn.holds(what, "gradient of in")
	g.DOut.holds(what, "gradient of out")
	alike(what, "in", "its gradient", &g.In, &g.DIn)
	alike(what, "out", "its gradient", &g.Out, &g.DOut)
	g.check(what)
	g.In.part(what, i0, i1, j0, j1)
	if g.Mask.Data != nil {
		g.Mask.holds(what, "mask")
		alike(what, "in", "mask", &g.In, &g.Mask)
	}
}

// maxPoolRef sets rows [i0, i1) and blocks [j0, j1) of out to the maximum of each window, NaN if one element is NaN.
func maxPoolRef(p Pool, i0, i1, j0, j1 int) {
	p.checkForward("max pool", i0, i1, j0, j1)
	p.eachOutput(i0, i1, j0, j1, func(n, y, x, c int) {
		first := true
		var m float32
		p.eachTap(n, y, x, c, func(at int) {
			if v := p.In.Data[at]; first {
				m, first = v, false
			} else {
				m = most(m, v)
			}
		})
		p.Out.Data[p.Out.at(n, y, x, c)] = m
	})
}

// avgPoolRef sets rows [i0, i1) and blocks [j0, j1) of out to the average of each window: its sum, row by row, times
// the reciprocal of its size.
func avgPoolRef(p Pool, i0, i1, j0, j1 int) {
	p.checkForward("average pool", i0, i1, j0, j1)
	p.eachOutput(i0, i1, j0, j1, func(n, y, x, c int) {
		var sum float32
		p.eachTap(n, y, x, c, func(at int) { sum += p.In.Data[at] })
		p.Out.Data[p.Out.at(n, y, x, c)] = float32(sum * p.share(y, x))
	})
}

// share returns 1 over the number of inputs in a window.
func (p *Pool) share(y, x int) float32 {
	y0, y1 := p.Window.H.clip(y, p.In.H)
	x0, x1 := p.Window.W.clip(x, p.In.W)
	return 1 / float32((y1-y0)*(x1-x0))
}

// eachOutput calls f for every element of rows [i0, i1) and blocks [j0, j1) of out.
func (p *Pool) eachOutput(i0, i1, j0, j1 int, f func(n, y, x, c int)) {
	for i := i0; i < i1; i++ {
		for c := j0 * PanelWidth; c < min(j1*PanelWidth, p.Out.C); c++ {
			for x := range p.Out.W {
				f(i/p.Out.H, i%p.Out.H, x, c)
			}
		}
	}
}

// eachTap calls f with the index of every input of a window.
func (p *Pool) eachTap(n, y, x, c int, f func(at int)) {
	y0, y1 := p.Window.H.clip(y, p.In.H)
	x0, x1 := p.Window.W.clip(x, p.In.W)
	for ky := y0; ky < y1; ky++ {
		for kx := x0; kx < x1; kx++ {
			f(p.In.at(n, p.Window.H.at(y, ky), p.Window.W.at(x, kx), c))
		}
	}
}

// maxPoolGradRef sets rows [i0, i1) and blocks [j0, j1) of the gradient of in. The gradient of a maximum goes to the
// first element of its window that is not smaller; windows are added in order.
func maxPoolGradRef(g PoolGrad, i0, i1, j0, j1 int) {
	g.checkGrad("max pool gradient", i0, i1, j0, j1)
	g.In.holds("max pool gradient", "in")
	g.Out.holds("max pool gradient", "out")
	g.eachInput(i0, i1, j0, j1, func(n, y, x, c, at int) (d float32, ok bool) {
		m, winner := g.Out.Data[g.Out.at(n, y, x, c)], -1
		g.eachTap(n, y, x, c, func(at int) {
			if winner < 0 && !(g.In.Data[at] < m) {
				winner = at
			}
		})
		return g.DOut.Data[g.DOut.at(n, y, x, c)], winner == at
	})
}

// avgPoolGradRef sets rows [i0, i1) and blocks [j0, j1) of the gradient of in: the sum over the windows of their
// gradients times the reciprocal of their sizes.
func avgPoolGradRef(g PoolGrad, i0, i1, j0, j1 int) {
	g.checkGrad("average pool gradient", i0, i1, j0, j1)
	g.eachInput(i0, i1, j0, j1, func(n, y, x, c, _ int) (d float32, ok bool) {
		return float32(g.DOut.Data[g.DOut.at(n, y, x, c)] * g.share(y, x)), true
	})
}

// eachInput sets every element of rows [i0, i1) and blocks [j0, j1) of the gradient of in: f returns what the window of
// output (y, x) adds to the element at index at of in, if it does.
func (g *PoolGrad) eachInput(i0, i1, j0, j1 int, f func(n, y, x, c, at int) (d float32, ok bool)) {
	for i := i0; i < i1; i++ {
		n, y := i/g.In.H, i%g.In.H
		y0, y1 := g.Window.H.over(y, g.Out.H)
		for c := j0 * PanelWidth; c < min(j1*PanelWidth, g.In.C); c++ {
			for x := range g.In.W {
				x0, x1 := g.Window.W.over(x, g.Out.W)
				to := &g.DIn.Data[g.DIn.at(n, y, x, c)]
				sum := float32(0)
				if g.Accumulate {
					sum = *to
				}
				for oy := y0; oy < y1; oy++ {
					for ox := x0; ox < x1; ox++ {
						_, inY := g.Window.H.tap(oy, y)
						_, inX := g.Window.W.tap(ox, x)
						if !inY || !inX {
							continue
						}
						if d, ok := f(n, oy, ox, c, g.In.at(n, y, x, c)); ok {
							sum += d
						}
					}
				}
				if g.Mask.Data != nil {
					sum = reluGrad(sum, g.Mask.Data[g.Mask.at(n, y, x, c)])
				}
				*to = sum
			}
		}
	}
}
