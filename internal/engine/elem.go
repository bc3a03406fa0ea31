package engine

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/plan"
)

// elem runs a program on tiles from..to.
func (m *Machine) elem(w *plan.Elem, from, to, worker int) {
	for t := from; t < to; t++ {
		lo := t * plan.TileLen
		n := min(plan.TileLen, w.Size-lo)
		for i := range w.Code {
			m.instr(w, &w.Code[i], lo, n, worker)
		}
	}
}

// slot returns the elements of a slot in the tile at lo.
func (m *Machine) slot(w *plan.Elem, at, lo, n, worker int) []float32 {
	s := &w.Slots[at]
	switch s.Kind {
	case plan.Register:
		return m.scratch[worker][s.Reg*plan.TileLen:][:n:n]
	case plan.Direct:
		return m.bases[s.Ref.Base][s.Ref.Off+lo:][:n:n]
	}
	return m.at(s.Ref)
}

// instr runs one instruction on one tile.
func (m *Machine) instr(w *plan.Elem, in *plan.Instr, lo, n, worker int) {
	k := m.set
	dst := m.slot(w, in.Dst, lo, n, worker)
	if in.Code == plan.Load {
		s := &w.Slots[in.A]
		load(k.Fill, dst, m.at(s.Ref), s.Dims, s.Stride, lo)
		return
	}
	var a, b []float32
	if in.A >= 0 {
		a = m.slot(w, in.A, lo, n, worker)
	}
	s := in.S
	if in.B >= 0 {
		b = m.slot(w, in.B, lo, n, worker)
		if w.Slots[in.B].Kind == plan.Single {
			s = b[0]
		}
	}
	switch in.Code {
	case plan.Copy:
		copy(dst, a)
	case plan.FillS:
		k.Fill(dst, s)
	case plan.Add:
		k.Add(dst, a, b)
	case plan.Sub:
		k.Sub(dst, a, b)
	case plan.Mul:
		k.Mul(dst, a, b)
	case plan.Div:
		k.Div(dst, a, b)
	case plan.Max:
		k.Max(dst, a, b)
	case plan.Min:
		k.Min(dst, a, b)
	case plan.Equal:
		k.Equal(dst, a, b)
	case plan.NotEqual:
		k.NotEqual(dst, a, b)
	case plan.Less:
		k.Less(dst, a, b)
	case plan.LessEqual:
		k.LessEqual(dst, a, b)
	case plan.Greater:
		k.Greater(dst, a, b)
	case plan.GreaterEqual:
		k.GreaterEqual(dst, a, b)
	case plan.ReluGrad:
		k.ReluGrad(dst, a, b)
	case plan.Pow:
		k.Pow(dst, a, b)
	case plan.AddS:
		k.AddS(dst, a, s)
	case plan.SubS:
		k.AddS(dst, a, -s)
	case plan.RSubS:
		k.RSubS(dst, a, s)
	case plan.MulS:
		k.MulS(dst, a, s)
	case plan.DivS:
		k.DivS(dst, a, s)
	case plan.RDivS:
		k.RDivS(dst, a, s)
	case plan.MaxS:
		k.MaxS(dst, a, s)
	case plan.MinS:
		k.MinS(dst, a, s)
	case plan.EqualS:
		k.EqualS(dst, a, s)
	case plan.NotEqualS:
		k.NotEqualS(dst, a, s)
	case plan.LessS:
		k.LessS(dst, a, s)
	case plan.LessEqualS:
		k.LessEqualS(dst, a, s)
	case plan.GreaterS:
		k.GreaterS(dst, a, s)
	case plan.GreaterEqualS:
		k.GreaterEqualS(dst, a, s)
	case plan.PowS:
		k.PowS(dst, a, s)
	case plan.Neg:
		k.Neg(dst, a)
	case plan.Abs:
		k.Abs(dst, a)
	case plan.Sqrt:
		k.Sqrt(dst, a)
	case plan.Square:
		k.Square(dst, a)
	case plan.Relu:
		k.Relu(dst, a)
	case plan.Round:
		k.Round(dst, a)
	case plan.Floor:
		k.Floor(dst, a)
	case plan.Sign:
		k.Sign(dst, a)
	case plan.Exp:
		k.Exp(dst, a)
	case plan.Expm1:
		k.Expm1(dst, a)
	case plan.Log:
		k.Log(dst, a)
	case plan.Log1p:
		k.Log1p(dst, a)
	case plan.Tanh:
		k.Tanh(dst, a)
	case plan.Sigmoid:
		k.Sigmoid(dst, a)
	case plan.Softplus:
		k.Softplus(dst, a)
	case plan.Erf:
		k.Erf(dst, a)
	case plan.Apply:
		f := in.Node.Op().(graph.Function)
		for i, x := range a {
			dst[i] = float32(f.Of(float64(x)))
		}
	case plan.Where:
		k.Where(dst, a, b, m.slot(w, in.C, lo, n, worker))
	case plan.ClipS:
		k.Clip(dst, a, in.S, in.S2)
	}
}

// load expands a broadcast: dst[i] is the element of src at the place that flat
// index lo+i has under dims and stride. It works along runs of the last axis.
func load(fill func([]float32, float32), dst, src []float32, dims, stride []int, lo int) {
	last := len(dims) - 1
	if last > 0 && stride[last] == 1 && stride[last-1] == 0 && dims[last] < repeatedRow {
		loadRepeated(dst, src, dims, stride, lo)
		return
	}
	run, step := dims[last], stride[last]
	for done := 0; done < len(dst); {
		flat := lo + done
		within := flat % run
		offset := within * step
		for i, rest := last-1, flat/run; i >= 0; i-- {
			offset += rest % dims[i] * stride[i]
			rest /= dims[i]
		}
		n := min(run-within, len(dst)-done)
		part := dst[done : done+n]
		switch step {
		case 0:
			fill(part, src[offset])
		case 1:
			copy(part, src[offset:])
		default:
			for i := range part {
				part[i] = src[offset+i*step]
			}
		}
		done += n
	}
}

// repeatedRow is the length of rows below which copying them one by one takes longer
// than copying what was copied.
const repeatedRow = 256

// loadRepeated is load of short rows that are repeated along the axis before the last,
// such as one number a channel for every pixel.
func loadRepeated(dst, src []float32, dims, stride []int, lo int) {
	last := len(dims) - 1
	row := dims[last]
	run := dims[last-1] * row
	for done := 0; done < len(dst); {
		flat := lo + done
		offset := 0
		for i, rest := last-2, flat/run; i >= 0; i-- {
			offset += rest % dims[i] * stride[i]
			rest /= dims[i]
		}
		part := dst[done:min(done+run-flat%run, len(dst))]
		from := flat % row
		n := copy(part, src[offset+from:offset+row])
		n += copy(part[n:], src[offset:offset+from])
		for n < len(part) {
			n += copy(part[n:], part[:n]) // whole rows, in the place in a row where part begins
		}
		done += len(part)
	}
}
