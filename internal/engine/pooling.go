package engine

import (
	"github.com/descent-ml/descent/internal/kernel"
	"github.com/descent-ml/descent/internal/plan"
)

// imageOf returns the images that a plan speaks of.
func (m *Machine) imageOf(i plan.Images) kernel.Image { return i.Of(m.at(i.Ref)) }

func (m *Machine) pooling(w *plan.Pool, from, to int) {
	p := kernel.Pool{In: m.imageOf(w.In), Out: m.imageOf(w.Out), Window: w.Window}
	i0, i1 := from*w.TaskRows, min(to*w.TaskRows, p.Out.Rows())
	if w.Mean {
		m.set.AvgPool(p, i0, i1, 0, kernel.Panels(p.Out.C))
	} else {
		m.set.MaxPool(p, i0, i1, 0, kernel.Panels(p.Out.C))
	}
}

func (m *Machine) poolingGrad(w *plan.PoolGrad, from, to int) {
	g := kernel.PoolGrad{DIn: m.imageOf(w.DIn), DOut: m.imageOf(w.DOut)}
	g.Window = w.Window
	i0, i1 := from*w.TaskRows, min(to*w.TaskRows, g.DIn.Rows())
	if w.Mean {
		g.In, g.Out = w.DIn.Of(nil), w.DOut.Of(nil)
		m.set.AvgPoolGrad(g, i0, i1, 0, kernel.Panels(g.DIn.C))
		return
	}
	g.In, g.Out = m.imageOf(w.In), m.imageOf(w.Out)
	if w.Mask != nil {
		g.Mask, g.Accumulate = m.imageOf(*w.Mask), true
	}
	m.set.MaxPoolGrad(g, i0, i1, 0, kernel.Panels(g.DIn.C))
}

func (m *Machine) resize(w *plan.Resize, from, to int) {
	r := kernel.Resize{In: m.imageOf(w.In), Out: m.imageOf(w.Out), Linear: w.Linear}
	if w.Back {
		m.set.ResizeGrad(r, from*w.TaskRows, min(to*w.TaskRows, r.In.Rows()), 0, kernel.Panels(r.In.C))
	} else {
		m.set.Resize(r, from*w.TaskRows, min(to*w.TaskRows, r.Out.Rows()), 0, kernel.Panels(r.Out.C))
	}
}
