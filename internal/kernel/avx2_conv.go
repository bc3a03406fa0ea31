//go:build amd64 && !noasm

package kernel

// convTile computes tiles of one shape along a row; see conv6x16.
type convTile func(a *float32, aRow uintptr, segments *int, count int, b, c *float32, cRow uintptr,
	bias, mask *float32, maskRow uintptr, lanes *int32, tiles, flags int)

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

// segments are those of one chain.
type segments struct {
	table [chainTaps]segment
	count int
	from  int // terms of earlier chains
	terms int // of this one
	piece int // the next tap of a block of channels
}

// next sets s to the chain behind it and reports whether there is one. The first chain of an empty sum has no terms.
func (c *Conv) next(s *segments, r *run) bool {
	taps := r.h.n * r.w.n
	last := taps * Panels(c.In.C)
	if s.piece > 0 && s.piece >= last {
		return false
	}
	var chain chain
	s.from, s.terms, s.count = s.from+s.terms, 0, 0
	for ; s.piece < last; s.piece++ {
		block, t := s.piece/taps, s.piece%taps
		width := c.In.width(block)
		if chain.ends(width) {
			return true
		}
		offset := floatSize * (block*c.In.Block + t/r.w.n*r.h.step*c.In.Row + t%r.w.n*r.w.step*c.In.Pixel)
		if end := s.count - 1; end >= 0 && s.table[end].offset+floatSize*s.table[end].terms == offset {
			s.table[end].terms += width
		} else {
			s.table[s.count] = segment{offset, width}
			s.count++
		}
		s.terms += width
	}
	if last == 0 {
		s.piece = 1
	}
	return true
}

func convVector(c Conv, i0, i1, j0, j1 int) {
	c.check(i0, i1, j0, j1)
	hs, ws := c.classes()
	const blocks = 2 // of 16 input channels that a chain of 3x3 taps takes
	rows := max(1, blockA/floatSize/max(1, blocks*PanelWidth*c.Window.H.Stride*c.In.W))
	for i := i0; i < i1; i += rows {
		for py := range hs {
			for px := range ws {
				c.class(i, min(i+rows, i1), py, px, j0, j1)
			}
		}
	}
}

// class computes the outputs of one class in rows [i0, i1).
func (c *Conv) class(i0, i1, py, px, j0, j1 int) {
	hs, _ := c.classes()
	for i0 < i1 && i0%c.Out.H%hs != py {
		i0++
	}
	if i0 == i1 {
		return
	}
	r := c.run(i0, px)
	var s segments
	for c.next(&s, &r) {
		for j := j0; j < j1; j++ {
			for i := i0; i < i1; i++ {
				if i%c.Out.H%hs == py {
					r := c.run(i, px)
					c.chain(&s, &r, j)
				}
			}
		}
	}
}

// chain computes one chain of panel j of a run.
func (c *Conv) chain(s *segments, r *run, j int) {
	first, last := s.from == 0, s.from+s.terms == r.k
	flags := 0
	if c.Accumulate || !first {
		flags |= tileAccumulate
	}
	if c.Relu && last {
		flags |= tileRelu
	}
	kind, lanes := tileKind(c.Out.C - j*PanelWidth)
	var bias *float32
	if c.Bias != nil {
		bias = &c.Bias[j*PanelWidth]
	}
	b := at(c.Weights, r.weights+(j*r.k+s.from)*PanelWidth)
	for p := 0; p < r.pixels; {
		width, count := nextTiles(r.pixels - p)
		count = min(count, callTiles)
		x := r.x0 + p*r.dx
		var mask *float32
		if c.Mask.Data != nil && last {
			mask = &c.Mask.Data[c.Mask.at(r.n, r.y, x, j*PanelWidth)]
		}
		convTiles[kind][width](
			at(c.In.Data, r.in+p*r.inStep), uintptr(r.inStep*floatSize), &s.table[0].offset, s.count,
			b, &c.Out.Data[c.Out.at(r.n, r.y, x, j*PanelWidth)], uintptr(r.dx*c.Out.Pixel*floatSize),
			bias, mask, uintptr(r.dx*c.Mask.Pixel*floatSize), lanes, count, flags)
		p += width * count
	}
}
