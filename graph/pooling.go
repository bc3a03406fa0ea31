package graph

import "fmt"

// Pooling says of which windows of an image a pooling makes one number each. Of pairs
// the first is along the height, the second along the width.
type Pooling struct {
	Size     [2]int    `json:"size"`     // of a window
	Stride   [2]int    `json:"stride"`   // steps between windows; 0 for Size: windows side by side
	Dilation [2]int    `json:"dilation"` // steps between the elements of a window; 0 for 1
	Pad      [2][2]int `json:"pad"`      // places before and after the image that windows may reach; they count for nothing
	Same     bool      `json:"-"`        // pad so that there are ⌈in/stride⌉ windows, the odd place after, as in TensorFlow
}

func (p Pooling) pooling() Pooling { return p }

// convolution is the one that looks at the same places.
func (p Pooling) convolution() Window {
	return Window{Stride: p.Stride, Dilation: p.Dilation, Pad: p.Pad, Groups: 1}
}

// of fills in what was left out, for an image of rank 4.
func (p Pooling) of(image Shape) Pooling {
	for i := range 2 {
		if p.Stride[i] == 0 {
			p.Stride[i] = p.Size[i]
		}
	}
	w := p.convolution()
	w.Same = p.Same
	w = w.of(image, Dims(p.Size[0], p.Size[1], 1, 1))
	return Pooling{Size: p.Size, Stride: w.Stride, Dilation: w.Dilation, Pad: w.Pad}
}

// result returns the shape of what a pooling makes of an image.
func (p Pooling) result(what string, image *Node) (Type, *Refusal) {
	x := image.shape
	refuse := func(format string, args ...any) (Type, *Refusal) {
		return Type{}, &Refusal{Code: CodeShape, Message: what + ": " + fmt.Sprintf(format, args...), Notes: facts(image)}
	}
	if refusal := p.convolution().refused(what); refusal != nil {
		return Type{}, refusal
	}
	switch {
	case len(x) != 4:
		return refuse("it takes images [N H W C], not %v", x)
	case x[1:].Depends():
		return refuse("height, width and channels may not depend on the batch: %v", x)
	}
	out := Shape{x[0], {}, {}, x[3]}
	for i, axis := range []string{"height", "width"} {
		if p.Size[i] < 1 || p.Size[i] > longest {
			return refuse("windows of %v: each side is from 1 to %d", p.Size, longest)
		}
		n := p.convolution().outputs(i, x[1+i].Const, p.Size[i])
		if n < 1 {
			return refuse("windows of %d do not fit into %v elements with padding %v along the %s", p.Size[i], x[1+i], p.Pad[i], axis)
		}
		if !p.holds(i, 0, x[1+i].Const) || !p.holds(i, n-1, x[1+i].Const) {
			return refuse("with padding %v along the %s a window of %d would hold nothing of the image", p.Pad[i], axis, p.Size[i])
		}
		out[1+i] = Fixed(n)
	}
	return Type{Shape: out, DType: Float}, nil
}

// holds reports whether window i along an axis has an element inside of n elements.
func (p Pooling) holds(axis, i, n int) bool {
	for a := range p.Size[axis] {
		if at := p.at(axis, i, a); at >= 0 {
			return at < n
		}
	}
	return false
}

// at is the place of element a of window i along an axis.
func (p Pooling) at(axis, i, a int) int {
	return i*p.Stride[axis] + a*p.Dilation[axis] - p.Pad[axis][0]
}

// span is a first place along an axis, and how many there are.
type span struct{ first, n int }

// spans returns the parts of the windows along an axis that lie inside of an image of so
// many elements.
func (p Pooling) spans(axis, windows, elements int) []span {
	out := make([]span, windows)
	for i := range out {
		for a := range p.Size[axis] {
			if at := p.at(axis, i, a); at >= 0 && at < elements {
				if out[i].n == 0 {
					out[i].first = at
				}
				out[i].n++
			}
		}
	}
	return out
}

// windows calls f for every window of a result [N OH OW C], with its flat place there
// and those of its elements in the image, row by row. The places are valid until f
// returns.
func (p Pooling) windows(image, result []int, f func(y int, places []int)) {
	xs := strides(image)
	tops, lefts := p.spans(0, result[1], image[1]), p.spans(1, result[2], image[2])
	var places []int
	y := 0
	for n := range result[0] {
		for _, top := range tops {
			for _, left := range lefts {
				for c := range result[3] {
					places = places[:0]
					for a := range top.n {
						at := n*xs[0] + (top.first+a*p.Dilation[0])*xs[1] + left.first*xs[2] + c
						for range left.n {
							places = append(places, at)
							at += p.Dilation[1] * xs[2]
						}
					}
					f(y, places)
					y++
				}
			}
		}
	}
}

// lines calls f for every window along one axis of an image and a result that differ
// in this axis alone: with the flat place of the window, that of the first of its n
// elements, and the step to the next.
func (p Pooling) lines(axis int, image, result []int, f func(y, x, n, dx int)) {
	spans := p.spans(axis, result[1+axis], image[1+axis])
	inner := Size(result[2+axis:])
	dx := p.Dilation[axis] * inner
	for outer := range Size(result[:1+axis]) {
		for i, s := range spans {
			for c := range inner {
				f((outer*len(spans)+i)*inner+c, (outer*image[1+axis]+s.first)*inner+c, s.n, dx)
			}
		}
	}
}

// half is the shape of images pooled along the width alone.
func half(image, result []int) []int { return []int{image[0], image[1], result[2], image[3]} }
