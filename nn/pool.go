package nn

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// MaxPool keeps the largest of each square of By x By pixels of each channel.
// x: [N H W C] → y: [N ⌊H/By⌋ ⌊W/By⌋ C]
type MaxPool struct {
	By   int
	Same bool // squares may reach over the edge: ⌈H/By⌉ of them
}

// Forward applies the layer.
func (p *MaxPool) Forward(x *graph.Node) *graph.Node {
	return resized(p, "MaxPool", p.By, x, func(x *graph.Node) *graph.Node { return x.MaxPool2D(squares(p.By, p.Same)) })
}

func (p *MaxPool) describe() (size, act string) { return fmt.Sprintf("%dx%d", p.By, p.By), "" }

// AvgPool takes the mean of each square of By x By pixels of each channel.
// x: [N H W C] → y: [N ⌊H/By⌋ ⌊W/By⌋ C]
type AvgPool struct {
	By   int
	Same bool // squares may reach over the edge, where the mean is over what is inside: ⌈H/By⌉ of them
}

// Forward applies the layer.
func (p *AvgPool) Forward(x *graph.Node) *graph.Node {
	return resized(p, "AvgPool", p.By, x, func(x *graph.Node) *graph.Node { return x.AvgPool2D(squares(p.By, p.Same)) })
}

func (p *AvgPool) describe() (size, act string) { return fmt.Sprintf("%dx%d", p.By, p.By), "" }

func squares(by int, same bool) graph.Pooling {
	return graph.Pooling{Size: [2]int{by, by}, Same: same}
}

// Upsample enlarges images by a whole factor. It repeats pixels, or with Linear
// interpolates between them: see [graph.Node.Resize2D].
// x: [N H W C] → y: [N H·By W·By C]
type Upsample struct {
	By     int
	Linear bool
}

// Forward applies the layer.
func (u *Upsample) Forward(x *graph.Node) *graph.Node {
	return resized(u, "Upsample", u.By, x, func(x *graph.Node) *graph.Node { return x.Resize2D(u.By, u.By, u.Linear) })
}

func (u *Upsample) describe() (size, act string) { return fmt.Sprintf("x%d", u.By), "" }

// GlobalAvgPool takes the mean of each channel over the image.   x: [N H W C] → y: [N C]
type GlobalAvgPool struct{}

// Forward applies the layer.
func (p *GlobalAvgPool) Forward(x *graph.Node) *graph.Node {
	return resized(p, "GlobalAvgPool", 1, x, func(x *graph.Node) *graph.Node { return x.Mean(1, 2) })
}

// GlobalMaxPool takes the largest of each channel over the image.   x: [N H W C] → y: [N C]
type GlobalMaxPool struct{}

// Forward applies the layer.
func (p *GlobalMaxPool) Forward(x *graph.Node) *graph.Node {
	return resized(p, "GlobalMaxPool", 1, x, func(x *graph.Node) *graph.Node { return x.ReduceMax(1, 2) })
}

// resized is f of images in the scope of a layer.
func resized(owner any, kind string, by int, x *graph.Node, f func(*graph.Node) *graph.Node) *graph.Node {
	if x.Poisoned() {
		return x
	}
	g := x.Graph()
	name := g.NameOf(owner, kind)
	defer g.Enter(scope(name, kind, ""))()
	switch {
	case by < 1:
		return g.Poison(graph.Diagnostic{Code: CodeArgument, Message: fmt.Sprintf("%s: By is %d, but it is at least 1", name, by)})
	case x.Rank() != 4:
		return g.Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("%s takes images [N height width channels], but its input is %v", name, x.Shape()),
			Notes:   graph.Columns([]string{"input", x.Shape().String(), x.Origin()}),
		})
	}
	return f(x)
}

// Pad puts zeros around images.   x: [N H W C] → y: [N H+Top+Bottom W+Left+Right C]
type Pad struct{ Top, Bottom, Left, Right int }

// Forward applies the layer.
func (p *Pad) Forward(x *graph.Node) *graph.Node {
	return resized(p, "Pad", 1, x, func(x *graph.Node) *graph.Node {
		return x.PadAxis(1, p.Top, p.Bottom).PadAxis(2, p.Left, p.Right)
	})
}

// Crop takes rows and columns off the edges of images.
// x: [N H W C] → y: [N H−Top−Bottom W−Left−Right C]
type Crop struct{ Top, Bottom, Left, Right int }

// Forward applies the layer.
func (c *Crop) Forward(x *graph.Node) *graph.Node {
	return resized(c, "Crop", 1, x, func(x *graph.Node) *graph.Node {
		s := x.Shape()
		y := x.Slice(1, graph.Fixed(c.Top), graph.Dim{Rows: s[1].Rows, Const: s[1].Const - c.Bottom})
		return y.Slice(2, graph.Fixed(c.Left), graph.Dim{Rows: s[2].Rows, Const: s[2].Const - c.Right})
	})
}
