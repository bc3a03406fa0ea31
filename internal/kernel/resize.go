package kernel

import "fmt"

// Resize enlarges images by whole factors, Out.H/In.H and Out.W/In.W. Without Linear every pixel is repeated; with it,
// Out is interpolated between the four nearest pixels, whose centres lie at half positions and which the image's edge
// repeats (align_corners=False in PyTorch's words). In its gradient, In is the gradient to be set and Out the given one.
type Resize struct {
	In, Out    Image
	Linear     bool
	Mask       Image // gradient: like In, which is 0 where the mask is <= 0. No mask if Data is nil
	Accumulate bool  // gradient: add to In
}

// source is the part of one axis of an interpolation: position i of the output is (1-t)·in[a] + t·in[b].
type source struct {
	a, b int
	t    float32
}

// source returns what position i of an axis enlarged by factor from n inputs reads.
func (r *Resize) source(i, factor, n int) source {
	if !r.Linear {
		return source{a: i / factor, b: i / factor}
	}
	twice := 2*(i%factor) + 1 - factor // 2·factor times the distance from the centre of input i/factor
	s := source{a: i / factor, t: float32(twice) / float32(2*factor)}
	if twice < 0 {
		s.a--
		s.t = float32(twice+2*factor) / float32(2*factor)
	}
	s.b = min(s.a+1, n-1)
	s.a = max(s.a, 0)
	return s
}

// weight returns how much of input a the output takes.
func (s source) weight(a int) (w float32) {
	if s.a == a {
		w = 1 - s.t
	}
	if s.b == a {
		w += s.t
	}
	return w
}

// factors returns the factors along both axes.
func (r *Resize) factors() (h, w int) { return r.Out.H / max(r.In.H, 1), r.Out.W / max(r.In.W, 1) }

func (r *Resize) check(what string) {
	r.In.holds(what, "in")
	r.Out.holds(what, "out")
	h, w := r.factors()
	if r.In.N != r.Out.N || r.In.C != r.Out.C || h*r.In.H != r.Out.H || w*r.In.W != r.Out.W || h < 1 || w < 1 {
		panic(fmt.Sprintf("kernel: %s: [%d %d %d %d] to [%d %d %d %d]", what,
			r.In.N, r.In.H, r.In.W, r.In.C, r.Out.N, r.Out.H, r.Out.W, r.Out.C))
	}
}

func (r *Resize) checkGrad(what string, i0, i1, j0, j1 int) {
	r.check(what)
	r.In.part(what, i0, i1, j0, j1)
	if r.Mask.Data != nil {
		r.Mask.holds(what, "mask")
		alike(what, "in", "mask", &r.In, &r.Mask)
	}
}

// resizeRef sets rows [i0, i1) and blocks [j0, j1) of out. Terms of weight zero are left out.
func resizeRef(r Resize, i0, i1, j0, j1 int) {
	r.check("resize")
	r.Out.part("resize", i0, i1, j0, j1)
	fh, fw := r.factors()
	for i := i0; i < i1; i++ {
		n, y := i/r.Out.H, i%r.Out.H
		sy := r.source(y, fh, r.In.H)
		for x := range r.Out.W {
			sx := r.source(x, fw, r.In.W)
			for c := j0 * PanelWidth; c < min(j1*PanelWidth, r.Out.C); c++ {
				in := func(y, x int) float32 { return r.In.Data[r.In.at(n, y, x, c)] }
				v := float32((1 - sy.t) * (1 - sx.t) * in(sy.a, sx.a))
				if sx.t > 0 {
					v += float32((1 - sy.t) * sx.t * in(sy.a, sx.b))
				}
				if sy.t > 0 {
					v += float32(sy.t * (1 - sx.t) * in(sy.b, sx.a))
				}
				if sy.t > 0 && sx.t > 0 {
					v += float32(sy.t * sx.t * in(sy.b, sx.b))
				}
				r.Out.Data[r.Out.at(n, y, x, c)] = v
			}
		}
	}
}

// resizeGradRef sets rows [i0, i1) and blocks [j0, j1) of in: the sum over the outputs that read it, row by row.
func resizeGradRef(r Resize, i0, i1, j0, j1 int) {
	r.checkGrad("resize gradient", i0, i1, j0, j1)
	fh, fw := r.factors()
	for i := i0; i < i1; i++ {
		n, y := i/r.In.H, i%r.In.H
		for x := range r.In.W {
			for c := j0 * PanelWidth; c < min(j1*PanelWidth, r.In.C); c++ {
				to := &r.In.Data[r.In.at(n, y, x, c)]
				sum := float32(0)
				if r.Accumulate {
					sum = *to
				}
				for oy := max(0, (y-1)*fh); oy < min(r.Out.H, (y+2)*fh); oy++ {
					for ox := max(0, (x-1)*fw); ox < min(r.Out.W, (x+2)*fw); ox++ {
						w := r.source(oy, fh, r.In.H).weight(y) * r.source(ox, fw, r.In.W).weight(x)
						if w > 0 {
							sum += float32(w * r.Out.Data[r.Out.at(n, oy, ox, c)])
						}
					}
				}
				if r.Mask.Data != nil {
					sum = reluGrad(sum, r.Mask.Data[r.Mask.at(n, y, x, c)])
				}
				*to = sum
			}
		}
	}
}
