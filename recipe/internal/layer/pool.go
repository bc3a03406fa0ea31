package layer

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/internal/ops"
)

// Pool makes one number of each window of each channel: its largest, or its mean.
// x: [N H W C] → y: [N OH OW C]
type Pool struct {
	Kind          string
	Mean          bool
	Size, Stride  [2]int
	Pad           [2]int // zeros, or what is below everything, on each side
	Same          bool
	PadCounts     bool // the mean of a window counts padding as zeros
	ChannelsFirst bool
}

// Forward applies the layer. Windows side by side are computed by reshaping; maxima of
// others by those of shifted images, of which the steps are picked; means by a convolution.
func (p *Pool) Forward(x *graph.Node) *graph.Node {
	detail := fmt.Sprintf("%dx%d", p.Size[0], p.Size[1])
	return images(named{p, p.Kind, detail}, x, p.ChannelsFirst, 0, func(x *graph.Node) *graph.Node {
		w := graph.Window{Stride: p.Stride, Same: p.Same, Pad: [2][2]int{{p.Pad[0], p.Pad[0]}, {p.Pad[1], p.Pad[1]}}}
		sideBySide := p.Stride == p.Size && p.Pad == [2]int{}
		for i := range 2 {
			if p.Stride[i] < 1 || p.Size[i] < 1 || p.Pad[i] < 0 {
				return x.Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: fmt.Sprintf(
					"%s: windows %v moved by %v with padding %v: sizes and steps are at least 1, paddings at least 0", p.Kind, p.Size, p.Stride, p.Pad)})
			}
			sideBySide = sideBySide && (!p.Same || x.Shape()[1+i].Const%p.Size[i] == 0)
		}
		switch {
		case sideBySide:
			return p.blocks(x)
		case p.Mean:
			return p.means(x, w)
		}
		return p.shifts(x)
	})
}

// blocks cuts images into windows; rows and columns that fill none are left out.
func (p *Pool) blocks(x *graph.Node) *graph.Node {
	s := x.Shape()
	h, w := s[1].Const/p.Size[0], s[2].Const/p.Size[1]
	if h < 1 || w < 1 {
		return x.Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: fmt.Sprintf("%s: windows %v do not fit into %v", p.Kind, p.Size, s)})
	}
	x = x.Slice(1, graph.Fixed(0), graph.Fixed(h*p.Size[0])).Slice(2, graph.Fixed(0), graph.Fixed(w*p.Size[1]))
	x = x.ReshapeTo(graph.Shape{s[0], graph.Fixed(h), graph.Fixed(p.Size[0]), graph.Fixed(w), graph.Fixed(p.Size[1]), s[3]})
	if p.Mean {
		return x.Mean(2, 4)
	}
	return x.ReduceMax(2, 4)
}

// means is a convolution with equal weights. What padding adds counts as zeros where
// PadCounts is set, else not at all.
func (p *Pool) means(x *graph.Node, w graph.Window) *graph.Node {
	channels := x.Shape()[3].Const
	w.Groups = channels
	g, s := x.Graph(), x.Shape()
	kernel := ops.Filled(g, 1/float64(p.Size[0]*p.Size[1]), graph.Dims(p.Size[0], p.Size[1], 1, channels))
	y := x.Conv2D(kernel, w)
	if p.PadCounts || !p.Same && p.Pad == [2]int{} {
		return y
	}
	ones := ops.Filled(g, 1, append(graph.Dims(1), s[1:]...))
	return y.Div(ones.Conv2D(kernel, w))
}

// shifts takes the maxima of an image and of itself moved along each axis.
func (p *Pool) shifts(x *graph.Node) *graph.Node {
	pads := make([][2]int, 3)
	for i := range 2 {
		before, after := p.Pad[i], p.Pad[i]
		if p.Same {
			n, step := x.Shape()[1+i].Const, p.Stride[i]
			total := max(0, (n-1)/step*step+p.Size[i]-n)
			before, after = total/2, total-total/2
		}
		pads[1+i] = [2]int{before, after}
	}
	x = ops.Pad(x, pads, -math.MaxFloat32)
	for i := range 2 {
		n := x.Shape()[1+i].Const - p.Size[i] + 1
		if n < 1 {
			return x.Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: fmt.Sprintf("%s: windows %v do not fit into %v", p.Kind, p.Size, x.Shape())})
		}
		most := x.Slice(1+i, graph.Fixed(0), graph.Fixed(n))
		for k := 1; k < p.Size[i]; k++ {
			most = most.Max(x.Slice(1+i, graph.Fixed(k), graph.Fixed(k+n)))
		}
		x = every(most, 1+i, p.Stride[i])
	}
	return x
}

// every picks the elements 0, step, 2·step, ... along an axis of fixed length.
func every(x *graph.Node, axis, step int) *graph.Node {
	s := x.Shape()
	n := (s[axis].Const + step - 1) / step
	if step == 1 {
		return x
	}
	pads := make([][2]int, axis+1)
	pads[axis][1] = n*step - s[axis].Const
	cut := append(append(append(graph.Shape{}, s[:axis]...), graph.Dims(n, step)...), s[axis+1:]...)
	return ops.Pad(x, pads, 0).ReshapeTo(cut).Index(axis+1, 0)
}

// Upsample repeats each pixel.   x: [N H W C] → y: [N H·sh W·sw C]
type Upsample struct {
	Kind          string
	Times         [2]int
	ChannelsFirst bool
}

// Forward applies the layer.
func (u *Upsample) Forward(x *graph.Node) *graph.Node {
	detail := fmt.Sprintf("%dx%d", u.Times[0], u.Times[1])
	return images(named{u, u.Kind, detail}, x, u.ChannelsFirst, 0, func(x *graph.Node) *graph.Node {
		return ops.Repeat(ops.Repeat(x, u.Times[0], 1), u.Times[1], 2)
	})
}
