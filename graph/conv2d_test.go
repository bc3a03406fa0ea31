package graph

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
)

// conv convolves one image of one group on a copy with its zeros around it, by the
// formula of the doc comment.
func conv(x Array, k Array, stride, dilation [2]int, pad [2][2]int) Array {
	h, w := x.Dims[1], x.Dims[2]
	wide := NewArray(h+pad[0][0]+pad[0][1], w+pad[1][0]+pad[1][1], x.Dims[3])
	for i := range h {
		for j := range w {
			for c := range x.Dims[3] {
				wide.Data[((i+pad[0][0])*wide.Dims[1]+j+pad[1][0])*x.Dims[3]+c] = x.Data[(i*w+j)*x.Dims[3]+c]
			}
		}
	}
	oh := (wide.Dims[0]-dilation[0]*(k.Dims[0]-1)-1)/stride[0] + 1
	ow := (wide.Dims[1]-dilation[1]*(k.Dims[1]-1)-1)/stride[1] + 1
	out := NewArray(1, oh, ow, k.Dims[3])
	for i := range oh {
		for j := range ow {
			for o := range k.Dims[3] {
				sum := 0.0
				for a := range k.Dims[0] {
					for b := range k.Dims[1] {
						for c := range k.Dims[2] {
							at := ((i*stride[0]+a*dilation[0])*wide.Dims[1]+j*stride[1]+b*dilation[1])*x.Dims[3] + c
							sum += wide.Data[at] * k.Data[((a*k.Dims[1]+b)*k.Dims[2]+c)*k.Dims[3]+o]
						}
					}
				}
				out.Data[(i*ow+j)*k.Dims[3]+o] = sum
			}
		}
	}
	return out
}

func fill(dims ...int) Array {
	r := rand.New(rand.NewPCG(uint64(dims[0]), 1))
	a := NewArray(dims...)
	for i := range a.Data {
		a.Data[i] = r.NormFloat64()
	}
	return a
}

func TestConv2D(t *testing.T) {
	pads := func(top, bottom, left, right int) [2][2]int { return [2][2]int{{top, bottom}, {left, right}} }
	for _, tc := range []struct {
		name     string
		in       [3]int // height, width, channels
		kernel   [3]int // height, width, outputs
		w        Window
		stride   [2]int
		dilation [2]int
		pad      [2][2]int
	}{
		{"valid", [3]int{5, 4, 2}, [3]int{3, 2, 3}, Window{}, [2]int{1, 1}, [2]int{1, 1}, pads(0, 0, 0, 0)},
		{"1x1", [3]int{3, 2, 4}, [3]int{1, 1, 2}, Window{}, [2]int{1, 1}, [2]int{1, 1}, pads(0, 0, 0, 0)},
		{"same", [3]int{5, 4, 2}, [3]int{3, 3, 3}, Window{Same: true}, [2]int{1, 1}, [2]int{1, 1}, pads(1, 1, 1, 1)},
		{"same, even kernel: the odd zero comes after", [3]int{5, 5, 1}, [3]int{2, 4, 1}, Window{Same: true}, [2]int{1, 1}, [2]int{1, 1}, pads(0, 1, 1, 2)},
		{"same, stride 2 on an even length", [3]int{28, 28, 1}, [3]int{3, 3, 2}, Window{Same: true, Stride: [2]int{2, 2}}, [2]int{2, 2}, [2]int{1, 1}, pads(0, 1, 0, 1)},
		{"same, stride 2 on an odd length", [3]int{7, 7, 1}, [3]int{3, 3, 2}, Window{Same: true, Stride: [2]int{2, 2}}, [2]int{2, 2}, [2]int{1, 1}, pads(1, 1, 1, 1)},
		{"same, a stride longer than the kernel", [3]int{7, 7, 1}, [3]int{1, 2, 2}, Window{Same: true, Stride: [2]int{3, 4}}, [2]int{3, 4}, [2]int{1, 1}, pads(0, 0, 0, 0)},
		{"same, dilation", [3]int{7, 6, 1}, [3]int{3, 2, 2}, Window{Same: true, Dilation: [2]int{2, 3}}, [2]int{1, 1}, [2]int{2, 3}, pads(2, 2, 1, 2)},
		{"explicit, unequal on every side", [3]int{4, 5, 2}, [3]int{3, 3, 1}, Window{Pad: pads(0, 1, 2, 3), Stride: [2]int{2, 1}, Dilation: [2]int{1, 2}}, [2]int{2, 1}, [2]int{1, 2}, pads(0, 1, 2, 3)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			x, k := fill(1, tc.in[0], tc.in[1], tc.in[2]), fill(tc.kernel[0], tc.kernel[1], tc.in[2], tc.kernel[2])
			want := conv(x, k, tc.stride, tc.dilation, tc.pad)
			g := New(Inference)
			y := g.Array(x.Dims, x.Data).Conv2D(g.Array(k.Dims, k.Data), tc.w)
			got, err := Eval(Feed{}, y)
			if err != nil {
				t.Fatal(err)
			}
			equalArrays(t, got[0], want)
		})
	}
}

