//go:build amd64 && !noasm

package kernel

// gradTile adds to tiles of one shape, one behind the other; see convGrad6x16.
type gradTile func(a *float32, aPixel, aRow uintptr, b *float32, bPixel, bRow uintptr, pixels, rows int,
	c *float32, lanes *int32, tiles int)

// gradTiles is to weight gradients what gemmTiles is to products.
var gradTiles = [3][7]gradTile{
	{nil, convGrad1x16, convGrad2x16, convGrad3x16, convGrad4x16, convGrad5x16, convGrad6x16},
	{nil, convGrad1x15, convGrad2x15, convGrad3x15, convGrad4x15, convGrad5x15, convGrad6x15},
	{nil, convGrad1x8, convGrad2x8, convGrad3x8, convGrad4x8, convGrad5x8, convGrad6x8},
}

// pixelSum adds up panels over pixels; see pixelSums16.
type pixelSum func(dst, a *float32, aPixel, aRow uintptr, b *float32, bPixel, bRow uintptr, pixels, rows int, lanes *int32)

var (
	pixelSums     = [3]pixelSum{pixelSums16, pixelSums15, pixelSums8}
	pixelProducts = [3]pixelSum{pixelProducts16, pixelProducts15, pixelProducts8}
)

func convGradVector(c Conv, s0, s1, j0, j1 int) {
	c.checkGrad("weight gradient", WeightsLen(c.Window, c.In.C, c.Out.C), s0, s1, j0, j1)
	if c.isTapGrad() {
		if j0 < j1 {
			c.In.eachPiece(s0, s1, c.tapGrad)
		}
		return
	}
	c.Out.eachPiece(s0, s1, func(p piece) {
		i := p.n*c.Out.H + p.y
		c.fetch(i, i+p.rows)
		r := c.run(i, 0)
		var s segments
		for c.next(&s, &r) {
			for j := j0; j < j1; j++ {
				c.addGrad(&s, &r, p, j)
			}
		}
	})
}

// addGrad adds the gradient of one piece to one chain of the weights of panel j.
func (c *Conv) addGrad(s *segments, r *run, p piece, j int) {
	kind, lanes := tileKind(c.Out.C - j*PanelWidth)
	b := &c.Out.Data[c.Out.at(p.n, p.y, p.x, j*PanelWidth)]
	k := j*r.k + s.from
	for _, segment := range s.table[:s.count] {
		a := r.in + p.x*r.inStep + segment.offset/floatSize
		for left := segment.terms; left > 0; {
			height, count := nextTiles(left)
			gradTiles[kind][height](
				&c.In.Data[a], bytes(r.inStep), bytes(r.h.stride*c.In.Row),
				b, bytes(c.Out.Pixel), bytes(c.Out.Row), p.pixels, p.rows,
				&c.Weights[k*PanelWidth], lanes, count)
			a += height * count
			k += height * count
			left -= height * count
		}
	}
}

func biasGradVector(db []float32, dy Image, s0, s1, j0, j1 int) {
	checkBiasGrad(db, &dy, s0, s1, j0, j1)
	dy.eachPiece(s0, s1, func(p piece) {
		for j := j0; j < j1; j++ {
			kind, lanes := tileKind(dy.C - j*PanelWidth)
			pixelSums[kind](&db[j*PanelWidth], &dy.Data[dy.at(p.n, p.y, p.x, j*PanelWidth)],
				bytes(dy.Pixel), bytes(dy.Row), nil, 0, 0, p.pixels, p.rows, lanes)
		}
	})
}

func depthwiseGradVector(c Conv, s0, s1, j0, j1 int) {
	c.checkDepthwiseGrad(s0, s1, j0, j1)
	h, w := c.taps(0, 0)
	weights := c.weightRows()
	c.Out.eachPiece(s0, s1, func(p piece) {
		for j := j0; j < j1; j++ {
			kind, lanes := tileKind(c.Out.C - j*PanelWidth)
			for t := range h.n * w.n {
				a := c.In.at(p.n, h.start+p.y*h.stride+t/w.n*h.step, w.start+p.x*w.stride+t%w.n*w.step, j*PanelWidth)
				pixelProducts[kind](&weights.Data[weights.at(t, j*PanelWidth)],
					&c.In.Data[a], bytes(w.stride*c.In.Pixel), bytes(h.stride*c.In.Row),
					&c.Out.Data[c.Out.at(p.n, p.y, p.x, j*PanelWidth)], bytes(c.Out.Pixel), bytes(c.Out.Row),
					p.pixels, p.rows, lanes)
			}
		}
	})
}
