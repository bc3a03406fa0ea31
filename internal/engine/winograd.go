package engine

import (
	"github.com/descent-ml/descent/internal/kernel"
	"github.com/descent-ml/descent/internal/plan"
)

func (m *Machine) winograd(w *plan.Winograd, from, to, worker int) {
	k := w.Of(m.imageOf(w.In), m.imageOf(w.Out))
	k.Weights = m.at(w.Weights)
	m.setEpilogue(&k.Conv, w.Epilogue, w.Out, 0, 1)
	blocks, panels := k.Blocks(), kernel.Panels(k.Out.C)
	eachRectangle(from, to, blocks, func(s0, s1, b0, b1 int) {
		m.set.Winograd(k, b0, b1, panels*s0/w.Splits, panels*s1/w.Splits, m.scratch[worker])
	})
}

// winogradWeights makes the kernel order of a part of the weights in Scratch, and the
// transform of that: of the output channels of a panel, or of the input channels where they
// become the outputs.
func (m *Machine) winogradWeights(w *plan.WinogradWeights, from, to int) {
	window := kernel.Square(3, 1, 1)
	src, dst, scratch := m.at(w.Src), m.at(w.Dst), m.at(w.Scratch)
	each := kernel.PackedLen(9*w.In, kernel.PanelWidth)
	if !w.Transposed {
		for j := from; j < to; j++ {
			ordered := scratch[j*each : (j+1)*each]
			kernel.PackWeights(ordered, src[j*kernel.PanelWidth:], hwio(window, w.In, w.Out), window, w.In, kernel.PanelWidth)
		}
		m.set.WinogradWeights(dst, scratch, w.M, w.In, w.Out, from, to)
		return
	}
	ordered, turned := scratch[:len(scratch)/2], scratch[len(scratch)/2:]
	each = kernel.PackedLen(9*w.Out, kernel.PanelWidth)
	for j := from; j < to; j++ {
		part := ordered[j*each : (j+1)*each]
		kernel.PackWeights(part, src[j*kernel.PanelWidth*w.Out:], hwio(window, w.In, w.Out), window, kernel.PanelWidth, w.Out)
		m.set.TransposeWeights(turned[j*each:(j+1)*each], part, window, kernel.PanelWidth, w.Out, 0, 1)
	}
	m.set.WinogradWeights(dst, turned, w.M, w.Out, w.In, from, to)
}

func (m *Machine) winogradGrad(w *plan.WinogradGrad, from, to, worker int) {
	k := w.Of(m.imageOf(w.In), m.imageOf(w.Out))
	sums := m.at(w.Sums)
	each := len(sums) / w.Parts
	blocks, panels := k.Blocks(), kernel.Panels(k.Out.C)
	eachRectangle(from, to, panels, func(p0, p1, j0, j1 int) {
		for p := p0; p < p1; p++ {
			k.Weights = sums[p*each : (p+1)*each]
			clear(k.Weights[each/panels*j0 : each/panels*j1])
			m.set.WinogradGrad(k, blocks*p/w.Parts, blocks*(p+1)/w.Parts, j0, j1, m.scratch[worker])
		}
	})
}

func (m *Machine) winogradFold(w *plan.WinogradFold, from, to int) {
	window := kernel.Square(3, 1, 1)
	sums, scratch, dst := m.at(w.Sums), m.at(w.Scratch), m.at(w.Dst)
	part, each := len(sums)/w.Parts, kernel.PackedLen(9*w.In, kernel.PanelWidth)
	panel := part / kernel.Panels(w.Out)
	for j := from; j < to; j++ {
		total := sums[j*panel : (j+1)*panel]
		for p := 1; p < w.Parts; p++ {
			m.set.Add(total, total, sums[p*part+j*panel:][:panel])
		}
		m.set.WinogradFold(scratch, sums, w.M, w.In, w.Out, j, j+1)
		kernel.UnpackWeights(dst[j*kernel.PanelWidth:], scratch[j*each:], hwio(window, w.In, w.Out), window, w.In, kernel.PanelWidth)
	}
}
