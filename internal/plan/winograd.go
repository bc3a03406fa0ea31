package plan

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// Winograd is a convolution in Winograd's form F(MxM, 3x3). The tiles are cut into
// blocks and the output channels into Splits ranges of panels, by shapes alone; a task is
// a block of a range, ranges outermost.
type Winograd struct {
	In, Out Images
	Window  kernel.Window
	Weights Ref
	Epilogue
	M      int
	Splits int
}

// WinogradWeights transforms a kernel [3 3 In Out], or with Transposed the one of the data
// gradient, from Out to In channels, by way of Scratch. A task is a panel of Dst.
type WinogradWeights struct {
	Src, Dst, Scratch Ref
	In, Out           int
	Transposed        bool
	M                 int
}

// WinogradGrad adds up the transformed weight gradient. The blocks of tiles are cut into
// Parts ranges by their number alone, each with weights of its own in Sums. A task is a
// panel of output channels of a part, parts outermost.
type WinogradGrad struct {
	In, Out Images
	Window  kernel.Window
	Sums    Ref // [Parts, transformed weights]
	M       int
	Parts   int
}

// WinogradFold adds the parts in order and transforms the sum back into [3 3 In Out], by
// way of Scratch. A task is a panel.
type WinogradFold struct {
	Sums, Scratch, Dst Ref
	In, Out            int
	M                  int
	Parts              int
}

func (*Winograd) Kind() string        { return "winograd" }
func (*WinogradWeights) Kind() string { return "weights" }
func (*WinogradGrad) Kind() string    { return "winogradgrad" }
func (*WinogradFold) Kind() string    { return "fold" }

func (w *Winograd) refs() []*Ref {
	return append(w.Epilogue.refs(), &w.In.Ref, &w.Out.Ref, &w.Weights)
}
func (w *WinogradWeights) refs() []*Ref { return []*Ref{&w.Src, &w.Dst, &w.Scratch} }
func (w *WinogradGrad) refs() []*Ref    { return []*Ref{&w.In.Ref, &w.Out.Ref, &w.Sums} }
func (w *WinogradFold) refs() []*Ref    { return []*Ref{&w.Sums, &w.Scratch, &w.Dst} }

func (w *Winograd) describe() string {
	return fmt.Sprintf("F(%d) %v to %v%v", w.M, w.In, w.Out, w.Epilogue)
}
func (w *WinogradWeights) describe() string {
	in, out := w.In, w.Out
	if w.Transposed {
		in, out = out, in
	}
	return fmt.Sprintf("F(%d) 3x3, %d to %d channels", w.M, in, out)
}
func (w *WinogradGrad) describe() string {
	return fmt.Sprintf("F(%d) %v and %v in %d parts", w.M, w.In, w.Out, w.Parts)
}
func (w *WinogradFold) describe() string { return fmt.Sprintf("F(%d) %d parts", w.M, w.Parts) }

// Of returns the convolution of the given images.
func (w *Winograd) Of(in, out kernel.Image) kernel.Winograd {
	return kernel.Winograd{M: w.M, Conv: kernel.Conv{In: in, Out: out, Window: w.Window}}
}

// Of returns the convolution whose gradient it is.
func (w *WinogradGrad) Of(in, out kernel.Image) kernel.Winograd {
	return kernel.Winograd{M: w.M, Conv: kernel.Conv{In: in, Out: out, Window: w.Window}}
}

