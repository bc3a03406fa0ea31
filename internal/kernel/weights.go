package kernel

import "fmt"

// The weights of a convolution from in to out channels live in kernel order, [out/16][k][16]: the micro-kernel's panels.
// k runs over blocks of 16 input channels, then over the taps row by row, then over the channels of the block. The
// order is the same for every layout of the images. Transposed weights have one such part for each class of output
// positions, with the channels exchanged and the last tap first; see [Axis.transposed].

// WeightsLen returns the number of weights in either order, the unused ends of panels included.
func WeightsLen(w Window, in, out int) int { return PackedLen(w.size()*in, out) }

// TransposedLen returns the length of the data of TransposeWeights.
func TransposedLen(w Window, in, out int) int { return PackedLen(w.size()*out, in) }

// weight returns k for a tap of a window of taps and a channel of in.
func weight(taps, in, tap, channel int) int {
	block := channel / PanelWidth
	width := min(PanelWidth, in-block*PanelWidth)
	return block*PanelWidth*taps + tap*width + channel%PanelWidth
}

// Order is a row-major order of weights: the distances between neighbours along the kernel's height and width, the
// input channels and the output channels.
type Order struct{ H, W, In, Out int }

// OHWI is the order of TensorFlow Lite, HWIO that of Keras and JAX, OIHW that of PyTorch and ONNX.
func OHWI(w Window, in, out int) Order { return Order{w.W.Size * in, in, 1, w.size() * in} }
func HWIO(w Window, in, out int) Order { return Order{w.W.Size * in * out, in * out, out, 1} }
func OIHW(w Window, in, out int) Order { return Order{w.W.Size, 1, w.size(), w.size() * in} }

// PackWeights brings weights from a row-major order into kernel order. The unused ends of panels stay as they are.
func PackWeights(dst, src []float32, order Order, w Window, in, out int) {
	eachWeightRow(order, w, in, out, func(kernel, rowMajor, n int) {
		for l := range n {
			dst[kernel+l] = src[rowMajor+l*order.Out]
		}
	})
}

// UnpackWeights is the inverse of PackWeights.
func UnpackWeights(dst, src []float32, order Order, w Window, in, out int) {
	eachWeightRow(order, w, in, out, func(kernel, rowMajor, n int) {
		for l := range n {
			dst[rowMajor+l*order.Out] = src[kernel+l]
		}
	})
}

// eachWeightRow calls f for each tap, input channel and panel: with the index of its first weight in both orders, and the
// number of weights, which are neighbours in kernel order.
func eachWeightRow(order Order, w Window, in, out int, f func(kernel, rowMajor, n int)) {
	packed := Packed(nil, w.size()*in)
	for ky := range w.H.Size {
		for kx := range w.W.Size {
			for c := range in {
				k := weight(w.size(), in, ky*w.W.Size+kx, c)
				for o := 0; o < out; o += PanelWidth {
					f(packed.at(k, o), ky*order.H+kx*order.W+c*order.In+o*order.Out, min(PanelWidth, out-o))
				}
			}
		}
	}
}

// classStart returns how many taps the classes before (py, px) of a transposed convolution have.
func classStart(w Window, py, px int) int {
	start := 0
	for p := range py {
		start += w.H.transposed(p).n * w.W.Size
	}
	for p := range px {
		start += w.H.transposed(py).n * w.W.transposed(p).n
	}
	return start
}

// checkTranspose panics unless both slices hold the weights and [j0, j1) are panels of in channels.
func checkTranspose(dst, src []float32, w Window, in, out, j0, j1 int) {
	w.check("transposed weights")
	columns(in, j0, j1)
	if len(src) < WeightsLen(w, in, out) || len(dst) < TransposedLen(w, in, out) {
		panic(fmt.Sprintf("kernel: transposed weights: %d for %d, needs %d for %d",
			len(dst), len(src), TransposedLen(w, in, out), WeightsLen(w, in, out)))
	}
}

// transposeWeightsRef brings weights in kernel order into the order that Conv expects of its weights with Transposed
// set: panels [j0, j1) of in channels.
func transposeWeightsRef(dst, src []float32, w Window, in, out, j0, j1 int) {
	checkTranspose(dst, src, w, in, out, j0, j1)
	eachBlockPair(dst, src, w, in, out, j0, j1, transposeBlock)
}

// transposeBlock sets the [rows, cols] matrix d to the transpose of s. The rows of both are 16 elements apart.
func transposeBlock(d, s []float32, rows, cols int) {
	for i := range rows {
		for j := range cols {
			d[i*PanelWidth+j] = s[j*PanelWidth+i]
		}
	}
}

// eachBlockPair calls f for every tap and every pair of blocks of channels, as transposeBlock takes them.
func eachBlockPair(dst, src []float32, w Window, in, out, j0, j1 int, f func(d, s []float32, rows, cols int)) {
	packed := Packed(src, w.size()*in)
	for py := range w.H.Stride {
		h := w.H.transposed(py)
		for px := range w.W.Stride {
			v := w.W.transposed(px)
			class := Packed(dst[classStart(w, py, px)*out*Panels(in)*PanelWidth:], h.n*v.n*out)
			for t := range h.n * v.n {
				tap := (h.k+t/v.n*h.dk)*w.W.Size + v.k + t%v.n*v.dk
				for c := j0 * PanelWidth; c < min(j1*PanelWidth, in); c += PanelWidth {
					for o := 0; o < out; o += PanelWidth {
						f(class.Data[class.at(weight(h.n*v.n, out, t, o), c):], packed.Data[packed.at(weight(w.size(), in, tap, c), o):],
							min(PanelWidth, out-o), min(PanelWidth, in-c))
					}
				}
			}
		}
	}
}
