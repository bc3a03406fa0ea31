//go:build amd64 && !noasm

package kernel

// scatter and gather are the shapes of the transforms; see winogradPatch4 and winogradFold4.
type (
	scatter func(src *float32, srcRow, srcPixel, srcNext uintptr, dst *float32, step, dstNext uintptr, tiles int)
	gather  func(src *float32, step uintptr, dst *float32, dstRow, dstPixel, dstNext uintptr, tiles int)
	output  func(src *float32, step uintptr, dst *float32, dstRow, dstPixel, dstNext uintptr, tiles int,
		bias, mask *float32, maskRow, maskPixel, maskNext uintptr, flags int)
)

// winogradKernels holds the transforms of one form.
type winogradKernels struct {
	patch, grad, weights scatter
	fold                 gather
	output               output
}

var (
	winograd2 = winogradKernels{winogradPatch2, winogradGrad2, winogradWeights2, winogradFold2, winogradOutput2}
	winograd4 = winogradKernels{winogradPatch4, winogradGrad4, winogradWeights4, winogradFold4, winogradOutput4}
)

func winogradKernelsOf(m int) *winogradKernels {
	if m == 2 {
		return &winograd2
	}
	return &winograd4
}

// tileMask is a flag of an output transform, as in the generator.
const tileMask = 4

// noBias is the bias of a convolution that has none.
var noBias [PanelWidth]float32

func winogradVector(w Winograd, b0, b1, j0, j1 int, scratch []float32) {
	w.check("winograd", b0, b1, j0, j1, scratch)
	w.checkEpilogue("winograd")
	v, m, spare := w.share(scratch)
	for b := b0; b < b1; b++ {
		t0, t1 := w.blockTilesOf(b)
		w.patches(v, spare, t0, t1)
		for j := j0; j < j1; j += w.group() {
			end := min(j+w.group(), j1)
			w.products(m, v, j, end, t1-t0)
			for l := j; l < end; l++ {
				w.outputs(m[(l-j)*w.panelLen():], t0, t1, l)
			}
		}
	}
}

// share divides scratch memory among transformed patches, the products (or transformed gradients) of a group of panels,
// and one patch.
func (w *Winograd) share(scratch []float32) (v, m, spare []float32) {
	v, rest := scratch[:points(w.M)*w.vStep()], scratch[points(w.M)*w.vStep():]
	return v, rest[:w.group()*w.panelLen()], rest[w.group()*w.panelLen():]
}

// eachRun calls f for the runs of tiles [t0, t1) that lie in one row of one image and of which all or none are whole:
// their squares of size pixels, which begin pad pixels before their output's first, lie in an image with its halo.
func (w *Winograd) eachRun(t0, t1 int, m *Image, size int, pad Window, f func(t, n, y, x, count int, whole bool)) {
	_, across := w.tiles()
	inside := func(first, length, halo int) bool { return first >= -halo && first+size <= length+halo }
	for t := t0; t < t1; {
		n, y, x := w.tile(t)
		y, x = y-pad.H.Pad, x-pad.W.Pad
		whole := inside(y, m.H, m.Halo) && inside(x, m.W, m.Halo)
		count := 1
		if whole {
			last := min(across-t%across, t1-t)
			for count < last && inside(x+count*w.M, m.W, m.Halo) {
				count++
			}
		}
		f(t, n, y, x, count, whole)
		t += count
	}
}

// patches writes the transformed patches of tiles [t0, t1) to v. Those that reach over the halo are copied first.
func (w *Winograd) patches(v, spare []float32, t0, t1 int) {
	size := w.M + 2
	transform := winogradKernelsOf(w.M).patch
	w.eachRun(t0, t1, &w.In, size, w.Window, func(t, n, y, x, count int, whole bool) {
		from := w.In
		if !whole {
			from = NHWC(spare, 1, size, size, w.In.C, 0)
			copyPatch(&from, &w.In, n, y, x)
			n, y, x = 0, 0, 0
		}
		const wide = 2 * 8 // channels of one transform
		for block := range Panels(w.In.C) {
			transform(&from.Data[from.at(n, y, x, block*PanelWidth)], bytes(from.Row), bytes(from.Pixel), bytes(w.M*from.Pixel-wide),
				&v[(t-t0)*w.In.C+block*PanelWidth], bytes(w.vStep()), bytes(w.In.C-wide), count)
		}
	})
}

