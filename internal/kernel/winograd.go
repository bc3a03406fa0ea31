package kernel

import "fmt"

// Winograd is a 3x3 convolution with stride 1 computed in Winograd's form F(MxM, 3x3): tiles of M x M output pixels from
// patches of (M+2) x (M+2) input pixels,
//
//	y = Aᵀ·(U ∘ (Bᵀ·d·B))·A,   U = G·w·Gᵀ
//
// with (M+2)² multiplications where the definition has 9·M². Channels of both images are multiples of 16. In needs no
// halo: what lies beyond it is zero.
//
// The conv's weights are U, made by WinogradWeights from weights in kernel order, or for a data gradient from those of
// TransposeWeights (with Transposed not set: with stride 1 a data gradient is a convolution of dy with padding 2 - Pad).
// For the weight gradient they are dU, to which WinogradGrad adds; WinogradFold makes dw of it. Bias is then db.
//
// The result differs from the definition by rounding. The largest error is below 1e-5 of the root mean square of the
// result with F(2x2), as with the definition, and below 2e-4 with F(4x4), for normal inputs of up to 256 channels
// (TestWinogradAccuracy). It is relative to the largest values of a patch: a small output beside a huge input loses
// digits, and one NaN spreads over its tile.
//
// Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308.
type Winograd struct {
	Conv
	M int // 4 or 2
}

// Tiles of a block, by the number of input channels: what a block holds then fits the second cache.
const (
	blockTiles       = 24
	narrowBlockTiles = 16
	narrowChannels   = 32
)

// gap keeps the positions of a tile from falling into the same places of the cache: 64 bytes.
const gap = 16

// points returns the number of positions of a tile: M+2 squared.
func points(m int) int { return (m + 2) * (m + 2) }

// WinogradLen returns the length of U: [out/16][(M+2)²][in][16], with a gap behind each position.
func WinogradLen(m, in, out int) int { return Panels(out) * points(m) * (in*PanelWidth + gap) }

// tiles returns the number of tiles along both axes of an image.
func (w *Winograd) tiles() (h, v int) { return (w.Out.H + w.M - 1) / w.M, (w.Out.W + w.M - 1) / w.M }

// block returns the number of tiles of a block.
func (w *Winograd) block() int {
	if w.In.C <= narrowChannels {
		return narrowBlockTiles
	}
	return blockTiles
}

// Blocks returns the number of blocks of tiles, the unit in which the work is cut. It depends on shapes alone.
func (w *Winograd) Blocks() int {
	h, v := w.tiles()
	return (w.Out.N*h*v + w.block() - 1) / w.block()
}

// ScratchLen returns the length of the scratch memory that a call needs.
func (w *Winograd) ScratchLen() int {
	return points(w.M)*w.vStep() + w.group()*w.panelLen() + w.patchLen()
}

// group returns how many panels are computed together, so that transformed patches are read again while they are near.
func (w *Winograd) group() int { return min(4, Panels(w.Out.C)) }

// panelLen is the room for the products of one panel.
func (w *Winograd) panelLen() int { return points(w.M) * w.mStep() }

// vStep and mStep are the distances between positions of transformed patches, [T][in], and of products, [T][16].
func (w *Winograd) vStep() int { return w.block()*w.In.C + gap }
func (w *Winograd) mStep() int { return w.block()*PanelWidth + gap }

// patchLen is the room for one patch of the input, used where it reaches over the halo.
func (w *Winograd) patchLen() int { return points(w.M) * w.In.C }

func (w *Winograd) check(what string, b0, b1, j0, j1 int, scratch []float32) {
	if w.M != 2 && w.M != 4 {
		panic(fmt.Sprintf("kernel: %s: tiles of %d, want 2 or 4", what, w.M))
	}
	for _, a := range []Axis{w.Window.H, w.Window.W} {
		if a.Size != 3 || a.Stride != 1 || a.Dilation != 1 {
			panic(fmt.Sprintf("kernel: %s: window %+v is not 3x3 with stride 1", what, w.Window))
		}
	}
	if w.Transposed || w.In.C%PanelWidth != 0 || w.Out.C%PanelWidth != 0 {
		panic(fmt.Sprintf("kernel: %s: transposed %v, %d channels in, %d out", what, w.Transposed, w.In.C, w.Out.C))
	}
	w.checkShapes(what)
	if b0 < 0 || b1 < b0 || b1 > w.Blocks() {
		panic(fmt.Sprintf("kernel: %s: blocks [%d, %d) of %d", what, b0, b1, w.Blocks()))
	}
	columns(w.Out.C, j0, j1)
	if need := WinogradLen(w.M, w.In.C, w.Out.C); len(w.Weights) < need {
		panic(fmt.Sprintf("kernel: %s: %d weights, needs %d", what, len(w.Weights), need))
	}
	if len(scratch) < w.ScratchLen() {
		panic(fmt.Sprintf("kernel: %s: scratch has %d elements, needs %d", what, len(scratch), w.ScratchLen()))
	}
}
