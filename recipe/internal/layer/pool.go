package layer

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// Pool makes one number of each window of each channel: its largest, or its mean.
// x: [N H W C] → y: [N OH OW C]
type Pool struct {
	Kind          string
	Mean          bool
	Size, Stride  [2]int
	Pad           [2]int // on each side
	Same          bool
	PadCounts     bool // the mean of a window counts padding as zeros, else not at all
	ChannelsFirst bool
}

// Forward applies the layer.
func (p *Pool) Forward(x *graph.Node) *graph.Node {
	detail := fmt.Sprintf("%dx%d", p.Size[0], p.Size[1])
	return images(named{p, p.Kind, detail}, x, p.ChannelsFirst, 0, func(x *graph.Node) *graph.Node {
		for i := range 2 {
			if p.Stride[i] < 1 || p.Size[i] < 1 || p.Pad[i] < 0 {
				return x.Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: fmt.Sprintf(
					"%s: windows %v moved by %v with padding %v: sizes and steps are at least 1, paddings at least 0", p.Kind, p.Size, p.Stride, p.Pad)})
			}
		}
		w := graph.Pooling{Size: p.Size, Stride: p.Stride, Same: p.Same, Pad: [2][2]int{{p.Pad[0], p.Pad[0]}, {p.Pad[1], p.Pad[1]}}}
		switch {
		case !p.Mean:
			return x.MaxPool2D(w)
		case p.PadCounts:
			w.Pad = [2][2]int{}
			x = x.PadAxis(1, p.Pad[0], p.Pad[0]).PadAxis(2, p.Pad[1], p.Pad[1])
		}
		return x.AvgPool2D(w)
	})
}

// Upsample enlarges images by whole factors: it repeats each pixel, or interpolates
// between them.   x: [N H W C] → y: [N H·sh W·sw C]
type Upsample struct {
	Kind          string
	Times         [2]int
	Linear        bool
	ChannelsFirst bool
}

// Forward applies the layer.
func (u *Upsample) Forward(x *graph.Node) *graph.Node {
	detail := fmt.Sprintf("%dx%d", u.Times[0], u.Times[1])
	return images(named{u, u.Kind, detail}, x, u.ChannelsFirst, 0, func(x *graph.Node) *graph.Node {
		return x.Resize2D(u.Times[0], u.Times[1], u.Linear)
	})
}
