package plan

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// Images is where images lie: [N H W C] with a halo on every side.
type Images struct {
	Ref        Ref
	N, H, W, C int
	Halo       int
	Pixel      int // distance of pixels; 0 for C
}

// Of returns the images with their data.
func (m Images) Of(data []float32) kernel.Image {
	if m.Pixel == 0 {
		return kernel.NHWC(data, m.N, m.H, m.W, m.C, m.Halo)
	}
	return kernel.NHWC(data, m.N, m.H, m.W, m.Pixel, m.Halo).Channels(0, m.C)
}

func (m Images) String() string { return fmt.Sprintf("[%d %d %d %d]", m.N, m.H, m.W, m.C) }

// Halo copies dense images into images with a halo of zeros. A task is TaskRows rows.
type Halo struct {
	Src, Dst Images
	TaskRows int
}

// Weights brings a kernel [KH KW In/Groups Out] into kernel order, group after group;
// Transposed into that of transposed convolutions, by way of Scratch. A task is a
// group.
type Weights struct {
	Src, Dst, Scratch Ref
	Window            kernel.Window
	In, Out, Groups   int // channels of all groups
	Transposed        bool
}

// Conv is a convolution, or a transposed one, with weights in kernel order. Tasks are
// TaskRows rows of one group, groups outermost.
type Conv struct {
	In, Out    Images
	Window     kernel.Window
	Weights    Ref
	Groups     int
	Transposed bool
	Epilogue
	TaskRows int
}

// Epilogue is what is done to the results of a convolution before they are stored.
type Epilogue struct {
	Bias *Ref // a number a channel
	Relu bool
	Mask *Images // like the result: an element is 0 where the mask is not above 0
}

func (e *Epilogue) refs() []*Ref {
	var refs []*Ref
	if e.Bias != nil {
		refs = append(refs, e.Bias)
	}
	if e.Mask != nil {
		refs = append(refs, &e.Mask.Ref)
	}
	return refs
}

func (e Epilogue) String() string {
	text := ""
	if e.Bias != nil {
		text += " + bias"
	}
	if e.Relu {
		text += ", relu"
	}
	if e.Mask != nil {
		text += ", masked"
	}
	return text
}

func (b *builder) epilogue(p *product) Epilogue {
	e := Epilogue{Relu: p.relu}
	if p.bias != nil {
		r := b.memory(p.bias)
		e.Bias = &r
	}
	if p.mask != nil {
		m := b.images(p.mask)
		e.Mask = &m
	}
	return e
}

// ConvGrad adds up the weight gradient of strips of the output. The strips are cut
// into Parts ranges by their number alone, each with weights of its own in Sums. A
// task is one part.
type ConvGrad struct {
	In, Out Images
	Window  kernel.Window
	Sums    Ref // [Parts, groups' weights in kernel order]
	Groups  int
	Parts   int
}

// AddParts adds the parts in order and brings the sum into [KH KW In/Groups Out]. A
// task is a group.
type AddParts struct {
	Sums, Dst       Ref
	Window          kernel.Window
	In, Out, Groups int
	Parts           int
}

func (*Halo) Kind() string     { return "halo" }
func (*Weights) Kind() string  { return "weights" }
func (*Conv) Kind() string     { return "conv" }
func (*ConvGrad) Kind() string { return "convgrad" }
func (*AddParts) Kind() string { return "addparts" }

func (w *Halo) refs() []*Ref     { return []*Ref{&w.Src.Ref, &w.Dst.Ref} }
func (w *Weights) refs() []*Ref  { return []*Ref{&w.Src, &w.Dst, &w.Scratch} }
func (w *Conv) refs() []*Ref     { return append(w.Epilogue.refs(), &w.In.Ref, &w.Out.Ref, &w.Weights) }
func (w *ConvGrad) refs() []*Ref { return []*Ref{&w.In.Ref, &w.Out.Ref, &w.Sums} }
func (w *AddParts) refs() []*Ref { return []*Ref{&w.Sums, &w.Dst} }

func (w *Halo) describe() string { return fmt.Sprintf("%v with %d around", w.Src, w.Dst.Halo) }
func (w *Weights) describe() string {
	return fmt.Sprintf("%dx%d, %d to %d channels", w.Window.H.Size, w.Window.W.Size, w.In, w.Out)
}
func (w *Conv) describe() string {
	verb := "to"
	if w.Transposed {
		verb = "back to"
	}
	return fmt.Sprintf("%v %s %v by %dx%d%v", w.In, verb, w.Out, w.Window.H.Size, w.Window.W.Size, w.Epilogue)
}
func (w *ConvGrad) describe() string {
	return fmt.Sprintf("%v and %v in %d parts", w.In, w.Out, w.Parts)
}
func (w *AddParts) describe() string { return fmt.Sprintf("%d parts", w.Parts) }

// convParts is how many partial weight gradients there are at most.
const convParts = 16

// filterDepth returns how many stages the derivative to a kernel takes.
func (b *builder) filterDepth(n *graph.Node) int {
	if b.winogradTile(b.filterGeometry(n)) > 0 {
		return 2
	}
	return 3
}

// geometry is a convolution from image to result with its kernel.
type geometry struct {
	image, result []int // [N H W C]
	window        kernel.Window
	groups        int
}

