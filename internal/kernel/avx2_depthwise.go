//go:build amd64 && !noasm

package kernel

// depthwiseTiles are the tiles of depthwise convolutions. Their segments are pairs of an offset into the input and one
// into the weights of a block.
var depthwiseTiles = [3][7]convTile{
	{nil, depthwise1x16, depthwise2x16, depthwise3x16, depthwise4x16, depthwise5x16, depthwise6x16},
	{nil, depthwise1x15, depthwise2x15, depthwise3x15, depthwise4x15, depthwise5x15, depthwise6x15},
	{nil, depthwise1x8, depthwise2x8, depthwise3x8, depthwise4x8, depthwise5x8, depthwise6x8},
}

func depthwiseVector(c Conv, i0, i1, j0, j1 int) {
	c.checkDepthwise("depthwise conv")
	c.checkEpilogue("depthwise conv")
	c.Out.part("depthwise conv", i0, i1, j0, j1)
	weights := c.weightRows()
	c.eachClass(i0, i1, 1, func(i0, i1 int, first run) {
		taps := first.h.n * first.w.n
		for from := 0; from == 0 || from < taps; from += chainTaps {
			var table [chainTaps]segment
			to := min(from+chainTaps, taps)
			for t := from; t < to; t++ {
				table[t-from] = c.depthwiseTap(&first, t/first.w.n, t%first.w.n)
			}
			for j := j0; j < j1; j++ {
				c.eachImage(i0, i1, first, func(r run, rows int) {
					c.sweep(r, rows, j, sweep{&depthwiseTiles, r.in + j*c.In.Block, hidden(&table)[:to-from], &weights.Data[weights.at(0, j*PanelWidth)], from == 0, to == taps})
				})
			}
		}
	})
}

// depthwiseTap returns the offsets of a tap, in bytes.
func (c *Conv) depthwiseTap(r *run, ty, tx int) segment {
	tap := (r.h.k+ty*r.h.dk)*c.Window.W.Size + r.w.k + tx*r.w.dk
	return segment{
		offset: floatSize * (ty*r.h.step*c.In.Row + tx*r.w.step*c.In.Pixel),
		terms:  floatSize * tap * PanelWidth,
	}
}
