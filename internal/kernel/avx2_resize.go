//go:build amd64 && !noasm

package kernel

func resizeVector(r Resize, i0, i1, j0, j1 int) {
	r.check("resize")
	r.Out.part("resize", i0, i1, j0, j1)
	fh, fw := r.factors()
	for i := i0; i < i1; i++ {
		n, y := i/r.Out.H, i%r.Out.H
		sy := r.source(y, fh, r.In.H)
		for j := j0; j < j1; j++ {
			for e := range fw {
				// Columns e, e + fw, e + 2·fw ... read their sources with the same weights, but for the edges.
				edge := min(1, r.In.W)
				r.outRun(n, y, e, 1, j, sy)
				if inner := r.In.W - 2; inner > 0 {
					r.outRun(n, y, e+fw, inner, j, sy)
					edge += inner
				}
				if edge < r.In.W {
					r.outRun(n, y, e+edge*fw, 1, j, sy)
				}
			}
		}
	}
}

// outRun computes count pixels of an output row, from column x on and a whole factor apart.
func (r *Resize) outRun(n, y, x, count, j int, sy source) {
	_, fw := r.factors()
	sx := r.source(x, fw, r.In.W)
	dst, width := r.Out.pixels(n, y, x, j).by(fw), r.Out.width(j)
	scalePixels.run(dst, r.In.pixels(n, sy.a, sx.a, j), count, (1-sy.t)*(1-sx.t), width)
	if sx.t > 0 {
		addPixels.run(dst, r.In.pixels(n, sy.a, sx.b, j), count, (1-sy.t)*sx.t, width)
	}
	if sy.t > 0 {
		addPixels.run(dst, r.In.pixels(n, sy.b, sx.a, j), count, sy.t*(1-sx.t), width)
	}
	if sy.t > 0 && sx.t > 0 {
		addPixels.run(dst, r.In.pixels(n, sy.b, sx.b, j), count, sy.t*sx.t, width)
	}
}

func resizeGradVector(r Resize, i0, i1, j0, j1 int) {
	r.checkGrad("resize gradient", i0, i1, j0, j1)
	fh, _ := r.factors()
	for i := i0; i < i1; i++ {
		n, y := i/r.In.H, i%r.In.H
		for j := j0; j < j1; j++ {
			r.In.clearRow(n, y, j, r.Accumulate)
			for oy := max(0, (y-1)*fh); oy < min(r.Out.H, (y+2)*fh); oy++ {
				if wy := r.source(oy, fh, r.In.H).weight(y); wy > 0 {
					r.inRun(n, y, 0, 1, oy, j, wy)
					r.inRun(n, y, 1, r.In.W-2, oy, j, wy)
					if r.In.W > 1 {
						r.inRun(n, y, r.In.W-1, 1, oy, j, wy)
					}
				}
			}
			r.In.maskRow(&r.Mask, n, y, j)
		}
	}
}

// inRun adds to count pixels of an input row, from column x on, what output row oy has for them.
func (r *Resize) inRun(n, y, x, count, oy, j int, wy float32) {
	if count <= 0 {
		return
	}
	_, fw := r.factors()
	for ox := max(0, (x-1)*fw); ox < min(r.Out.W, (x+2)*fw); ox++ {
		if wx := r.source(ox, fw, r.In.W).weight(x); wx > 0 {
			addPixels.run(r.In.pixels(n, y, x, j), r.Out.pixels(n, oy, ox, j).by(fw), count, wy*wx, r.In.width(j))
		}
	}
}