// Groups are convolutions of their own, side by side.
func TestConv2DGroups(t *testing.T) {
	g := New(Inference)
	x, k := fill(2, 5, 4, 6), fill(3, 2, 2, 9)
	image, kernel := g.Array(x.Dims, x.Data), g.Array(k.Dims, k.Data)
	var parts []*Node
	for i := range 3 {
		part := image.Slice(3, Fixed(2*i), Fixed(2*i+2))
		parts = append(parts, part.Conv2D(kernel.Slice(3, Fixed(3*i), Fixed(3*i+3)), Window{Same: true}))
	}
	got, err := Eval(Feed{}, image.Conv2D(kernel, Window{Same: true, Groups: 3}), Concat(3, parts...))
	if err != nil {
		t.Fatal(err)
	}
	equalArrays(t, got[0], got[1])
}

// A transposed convolution is the adjoint of the convolution: ⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩.
func TestConv2DTranspose(t *testing.T) {
	w := Window{Pad: [2][2]int{{1, 0}, {2, 1}}, Stride: [2]int{2, 3}, Dilation: [2]int{1, 2}, Groups: 2}
	g := New(Inference)
	x, k := fill(2, 7, 9, 4), fill(3, 2, 2, 6)
	image, kernel := g.Array(x.Dims, x.Data), g.Array(k.Dims, k.Data)
	forth := image.Conv2D(kernel, w)
	y := fill(forth.Shape().At(1)...)
	other := g.Array(y.Dims, y.Data)
	got, err := Eval(Feed{}, forth.Mul(other).Sum(), image.Mul(other.Conv2DTranspose(kernel, w, 7, 9)).Sum())
	if err != nil {
		t.Fatal(err)
	}
	equalArrays(t, got[0], got[1])
}

func equalArrays(t *testing.T, got, want Array) {
	t.Helper()
	if fmt.Sprint(got.Dims) != fmt.Sprint(want.Dims) {
		t.Fatalf("the result is %v, want %v", got.Dims, want.Dims)
	}
	for i, v := range want.Data {
		if math.Abs(got.Data[i]-v) > 1e-12*max(1, math.Abs(v)) {
			t.Fatalf("element %d is %v, want %v", i, got.Data[i], v)
		}
	}
}

func TestConv2DRefuses(t *testing.T) {
	for _, tc := range []struct {
		name          string
		image, kernel Shape
		w             Window
		want          string // "" is the legal neighbour
	}{
		{"rank", Rows(4, 4), Dims(3, 3, 1, 1), Window{}, "conv2d: it takes images [N H W C] and a kernel [KH KW C Out], not [N 4 4] and [3 3 1 1]"},
		{"legal", Rows(4, 4, 1), Dims(3, 3, 1, 1), Window{}, ""},
		{"channels", Rows(4, 4, 3), Dims(3, 3, 1, 1), Window{}, "conv2d: images have 3 channels, but the kernel [3 3 1 1] takes 1"},
		{"groups", Rows(4, 4, 3), Dims(3, 3, 1, 4), Window{Groups: 2}, "conv2d: 3 channels in 2 groups do not fit a kernel [3 3 1 4]: it takes 2 channels and gives a multiple of 2"},
		{"legal groups", Rows(4, 4, 2), Dims(3, 3, 1, 4), Window{Groups: 2}, ""},
		{"too small", Rows(4, 2, 1), Dims(3, 3, 1, 1), Window{}, "conv2d: a kernel of 3 does not fit into 2 elements with padding [0 0] along the width"},
		{"legal with padding", Rows(4, 2, 1), Dims(3, 3, 1, 1), Window{Pad: [2][2]int{{0, 0}, {0, 1}}}, ""},
		{"negative stride", Rows(4, 4, 1), Dims(3, 3, 1, 1), Window{Stride: [2]int{-1, 1}}, "conv2d: stride -1, dilation 1 and padding [0 0] along the height: strides and dilations are at least 1, paddings at least 0, and all at most 1048576"},
		{"no kernel", Rows(4, 4, 1), Dims(0, 3, 1, 1), Window{}, "conv2d: a kernel of 0 does not fit into 4 elements with padding [0 0] along the height"},
		{"height of the batch", Shape{Batch, Batch, Fixed(4), Fixed(1)}, Dims(3, 3, 1, 1), Window{}, "conv2d: height, width, channels and kernel may not depend on the batch: [N N 4 1] and [3 3 1 1]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := New(Inference)
			g.Input("x", tc.image, Unknown).Conv2D(g.Input("k", tc.kernel, Unknown), tc.w)
			got := ""
			if ds := g.Diagnostics(); len(ds) > 0 {
				got = ds[0].Message
			}
			if got != tc.want {
				t.Errorf("got  %s\nwant %s", got, tc.want)
			}
		})
	}
	g := New(Inference)
	y := g.Input("y", Rows(4, 4, 2), Unknown)
	y.Conv2DTranspose(g.Input("k", Dims(3, 3, 1, 2), Unknown), Window{Stride: [2]int{2, 2}}, 8, 9)
	if got := g.Diagnostics().Error(); !strings.Contains(got, "conv2d_transpose: a convolution of 8 elements has 3, not the 4 that there are") {
		t.Error(got)
	}
}
