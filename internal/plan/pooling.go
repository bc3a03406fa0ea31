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
// largest elements are found again in In and Out, which a mean does not read. A task is
// TaskRows rows of DIn.
type PoolGrad struct {
	In, Out, DIn, DOut Images
	Window             kernel.Window
	Mean               bool
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
	return fmt.Sprintf("%s of %dx%d, %v back to %v", poolName(w.Mean), w.Window.H.Size, w.Window.W.Size, w.DOut, w.DIn)
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
	in, out := images(b.memory(n.In(0)), b.dims(n.In(0))), images(dst, b.dims(n))
	w := &Pool{In: in, Out: out, Window: poolWindow(n), Mean: n.Op().Name() == "AvgPool2D", TaskRows: imageRows(out)}
	cost := dst.Len * w.Window.H.Size * w.Window.W.Size / 4
	b.add(at, Step{Node: n, Tasks: ceil(out.N*out.H, w.TaskRows), Cost: cost, Outs: []Ref{dst}, Do: w})
}

func (b *builder) emitPoolGrad(n *graph.Node, at int, dst Ref) {
	w := &PoolGrad{DIn: images(dst, b.dims(n)), Window: poolWindow(n), Mean: n.Op().Name() == "AvgPool2DGrad"}
	dOut := n.In(0)
	if !w.Mean {
		dOut = n.In(2)
		w.In, w.Out = images(b.memory(n.In(0)), b.dims(n.In(0))), images(b.memory(n.In(1)), b.dims(n.In(1)))
	}
	w.DOut, w.TaskRows = images(b.memory(dOut), b.dims(dOut)), imageRows(w.DIn)
	cost := w.DOut.Ref.Len * w.Window.H.Size * w.Window.W.Size / 2
	b.add(at, Step{Node: n, Tasks: ceil(w.DIn.N*w.DIn.H, w.TaskRows), Cost: cost, Outs: []Ref{dst}, Do: w})
}

func (b *builder) emitResize(n *graph.Node, at int, dst Ref) {
	a := n.Attrs()
	w := &Resize{Linear: a.Linear, Back: n.Op().Name() == "Resize2DGrad"}
	from, to := images(b.memory(n.In(0)), b.dims(n.In(0))), images(dst, b.dims(n))
	w.In, w.Out = from, to
	if w.Back {
		w.In, w.Out = to, from
	}
	w.TaskRows = imageRows(to)
	b.add(at, Step{Node: n, Tasks: ceil(to.N*to.H, w.TaskRows), Cost: max(from.Ref.Len, to.Ref.Len), Outs: []Ref{dst}, Do: w})
}