// copyPatch fills dst with the part of image n of src that begins at (y, x), zero beyond its halo.
func copyPatch(dst, src *Image, n, y, x int) {
	clear(dst.Data[:dst.H*dst.Row])
	for i := max(0, -src.Halo-y); i < min(dst.H, src.H+src.Halo-y); i++ {
		for k := max(0, -src.Halo-x); k < min(dst.W, src.W+src.Halo-x); k++ {
			for c := 0; c < src.C; c += PanelWidth {
				from := src.at(n, y+i, x+k, c)
				copy(dst.Data[dst.at(0, i, k, c):][:PanelWidth], src.Data[from:from+PanelWidth])
			}
		}
	}
}

// heights returns how many tiles of six and of four rows make n of them, n even and not 2.
func heights(n int) (sixes, fours int) {
	switch n % 6 {
	case 4:
		return n / 6, 1
	case 2:
		return n/6 - 1, 2
	}
	return n / 6, 0
}

// nearElements is how many elements of transformed patches are multiplied with one panel after the other.
const nearElements = 1 << 14

// eachProduct calls f for ranges of positions [p, p+count) and panels [j0, j1), the panels inside.
func (w *Winograd) eachProduct(j0, j1 int, f func(p, count, j int)) {
	each := max(1, nearElements/(w.block()*w.In.C))
	for p := 0; p < points(w.M); p += each {
		for j := j0; j < j1; j++ {
			f(p, min(each, points(w.M)-p), j)
		}
	}
}

// products multiplies the patches of some tiles with panels [j0, j1) of the weights. It may write the products of a few
// tiles more, which are of no use.
func (w *Winograd) products(m, v []float32, j0, j1, tiles int) {
	sixes, fours := heights(max(4, tiles+tiles%2))
	w.eachProduct(j0, j1, func(p, count, j int) {
		winogradProducts(&v[p*w.vStep()], bytes(w.In.C), bytes(w.vStep()),
			&w.Weights[pointAt(w.M, w.In.C, j, p, 0)], bytes(w.In.C*PanelWidth+gap),
			&m[(j-j0)*w.panelLen()+p*w.mStep()], bytes(w.mStep()), count, sixes, fours, w.In.C)
	})
}

// outputs transforms the products of tiles [t0, t1) in panel j back and stores what lies in the image.
func (w *Winograd) outputs(m []float32, t0, t1, j int) {
	transform := winogradKernelsOf(w.M).output
	bias := &noBias[0]
	if w.Bias != nil {
		bias = &w.Bias[j*PanelWidth]
	}
	flags := 0
	if w.Accumulate {
		flags |= tileAccumulate
	}
	if w.Relu {
		flags |= tileRelu
	}
	out, mask := w.Out.Channels(j*PanelWidth, (j+1)*PanelWidth), Image{}
	out.Halo = 0
	if w.Mask.Data != nil {
		mask = w.Mask.Channels(j*PanelWidth, (j+1)*PanelWidth)
		mask.Halo = 0
		flags |= tileMask
	}
	store := func(from *float32, to, masked *Image, n, y, x, count int) {
		var first *float32
		if masked.Data != nil {
			first = &masked.Data[masked.at(n, y, x, 0)]
		}
		transform(from, bytes(w.mStep()),
			&to.Data[to.at(n, y, x, 0)], bytes(to.Row), bytes(to.Pixel), bytes(w.M*to.Pixel-PanelWidth), count,
			bias, first, bytes(masked.Row), bytes(masked.Pixel), bytes(w.M*masked.Pixel-PanelWidth), flags)
	}
	w.eachRun(t0, t1, &out, w.M, Window{}, func(t, n, y, x, count int, whole bool) {
		from := &m[(t-t0)*PanelWidth]
		if whole {
			store(from, &out, &mask, n, y, x, count)
			return
		}
		var spare [2][4 * 4 * PanelWidth]float32
		tile, masked := NHWC(hidden(&spare[0])[:], 1, w.M, w.M, PanelWidth, 0), mask
		if w.Accumulate {
			copyPatch(&tile, &out, n, y, x)
		}
		if mask.Data != nil {
			masked = NHWC(hidden(&spare[1])[:], 1, w.M, w.M, PanelWidth, 0)
			copyPatch(&masked, &mask, n, y, x)
		}
		store(from, &tile, &masked, 0, 0, 0, 1)
		out.clip(&tile, n, y, x)
	})
}

