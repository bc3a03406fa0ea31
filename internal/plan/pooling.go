package plan

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
)

// Pool makes one number of each window of images: the largest, or with Mean the mean.
// A task is TaskRows rows of Out.
type Pool struct {
	In, Out  Images
	Window   kernel.Window
	Mean     bool
	TaskRows int
}

// PoolGrad is the derivative of a Pool, from that to its result, DOut, to DIn. The
// largest elements are found again in In and Out, which a mean does not read. With Mask it
// is added to what DIn holds, which is 0 then where the mask is not above 0. A task is
// TaskRows rows of DIn.
type PoolGrad struct {
	In, Out, DIn, DOut Images
	Window             kernel.Window
	Mean               bool
	Mask               *Images
	TaskRows           int
}

// Resize enlarges In to Out by whole factors; Back is its derivative, which adds up Out
// in In. A task is TaskRows rows of what is written.
type Resize struct {
	In, Out      Images
	Linear, Back bool
	TaskRows     int
}

func (*Pool) Kind() string     { return "pool" }
func (*PoolGrad) Kind() string { return "poolgrad" }
func (*Resize) Kind() string   { return "resize" }

func (w *Pool) refs() []*Ref { return []*Ref{&w.In.Ref, &w.Out.Ref} }
func (w *PoolGrad) refs() []*Ref {
	refs := []*Ref{&w.DIn.Ref, &w.DOut.Ref}
	if !w.Mean {
		refs = append(refs, &w.In.Ref, &w.Out.Ref)
	}
	if w.Mask != nil {
		refs = append(refs, &w.Mask.Ref)
	}
	return refs
}
func (w *Resize) refs() []*Ref { return []*Ref{&w.In.Ref, &w.Out.Ref} }

func poolName(mean bool) string {
	if mean {
		return "mean"
	}
	return "max"
}

func (w *Pool) describe() string {
	return fmt.Sprintf("%s of %dx%d, %v to %v", poolName(w.Mean), w.Window.H.Size, w.Window.W.Size, w.In, w.Out)
}
func (w *PoolGrad) describe() string {
	text := fmt.Sprintf("%s of %dx%d, %v back to %v", poolName(w.Mean), w.Window.H.Size, w.Window.W.Size, w.DOut, w.DIn)
	if w.Mask != nil {
		text += ", added, masked"
	}
	return text
}
func (w *Resize) describe() string {
	how := "nearest"
	if w.Linear {
		how = "bilinear"
	}
	if w.Back {
		return fmt.Sprintf("%s, %v back to %v", how, w.Out, w.In)
	}
	return fmt.Sprintf("%s, %v to %v", how, w.In, w.Out)
}

// imageRows is how many rows of images make a task: about 8,192 numbers.
func imageRows(m Images) int { return max(1, 8192/max(1, m.W*m.C)) }

func poolWindow(n *graph.Node) kernel.Window {
	p := n.Attrs().Pooling
	axis := func(i int) kernel.Axis {
		return kernel.Axis{Size: p.Size[i], Stride: p.Stride[i], Dilation: p.Dilation[i], Pad: p.Pad[i][0]}
	}
	return kernel.Window{H: axis(0), W: axis(1)}
}

func (b *builder) emitPool(n *graph.Node, at int, dst Ref) {
	in, out := b.images(n.In(0)), b.images(n)
	w := &Pool{In: in, Out: out, Window: poolWindow(n), Mean: n.Op().Name() == "AvgPool2D", TaskRows: imageRows(out)}
	cost := dst.Len * w.Window.H.Size * w.Window.W.Size / 4
	b.add(at, Step{Node: n, Tasks: ceil(out.N*out.H, w.TaskRows), Cost: cost, Outs: []Ref{dst}, Do: w})
}

// emitPoolGrad emits the derivative of a pooling, and where n is a sum of it what is added
// and the mask.
func (b *builder) emitPoolGrad(n *graph.Node) {
	grad := n
	p := b.pooled[n]
	if p != nil {
		grad = p.grad
	}
	w := &PoolGrad{DIn: b.images(n), Window: poolWindow(grad), Mean: grad.Op().Name() == "AvgPool2DGrad"}
	if w.Mean {
		w.DOut = b.images(grad.In(0))
	} else {
		w.In, w.Out, w.DOut = b.images(grad.In(0)), b.images(grad.In(1)), b.images(grad.In(2))
	}
	if p != nil {
		mask := b.images(p.mask)
		w.Mask = &mask
	}
	w.TaskRows = imageRows(w.DIn)
	cost := w.DOut.Ref.Len * w.Window.H.Size * w.Window.W.Size / 2
	b.add(b.stage[n], Step{Node: n, Tasks: ceil(w.DIn.N*w.DIn.H, w.TaskRows), Cost: cost, Outs: []Ref{w.DIn.Ref}, Do: w})
}

func (b *builder) emitResize(n *graph.Node, at int, dst Ref) {
	a := n.Attrs()
	w := &Resize{Linear: a.Linear, Back: n.Op().Name() == "Resize2DGrad"}
	from, to := b.images(n.In(0)), b.images(n)
	w.In, w.Out = from, to
	if w.Back {
		w.In, w.Out = to, from
	}
	w.TaskRows = imageRows(to)
	b.add(at, Step{Node: n, Tasks: ceil(to.N*to.H, w.TaskRows), Cost: max(from.Ref.Len, to.Ref.Len), Outs: []Ref{dst}, Do: w})
}
