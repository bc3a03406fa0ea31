package kernel

import "fmt"

// Axis is one axis of a window that slides over an image: output position i reads the input positions
// i*Stride - Pad + k*Dilation for k < Size.
type Axis struct{ Size, Stride, Dilation, Pad int }

// Window is the geometry of a convolution or of pooling.
type Window struct{ H, W Axis }

// Square returns a window that is the same along both axes, without dilation.
func Square(size, stride, pad int) Window {
	a := Axis{Size: size, Stride: stride, Dilation: 1, Pad: pad}
	return Window{a, a}
}

// size returns the number of taps.
func (w Window) size() int { return w.H.Size * w.W.Size }

func (w Window) check(what string) {
	if min(w.H.Size, w.W.Size, w.H.Stride, w.W.Stride, w.H.Dilation, w.W.Dilation) < 1 {
		panic(fmt.Sprintf("kernel: %s: sizes, strides and dilations of a window are at least 1: %+v", what, w))
	}
}

// taps are the input positions that an output position reads along one axis: position i of a class reads
// start + i*stride + t*step for t < n, in the order of the weights; tap t is number k + t*dk of the kernel.
type taps struct{ n, start, stride, step, k, dk int }

// forward returns the taps of a convolution, which has one class.
func (a Axis) forward() taps {
	return taps{n: a.Size, start: -a.Pad, stride: a.Stride, step: a.Dilation, dk: 1}
}

// transposed returns the taps of class p of the transposed convolution: its outputs at p, p + Stride, p + 2·Stride ...
// An output y of it reads the inputs i with i*Stride - Pad + k*Dilation = y for some k. The last k comes first, so that
// inputs come in ascending order.
func (a Axis) transposed(p int) taps {
	t := taps{stride: 1}
	for k := a.Size - 1; k >= 0; k-- {
		if (p+a.Pad-k*a.Dilation)%a.Stride != 0 {
			continue
		}
		position := (p + a.Pad - k*a.Dilation) / a.Stride
		switch t.n {
		case 0:
			t.start, t.k = position, k
		case 1:
			t.step, t.dk = position-t.start, k-t.k
		}
		t.n++
	}
	return t
}

// reach returns the first and the last position that count outputs read.
func (t taps) reach(count int) (first, last int) {
	return t.start, t.start + (count-1)*t.stride + (t.n-1)*t.step
}