// clip stores the part of a tile that begins at (y, x) and lies in the image.
func (m *Image) clip(tile *Image, n, y, x int) {
	for i := range min(tile.H, m.H-y) {
		for k := range min(tile.W, m.W-x) {
			copy(m.Data[m.at(n, y+i, x+k, 0):][:PanelWidth], tile.Data[tile.at(0, i, k, 0):][:PanelWidth])
		}
	}
}

func winogradGradVector(w Winograd, b0, b1, j0, j1 int, scratch []float32) {
	w.checkGradient(b0, b1, j0, j1, scratch)
	v, z, spare := w.share(scratch)
	for b := b0; b < b1; b++ {
		t0, t1 := w.blockTilesOf(b)
		w.patches(v, spare, t0, t1)
		for j := j0; j < j1; j += w.group() {
			end := min(j+w.group(), j1)
			for l := j; l < end; l++ {
				w.gradientTiles(z[(l-j)*w.panelLen():], t0, t1, l)
			}
			w.gradProducts(v, z, j, end, t1-t0)
			for l := j; l < end; l++ {
				w.addBias(z[(l-j)*w.panelLen():], t1-t0, l, sumColumnsVector)
			}
		}
	}
}

// gradientTiles writes the transformed tiles [t0, t1) of panel j of the output's gradient to z.
func (w *Winograd) gradientTiles(z []float32, t0, t1, j int) {
	transform := winogradKernelsOf(w.M).grad
	image := w.Out.Channels(j*PanelWidth, (j+1)*PanelWidth)
	image.Halo = 0
	w.eachRun(t0, t1, &image, w.M, Window{}, func(t, n, y, x, count int, whole bool) {
		from := image
		var tile [4 * 4 * PanelWidth]float32
		if !whole {
			from = NHWC(hidden(&tile)[:], 1, w.M, w.M, PanelWidth, 0)
			copyPatch(&from, &image, n, y, x)
			n, y, x = 0, 0, 0
		}
		transform(&from.Data[from.at(n, y, x, 0)], bytes(from.Row), bytes(from.Pixel), bytes(w.M*from.Pixel-PanelWidth),
			&z[(t-t0)*PanelWidth], bytes(w.mStep()), 0, count)
	})
}

// gradProducts adds the products of some tiles to panels [j0, j1) of dU.
func (w *Winograd) gradProducts(v, z []float32, j0, j1, tiles int) {
	sixes, fours := heights(w.In.C)
	w.eachProduct(j0, j1, func(p, count, j int) {
		winogradGradProducts(&v[p*w.vStep()], bytes(w.In.C), bytes(w.vStep()),
			&z[(j-j0)*w.panelLen()+p*w.mStep()], bytes(w.mStep()),
			&w.Weights[pointAt(w.M, w.In.C, j, p, 0)], bytes(w.In.C*PanelWidth+gap), count, sixes, fours, tiles)
	})
}

func winogradWeightsVector(u, weights []float32, m, in, out, j0, j1 int) {
	checkWinogradWeights(u, weights, m, in, out, j0, j1)
	transform := winogradKernelsOf(m).weights
	eachWeightBlock(in, j0, j1, func(j, c int) {
		transform(&weights[filterAt(in, j, 0, c)], bytes(3*blockRow), bytes(blockRow), 0,
			&u[pointAt(m, in, j, 0, c)], bytes(in*PanelWidth+gap), 0, PanelWidth)
	})
}

func winogradFoldVector(dw, du []float32, m, in, out, j0, j1 int) {
	checkWinogradWeights(du, dw, m, in, out, j0, j1)
	transform := winogradKernelsOf(m).fold
	eachWeightBlock(in, j0, j1, func(j, c int) {
		transform(&du[pointAt(m, in, j, 0, c)], bytes(in*PanelWidth+gap),
			&dw[filterAt(in, j, 0, c)], bytes(3*blockRow), bytes(blockRow), 0, PanelWidth)
	})
}

// blockRow is the number of weights of one tap between two blocks of channels.
const blockRow = PanelWidth * PanelWidth

// eachWeightBlock calls f for every block of in channels, which begins at channel c, of panels [j0, j1).
func eachWeightBlock(in, j0, j1 int, f func(j, c int)) {
	for j := j0; j < j1; j++ {
		for c := 0; c < in; c += PanelWidth {
			f(j, c)
		}
	}
}