func (b *builder) geometry(n, image, result *graph.Node, kh, kw int) geometry {
	w := n.Attrs().Window
	axis := func(i, size int) kernel.Axis {
		return kernel.Axis{Size: size, Stride: w.Stride[i], Dilation: w.Dilation[i], Pad: w.Pad[i][0]}
	}
	return geometry{b.dims(image), b.dims(result), kernel.Window{H: axis(0, kh), W: axis(1, kw)}, w.Groups}
}

func (b *builder) filterGeometry(n *graph.Node) geometry {
	k := b.dims(n)
	return b.geometry(n, n.In(0), n.In(1), k[0], k[1])
}

// surrounded returns images whose halo is wide enough for a convolution, copied in
// the given stage where they have to be.
func (b *builder) surrounded(n *graph.Node, at int, m Images, reach int) Images {
	if reach == 0 {
		return m
	}
	wide := m
	wide.Halo, wide.Pixel = reach, 0
	wide.Ref = b.newBuffer(kernel.NHWCLen(m.N, m.H, m.W, m.C, reach))
	const rows = 64
	b.add(at, Step{
		Node: n, Tasks: ceil(m.N*m.H, rows), Cost: m.Ref.Len / 8, Outs: []Ref{wide.Ref},
		Do: &Halo{Src: m, Dst: wide, TaskRows: rows},
	})
	return wide
}

// emitConv emits a convolution, or a transposed one, with its epilogue, which ends at n.
func (b *builder) emitConv(n *graph.Node, p *product) {
	at, dst := b.stage[n], b.images(n)
	conv := p.mul
	k := b.dims(conv.In(1))
	back := conv.Op().Name() == "Conv2DTranspose"
	image, result := conv.In(0), conv
	if back {
		image, result = result, image
	}
	g := b.geometry(conv, image, result, k[0], k[1])
	if m := b.winogradTile(g); m > 0 {
		b.emitWinograd(n, p, at, g, m, dst, back)
	} else {
		b.emitDirect(n, p, at, g, dst, back)
	}
}

// emitConvFilter emits the derivative of a convolution to its kernel.
func (b *builder) emitConvFilter(n *graph.Node, at int, dst Ref) {
	g := b.filterGeometry(n)
	if m := b.winogradTile(g); m > 0 {
		b.emitWinogradGrad(n, at, g, m, dst)
	} else {
		b.emitDirectGrad(n, at, g, dst)
	}
}

// flops counts the arithmetic of a convolution by the direct method.
func (g geometry) flops() int {
	return 2 * graph.Size(g.result) * g.window.H.Size * g.window.W.Size * g.image[3] / g.groups
}

// emitDirect goes from images to results, or back along the transposed one.
func (b *builder) emitDirect(n *graph.Node, p *product, at int, g geometry, out Images, transposed bool) {
	in := b.images(p.mul.In(0))
	reach := (&kernel.Conv{In: in.Of(nil), Out: out.Of(nil), Window: g.window, Transposed: transposed}).Reach()
	in = b.surrounded(p.mul, at-1, in, reach)
	inG, outG := g.image[3]/g.groups, g.result[3]/g.groups
	ordered := g.groups * kernel.WeightsLen(g.window, inG, outG)
	w := &Weights{
		Src: b.memory(p.mul.In(1)), Dst: b.newBuffer(ordered), Window: g.window,
		In: g.image[3], Out: g.result[3], Groups: g.groups, Transposed: transposed,
	}
	w.Scratch = w.Dst
	if transposed {
		w.Dst = b.newBuffer(g.groups * kernel.TransposedLen(g.window, inG, outG))
	}
	b.add(at-1, Step{Node: p.mul, Tasks: g.groups, Cost: 2 * w.Src.Len, Outs: []Ref{w.Dst}, Do: w})
	rows := max(1, 8192/max(1, out.W*out.C))
	b.add(at, Step{
		Node: n, Tasks: g.groups * ceil(out.N*out.H, rows), Cost: g.flops() / 64, Flops: g.flops(), Outs: []Ref{out.Ref},
		Do: &Conv{
			In: in, Out: out, Window: g.window, Weights: w.Dst, Groups: g.groups, Transposed: transposed,
			Epilogue: b.epilogue(p), TaskRows: rows,
		},
	})
}

func (b *builder) emitDirectGrad(n *graph.Node, at int, g geometry, dst Ref) {
	in, out := b.images(n.In(0)), b.images(n.In(1))
	reach := (&kernel.Conv{In: in.Of(nil), Out: out.Of(nil), Window: g.window}).Reach()
	in = b.surrounded(n, at-2, in, reach)
	strips := out.Of(nil).Strips()
	parts := min(convParts, strips)
	length := g.groups * kernel.WeightsLen(g.window, g.image[3]/g.groups, g.result[3]/g.groups)
	sums := b.newBuffer(parts * length)
	b.add(at-1, Step{
		Node: n, Tasks: parts, Cost: g.flops() / 64, Flops: g.flops(), Outs: []Ref{sums},
		Do: &ConvGrad{In: in, Out: out, Window: g.window, Sums: sums, Groups: g.groups, Parts: parts},
	})
	b.add(at, Step{
		Node: n, Tasks: g.groups, Cost: sums.Len / 4, Outs: []Ref{dst},
		Do: &AddParts{Sums: sums, Dst: dst, Window: g.window, In: g.image[3], Out: g.result[3], Groups: g.groups, Parts: parts},
	})
}
