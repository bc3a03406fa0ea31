//go:build amd64 && !noasm

package kernel

// convTile computes tiles of one shape along some rows; see conv6x16.
type convTile func(a *float32, aRow, aDown uintptr, segments *int, count int, b, c *float32, cRow, cDown uintptr,
	bias, mask *float32, maskRow, maskDown uintptr, lanes *int32, tiles, rows, flags int)

// convTiles is to convolutions what gemmTiles is to products.
var convTiles = [3][7]convTile{
	{nil, conv1x16, conv2x16, conv3x16, conv4x16, conv5x16, conv6x16},
	{nil, conv1x15, conv2x15, conv3x15, conv4x15, conv5x15, conv6x15},
	{nil, conv1x8, conv2x8, conv3x8, conv4x8, conv5x8, conv6x8},
}

// callTiles is the most tiles of one call, which stays below 100 µs then.
const callTiles = 80

// segment is a run of input elements that lie behind each other, as the micro-kernels read it.
type segment struct {
	offset int // from the first tap, in bytes
	terms  int
}

// segments walks over the chains of a sum. It holds the segments of one of them.
type segments struct {
	table     [chainTaps]segment
	count     int
	from      int // terms of earlier chains
	terms     int // of this one
	block     int // the next tap: its block of channels, row and column
	ty, tx    int
	exhausted bool
}

// next sets s to the chain behind it and reports whether there is one. An empty sum has one chain, without terms.
func (c *Conv) next(s *segments, r *run) bool {
	if s.exhausted {
		return false
	}
	var chain chain
	s.from, s.terms, s.count = s.from+s.terms, 0, 0
	end := 0
	for ; s.block*PanelWidth < c.In.C; s.block, s.ty = s.block+1, 0 {
		width := c.In.width(s.block)
		for ; s.ty < r.h.n; s.ty, s.tx = s.ty+1, 0 {
			offset := s.block*c.In.Block + s.ty*r.h.step*c.In.Row + s.tx*r.w.step*c.In.Pixel
			for ; s.tx < r.w.n; s.tx++ {
				if chain.ends(width) {
					return true
				}
				if s.count > 0 && offset == end {
					s.table[s.count-1].terms += width
				} else {
					s.table[s.count] = segment{offset * floatSize, width}
					s.count++
				}
				s.terms += width
				end = offset + width
				offset += r.w.step * c.In.Pixel
			}
		}
	}
	s.exhausted = true
	return true
}

func convVector(c Conv, i0, i1, j0, j1 int) {
	c.check(i0, i1, j0, j1)
	if c.isTaps() {
		if j0 < j1 {
			c.tapConv(i0, i1)
		}
		return
	}
	const blocks = 2 // of 16 input channels that a chain of 3x3 taps takes
	c.eachClass(i0, i1, blocks, func(i0, i1 int, first run) {
		var s segments
		for c.next(&s, &first) {
			for j := j0; j < j1; j++ {
				b := at(c.Weights, first.weights+(j*first.k+s.from)*PanelWidth)
				c.eachImage(i0, i1, first, func(r run, rows int) {
					c.sweep(r, rows, j, sweep{&convTiles, r.in, hidden(&s.table)[:s.count], b, s.from == 0, s.from+s.terms == r.k})
				})
			}
		}
	})
}

// eachClass calls f for rows [i0, i1), some at a time, and for each class that they have: with the first row of it, and
// its run. So many rows of some blocks of the input stay in the second cache.
func (c *Conv) eachClass(i0, i1, blocks int, f func(i0, i1 int, first run)) {
	hs, ws := c.classes()
	rows := max(1, blockA/floatSize/max(1, blocks*PanelWidth*c.Window.H.Stride*c.In.W))
	for ; i0 < i1; i0 += rows {
		end := min(i0+rows, i1)
		c.fetch(i0, end)
		for py := range hs {
			i := i0
			for i < end && i%c.Out.H%hs != py {
				i++
			}
			for px := 0; px < ws && i < end; px++ {
				f(i, end, c.run(i, px))
			}
		}
	}
}

// fetch reads the rows of the input that output rows [i0, i1) need, line by line of the cache, where rows are short: tiles
// step through those column by column, which the processor does not foresee.
func (c *Conv) fetch(i0, i1 int) {
	const short = 64
	if c.Out.W > short {
		return
	}
	from, to := c.run(i0, 0).in, c.run(i1-1, 0).in+c.In.Row*c.Window.H.Size
	touch(c.In.Data[max(0, from):min(to, len(c.In.Data))])
}

// touch reads one element of each line of the cache, and returns their sum so that it has to.
//
//go:noinline
func touch(a []float32) (sum float32) {
	const line = 16
	for i := 0; i < len(a); i += line {
		sum += a[i]
	}
	return sum
}

// eachImage calls f for the run of row i0 and those below it, up to row i1 or the end of the image; then the same for the
// next image.
func (c *Conv) eachImage(i0, i1 int, first run, f func(r run, rows int)) {
	hs, _ := c.classes()
	py := first.y % hs
	r := first
	for i := i0; i < i1; {
		f(r, count(min(i1-i, c.Out.H-r.y), 0, hs))
		i += c.Out.H - r.y + py
		r.n, r.y = r.n+1, py
		r.in = c.In.at(r.n, r.h.start, r.w.start, 0)
	}
}

// sweep is one chain of terms of the outputs of some rows.
type sweep struct {
	tiles       *[3][7]convTile
	in          int // index of the first pixel's first tap
	segments    []segment
	b           *float32
	first, last bool // chain of the sum
}

// sweep computes panel j of a run and of those below it, rows in all.
func (c *Conv) sweep(r run, rows, j int, s sweep) {
	flags := 0
	if c.Accumulate || !s.first {
		flags |= tileAccumulate
	}
	if c.Relu && s.last {
		flags |= tileRelu
	}
	kind, lanes := tileKind(c.Out.C - j*PanelWidth)
	var bias *float32
	if c.Bias != nil {
		bias = &c.Bias[j*PanelWidth]
	}
	var table *int
	if len(s.segments) > 0 {
		table = &s.segments[0].offset
	}
	hs, _ := c.classes()
	aDown, cDown, maskDown := r.h.stride*c.In.Row, hs*c.Out.Row, hs*c.Mask.Row
	cRow, maskRow := r.dx*c.Out.Pixel, r.dx*c.Mask.Pixel
	for p := 0; p < r.pixels; {
		width, tiles := nextTiles(r.pixels - p)
		tiles = min(tiles, callTiles)
		pixels, each := tiles*width, callTiles/tiles
		for row := 0; row < rows; row += each {
			y, x := r.y+row*hs, r.x0+p*r.dx
			var mask *float32
			var maskNext uintptr
			if c.Mask.Data != nil && s.last {
				mask = &c.Mask.Data[c.Mask.at(r.n, y, x, j*PanelWidth)]
				maskNext = bytes(maskDown - pixels*maskRow)
			}
			s.tiles[kind][width](
				at(c.In.Data, s.in+p*r.inStep+row*aDown), bytes(r.inStep), bytes(aDown-pixels*r.inStep), table, len(s.segments),
				s.b, &c.Out.Data[c.Out.at(r.n, y, x, j*PanelWidth)], bytes(cRow), bytes(cDown-pixels*cRow),
				bias, mask, bytes(maskRow), maskNext, lanes, tiles, min(each, rows-row), flags)
		}
		p += pixels
	}
}

// bytes returns a distance in bytes.
func bytes(elements int) uintptr { return uintptr(elements * floatSize) }
