//go:build amd64 && !noasm

package kernel

// A convolution with one output channel would use one lane of sixteen. Its taps take their place instead: a product
// gives, for every pixel, its share in each of the outputs around it, and these are added up.

const (
	tapsChannels = 128            // input channels, at most
	tapsPixels   = 256            // pixels of shares that are kept
	tapsAcross   = PanelWidth / 2 // taps along a row, at most
)

// isTaps reports whether a convolution is computed by its taps.
func (c *Conv) isTaps() bool {
	plain := func(a Axis) bool { return a.Stride == 1 && a.Dilation == 1 }
	size := c.Window.size()
	return c.Out.C == 1 && size > 1 && size <= PanelWidth && c.Window.W.Size <= tapsAcross && c.In.C <= tapsChannels && c.In.C >= 8 &&
		plain(c.Window.H) && plain(c.Window.W)
}

// tapConv computes rows of a convolution with one output channel.
func (c *Conv) tapConv(i0, i1 int) {
	var weights [tapsChannels * PanelWidth]float32
	h, w := c.taps(0, 0)
	for ch := range c.In.C {
		for t := range h.n * w.n {
			weights[ch*PanelWidth+t] = c.Weights[weight(h.n*w.n, c.In.C, t, ch)*PanelWidth]
		}
	}
	var shares [tapsPixels * PanelWidth]float32
	ring := Conv{In: c.In, Window: Square(1, 1, 0), Weights: hidden(&weights)[:]}
	width := tapsPixels / h.n // of a row of shares
	ring.Out = Image{Data: hidden(&shares)[:], H: h.n, C: PanelWidth, Row: width * PanelWidth, Pixel: PanelWidth}
	for i := i0; i < i1; {
		rows := min(i1-i, c.Out.H-i%c.Out.H)
		step := width - w.n + 1
		for x := 0; x < c.Out.W; x += step {
			c.tapRows(&ring, h, w, i/c.Out.H, i%c.Out.H, rows, x, min(step, c.Out.W-x))
		}
		i += rows
	}
}

// tapRows computes rows of image n from row y on, and some pixels of each. Row r of the input has its shares in row
// r modulo the window's height of the ring.
func (c *Conv) tapRows(ring *Conv, h, w taps, n, y, rows, x, pixels int) {
	ring.Out.W = pixels + w.n - 1
	for r := range rows + h.n - 1 {
		slot := r % h.n
		ring.shares(n, y+r+h.start, x+w.start, slot)
		row := r - h.n + 1 // the output row that is complete now
		if row < 0 {
			continue
		}
		var sums [tapsPixels]float32
		c.starts(sums[:pixels], n, y+row, x)
		for ky := range h.n {
			from := ring.Out.Data[(row+ky)%h.n*ring.Out.Row+ky*w.n:]
			tapSums(&sums[0], &from[0], w.n, pixels)
		}
		c.finishRow(sums[:pixels], n, y+row, x)
	}
}

// shares computes what the pixels of an input row, from column x on, add to the outputs around them.
func (c *Conv) shares(n, y, x, slot int) {
	r := run{pixels: c.Out.W, dx: 1, y: slot, h: taps{n: 1}, w: taps{n: 1}, in: c.In.at(n, y, x, 0), inStep: c.In.Pixel, k: c.In.C}
	var s segments
	for c.next(&s, &r) {
		c.sweep(r, 1, 0, sweep{&convTiles, r.in, hidden(&s.table)[:s.count], &c.Weights[s.from*PanelWidth], s.from == 0, true})
	}
}

// starts sets dst to what the sums of channel 0 begin with.
func (c *Conv) starts(dst []float32, n, y, x int) {
	switch {
	case c.Accumulate:
		out := c.Out.Data[c.Out.at(n, y, x, 0):]
		for i := range dst {
			dst[i] = out[i*c.Out.Pixel]
		}
	case c.Bias != nil:
		fillVector(dst, c.Bias[0])
	default:
		clear(dst)
	}
}

// finishRow stores elements of channel 0 after relu and mask.
func (c *Conv) finishRow(v []float32, n, y, x int) {
	if c.Relu {
		reluAVX2(&v[0], &v[0], len(v))
	}
	if c.Mask.Data != nil {
		mask := c.Mask.Data[c.Mask.at(n, y, x, 0):]
		for i := range v {
			v[i] = reluGrad(v[i], mask[i*c.Mask.Pixel])
		}
	}
	out := c.Out.Data[c.Out.at(n, y, x, 0):]
	for i := range v {
		out[i*c.Out.Pixel] = v[i]
	}
}

// isTapGrad reports whether a weight gradient is computed with the images exchanged: one gradient for a row of taps and a
// block of input channels. The taps of a pixel lie side by side in an output of one channel and halo enough.
func (c *Conv) isTapGrad() bool {
	plain := func(a Axis) bool {
		return a.Stride == 1 && a.Dilation == 1 && a.Size <= tapsAcross && max(a.Pad, a.Size-1-a.Pad) <= c.Out.Halo
	}
	return c.Out.C == 1 && c.Out.Pixel == 1 && c.In.H == c.Out.H && c.In.W == c.Out.W && plain(c.Window.H) && plain(c.Window.W)
}

// tapGrad adds the gradient of one piece, of the input here, to all weights.
func (c *Conv) tapGrad(p piece) {
	h, w := c.Window.H, c.Window.W
	for block := range Panels(c.In.C) {
		width := c.In.width(block)
		kind, lanes := tileKind(width)
		for ky := range h.Size {
			var grad [tapsAcross * PanelWidth]float32 // of the last tap first
			for r := 0; r < w.Size; {
				height, _ := nextTiles(w.Size - r)
				gradTiles[kind][height](
					&c.Out.Data[c.Out.at(p.n, p.y+h.Pad-ky, p.x+w.Pad-w.Size+1+r, 0)], bytes(1), bytes(c.Out.Row),
					&c.In.Data[c.In.at(p.n, p.y, p.x, block*PanelWidth)], bytes(c.In.Pixel), bytes(c.In.Row), p.pixels, p.rows,
					hidden(&grad[r*PanelWidth]), lanes, 1)
				r += height
			}
			for kx := range w.Size {
				to := c.Weights[weight(h.Size*w.Size, c.In.C, ky*w.Size+kx, block*PanelWidth)*PanelWidth:]
				for i, g := range grad[(w.Size-1-kx)*PanelWidth:][:width] {
					to[i*PanelWidth] += g
				}
			}
		}
	}
}
