package engine

import (
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/plan"
)

// diagnose runs the stages before the updates once more, one step at a time, and
// names the first op whose result is not finite although the run depends on it.
func (m *Machine) diagnose() *NonFinite {
	clear(m.tripped)
	var guard *plan.Guard
	for s := range m.plan.Updates {
		for i := range m.plan.Stages[s] {
			st := &m.plan.Stages[s][i]
			switch w := st.Do.(type) {
			case *plan.Elem:
				if n, v := m.watch(w); n != nil {
					return &NonFinite{Node: n, Step: m.step, Value: v}
				}
			case *plan.Guard:
				guard = w
			default:
				m.do(span{st, 0, st.Tasks}, 0)
				if v, bad := m.bad(st); bad {
					return &NonFinite{Node: st.Node, Step: m.step, Value: v}
				}
			}
		}
	}
	for i, r := range guard.Values {
		if v, bad := firstBad(m.at(r)); bad {
			return &NonFinite{Node: guard.Nodes[i], Step: m.step, Value: v}
		}
	}
	return nil
}

// bad returns the first element of a step's results that is infinite or not a number.
func (m *Machine) bad(st *plan.Step) (float32, bool) {
	if out, ok := outImages(st.Do); ok && out.Pixel > 0 { // between the pixels lies what others write
		data := m.at(out.Ref)
		for i := range out.N * out.H * out.W {
			if v, bad := firstBad(data[i*out.Pixel:][:out.C]); bad {
				return v, true
			}
		}
		return 0, false
	}
	for _, r := range st.Outs {
		if v, bad := firstBad(m.at(r)); bad {
			return v, true
		}
	}
	return 0, false
}

// outImages returns the images that a step writes, which may be a part of others.
func outImages(w plan.Work) (out plan.Images, ok bool) {
	switch w := w.(type) {
	case *plan.Conv:
		return w.Out, true
	case *plan.Winograd:
		return w.Out, true
	case *plan.PoolGrad:
		return w.DIn, true
	}
	return plan.Images{}, false
}

// watch runs an elementwise program and looks at the result of every node, which
// is that of the node's last instruction.
func (m *Machine) watch(w *plan.Elem) (*graph.Node, float32) {
	for lo := 0; lo < w.Size; lo += plan.TileLen {
		n := min(plan.TileLen, w.Size-lo)
		for i := range w.Code {
			in := &w.Code[i]
			m.instr(w, in, lo, n, 0)
			if i+1 < len(w.Code) && w.Code[i+1].Node == in.Node {
				continue
			}
			if v, bad := firstBad(m.slot(w, in.Dst, lo, n, 0)); bad {
				return in.Node, v
			}
		}
	}
	return nil, 0
}

// firstBad returns the first element that is infinite or not a number.
func firstBad(x []float32) (float32, bool) {
	for _, v := range x {
		if f := float64(v); math.IsInf(f, 0) || math.IsNaN(f) {
			return v, true
		}
	}
	return 0, false
}