// winogradTile returns M of Winograd's form for a convolution, or 0 where the direct
// method is as fast or the form does not apply.
func (b *builder) winogradTile(g geometry) int {
	const usual, precise = 4, 2
	m := usual
	if b.spec.Precise {
		m = precise
	}
	if g.groups != 1 || g.image[3]%kernel.PanelWidth != 0 || g.result[3]%kernel.PanelWidth != 0 {
		return 0
	}
	for _, a := range []kernel.Axis{g.window.H, g.window.W} {
		if a.Size != 3 || a.Stride != 1 || a.Dilation != 1 || a.Pad > 2 {
			return 0
		}
	}
	// The products of the tiles, against those of the definition, where they are few or
	// reach far over the edge.
	const leastTiles, gain = 6, 1.7
	tiles := g.result[0] * ceil(g.result[1], m) * ceil(g.result[2], m)
	direct := 9 * g.result[0] * g.result[1] * g.result[2]
	if tiles < leastTiles || float64(direct) < gain*float64(tiles*(m+2)*(m+2)) {
		return 0
	}
	return m
}

// winogradTasks is about how many tasks the work of a convolution in Winograd's form is
// cut into at least.
const winogradTasks = 16

// winogradCost is about the time of a convolution of that arithmetic on one core.
func winogradCost(flops, m int) int {
	if m == 2 {
		return flops / 130
	}
	return flops / 200
}

// emitWinograd goes from images to results, or with back from the results' gradient to
// the images'.
func (b *builder) emitWinograd(n *graph.Node, p *product, at int, g geometry, m int, out Images, back bool) {
	from, to, window := g.image, g.result, g.window
	if back {
		from, to = to, from
		window.H.Pad, window.W.Pad = 2-window.H.Pad, 2-window.W.Pad
	}
	weights := &WinogradWeights{
		Src: b.memory(p.mul.In(1)), Dst: b.newBuffer(kernel.WinogradLen(m, from[3], to[3])),
		In: g.image[3], Out: g.result[3], Transposed: back, M: m,
	}
	ordered := kernel.PackedLen(9*g.image[3], g.result[3])
	if back {
		ordered *= 2
	}
	weights.Scratch = b.newBuffer(ordered)
	// No Outs: between the positions lies what nobody writes.
	b.add(at-1, Step{Node: p.mul, Tasks: kernel.Panels(to[3]), Cost: weights.Src.Len, Do: weights})
	w := &Winograd{
		In: b.images(p.mul.In(0)), Out: out, Window: window,
		Weights: weights.Dst, Epilogue: b.epilogue(p), M: m,
	}
	k := w.Of(w.In.Of(nil), w.Out.Of(nil))
	w.Splits = min(ceil(winogradTasks, k.Blocks()), kernel.Panels(to[3]))
	b.plan.Scratch = max(b.plan.Scratch, k.ScratchLen())
	b.add(at, Step{
		Node: n, Tasks: k.Blocks() * w.Splits, Cost: winogradCost(g.flops(), m), Flops: g.flops(), Outs: []Ref{out.Ref}, Do: w,
	})
}

func (b *builder) emitWinogradGrad(n *graph.Node, at int, g geometry, m int, dst Ref) {
	w := &WinogradGrad{
		In: b.images(n.In(0)), Out: b.images(n.In(1)), Window: g.window, M: m,
	}
	k := w.Of(w.In.Of(nil), w.Out.Of(nil))
	panels := kernel.Panels(g.result[3])
	w.Parts = min(ceil(winogradTasks, panels), k.Blocks())
	w.Sums = b.newBuffer(w.Parts * kernel.WinogradLen(m, g.image[3], g.result[3]))
	b.plan.Scratch = max(b.plan.Scratch, k.ScratchLen())
	b.add(at-1, Step{
		Node: n, Tasks: w.Parts * panels, Cost: winogradCost(g.flops(), m), Flops: g.flops(), Outs: []Ref{w.Sums}, Do: w,
	})
	fold := &WinogradFold{
		Sums: w.Sums, Scratch: b.newBuffer(kernel.PackedLen(9*g.image[3], g.result[3])), Dst: dst,
		In: g.image[3], Out: g.result[3], M: m, Parts: w.Parts,
	}
	b.add(at, Step{Node: n, Tasks: panels, Cost: w.Sums.Len / 4, Outs: []Ref{dst}, Do: fold})
}
