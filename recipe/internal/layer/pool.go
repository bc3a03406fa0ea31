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
	ChannelsFirst bool
}

// Forward applies the layer. Windows side by side, and overlapping ones moved by one,
// are computed by reshaping and by maxima of shifted images; the means of any windows
// by a convolution.
func (p *Pool) Forward(x *graph.Node) *graph.Node {
	detail := fmt.Sprintf("%dx%d", p.Size[0], p.Size[1])
	return images(named{p, p.Kind, detail}, x, p.ChannelsFirst, 0, func(x *graph.Node) *graph.Node {
		w := graph.Window{Stride: p.Stride, Same: p.Same, Pad: [2][2]int{{p.Pad[0], p.Pad[0]}, {p.Pad[1], p.Pad[1]}}}
		sideBySide := p.Stride == p.Size && p.Pad == [2]int{}
		for i := range 2 {
			sideBySide = sideBySide && (!p.Same || x.Shape()[1+i].Const%p.Size[i] == 0)
		}
		switch {
		case sideBySide:
			return p.blocks(x)
		case p.Mean && !p.Same && p.Pad == [2]int{}:
			return p.means(x, w)
		case !p.Mean && p.Stride == [2]int{1, 1}:
			return p.shifts(x)
		}
		return x.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("%s of windows %v moved by %v over %v is not supported: windows lie side by side, or move by 1", p.Kind, p.Size, p.Stride, x.Shape()),
			Fixes:   []string{fmt.Sprintf("%s(%d), whose windows lie side by side", p.Kind, p.Stride[0])},
		})
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

func (p *Pool) means(x *graph.Node, w graph.Window) *graph.Node {
	channels := x.Shape()[3].Const
	w.Groups = channels
	each := 1 / float64(p.Size[0]*p.Size[1])
	kernel := ops.Filled(x.Graph(), each, graph.Dims(p.Size[0], p.Size[1], 1, channels))
	return x.Conv2D(kernel, w)
}

// shifts takes the maxima of an image and of itself moved along each axis.
func (p *Pool) shifts(x *graph.Node) *graph.Node {
	pads := make([][2]int, 3)
	for i := range 2 {
		before, after := p.Pad[i], p.Pad[i]
		if p.Same {
			before = (p.Size[i] - 1) / 2
			after = p.Size[i] - 1 - before
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
		x = most
	}
	return x
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
