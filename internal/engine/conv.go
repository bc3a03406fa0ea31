package engine

import (
	"github.com/descent-ml/descent/internal/kernel"
	"github.com/descent-ml/descent/internal/plan"
)

func (m *Machine) halo(w *plan.Halo, from, to int) {
	src, dst := w.Src.Of(m.at(w.Src.Ref)), w.Dst.Of(m.at(w.Dst.Ref))
	i0, i1 := from*w.TaskRows, min(to*w.TaskRows, src.Rows())
	blocks := kernel.Panels(src.C)
	m.set.CopyImage(dst, src, i0, i1, 0, blocks)
	m.set.ZeroHalo(dst, i0, i1, 0, blocks)
}

// hwio is the order of the weights of one group within [KH KW In/Groups Out].
func hwio(w kernel.Window, in, out int) kernel.Order {
	return kernel.Order{H: w.W.Size * in * out, W: in * out, In: out, Out: 1}
}

func (m *Machine) weights(w *plan.Weights, from, to int) {
	in, out := w.In/w.Groups, w.Out/w.Groups
	each := kernel.WeightsLen(w.Window, in, out)
	for g := from; g < to; g++ {
		ordered := m.at(w.Scratch)[g*each : (g+1)*each]
		clear(ordered) // the ends of panels
		kernel.PackWeights(ordered, m.at(w.Src)[g*out:], hwio(w.Window, in, w.Out), w.Window, in, out)
		if w.Transposed {
			n := kernel.TransposedLen(w.Window, in, out)
			turned := m.at(w.Dst)[g*n : (g+1)*n]
			clear(turned)
			m.set.TransposeWeights(turned, ordered, w.Window, in, out, 0, kernel.Panels(in))
		}
	}
}

// group returns the channels of one of several groups.
func group(m kernel.Image, g, groups int) kernel.Image {
	n := m.C / groups
	return m.Channels(g*n, (g+1)*n)
}

func (m *Machine) conv(w *plan.Conv, from, to int) {
	in, out := w.In.Of(m.at(w.In.Ref)), w.Out.Of(m.at(w.Out.Ref))
	all := m.at(w.Weights)
	each := len(all) / w.Groups
	blocks := (out.Rows() + w.TaskRows - 1) / w.TaskRows
	eachRectangle(from, to, blocks, func(g0, g1, i0, i1 int) {
		for g := g0; g < g1; g++ {
			c := kernel.Conv{
				In: group(in, g, w.Groups), Out: group(out, g, w.Groups), Window: w.Window,
				Weights: all[g*each : (g+1)*each], Transposed: w.Transposed,
			}
			m.setEpilogue(&c, w.Epilogue, w.Out, g, w.Groups)
			m.set.Conv(c, i0*w.TaskRows, min(i1*w.TaskRows, out.Rows()), 0, kernel.Panels(c.Out.C))
		}
	})
}

// setEpilogue gives a convolution of one of several groups what is done to its results.
func (m *Machine) setEpilogue(c *kernel.Conv, e plan.Epilogue, out plan.Images, g, groups int) {
	c.Relu = e.Relu
	if e.Bias != nil {
		n := out.C / groups
		c.Bias = m.at(*e.Bias)[g*n : (g+1)*n]
	}
	if e.Mask != nil {
		c.Mask = group(m.imageOf(*e.Mask), g, groups)
	}
}

func (m *Machine) convGrad(w *plan.ConvGrad, from, to int) {
	in, out := w.In.Of(m.at(w.In.Ref)), w.Out.Of(m.at(w.Out.Ref))
	sums := m.at(w.Sums)
	length := len(sums) / w.Parts
	each := length / w.Groups
	strips := out.Strips()
	for p := from; p < to; p++ {
		part := sums[p*length : (p+1)*length]
		clear(part)
		for g := range w.Groups {
			c := kernel.Conv{
				In: group(in, g, w.Groups), Out: group(out, g, w.Groups), Window: w.Window, Weights: part[g*each : (g+1)*each],
			}
			m.set.ConvGrad(c, strips*p/w.Parts, strips*(p+1)/w.Parts, 0, kernel.Panels(c.Out.C))
		}
	}
}

func (m *Machine) addParts(w *plan.AddParts, from, to int) {
	sums, dst := m.at(w.Sums), m.at(w.Dst)
	length := len(sums) / w.Parts
	each := length / w.Groups
	in, out := w.In/w.Groups, w.Out/w.Groups
	for g := from; g < to; g++ {
		total := sums[g*each : (g+1)*each]
		for p := 1; p < w.Parts; p++ {
			m.set.Add(total, total, sums[p*length+g*each:p*length+(g+1)*each])
		}
		kernel.UnpackWeights(dst[g*out:], total, hwio(w.Window, in, w.Out), w.Window, in, out)
	}
}
