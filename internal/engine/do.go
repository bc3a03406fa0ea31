package engine

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/kernel"
	"github.com/descent-ml/descent/internal/plan"
)

// do runs tasks of one step.
func (m *Machine) do(sp span, worker int) {
	switch w := sp.step.Do.(type) {
	case *plan.Elem:
		m.elem(w, sp.from, sp.to, worker)
	case *plan.Gemm:
		m.gemm(w, sp.from, sp.to)
	case *plan.Pack:
		src := kernel.RowMajor(m.at(w.Src), w.Rows)
		if w.SrcPacked {
			src = kernel.Packed(m.at(w.Src), w.Cols)
		}
		m.set.PackT(kernel.Packed(m.at(w.Dst), w.Rows), src, w.Rows, w.Cols, sp.from, sp.to)
	case *plan.Move:
		m.move(w, sp.from, sp.to)
	case *plan.Fill:
		m.set.Fill(m.at(w.Dst), w.Value)
	case *plan.Reduce:
		m.reduce(w, sp.from, sp.to)
	case *plan.Rows:
		m.rows(w, sp.from, sp.to)
	case *plan.OneHot:
		oneHot(m.at(w.Dst), m.at(w.Src), w.Classes)
	case *plan.ArgMax:
		argMax(m.at(w.Dst), m.at(w.Src), w.Cols)
	case *plan.Random:
		m.random(w, sp.from, sp.to)
	case *plan.Halo:
		m.halo(w, sp.from, sp.to)
	case *plan.Weights:
		m.weights(w, sp.from, sp.to)
	case *plan.Conv:
		m.conv(w, sp.from, sp.to)
	case *plan.ConvGrad:
		m.convGrad(w, sp.from, sp.to)
	case *plan.AddParts:
		m.addParts(w, sp.from, sp.to)
	case *plan.Winograd:
		m.winograd(w, sp.from, sp.to, worker)
	case *plan.WinogradWeights:
		m.winogradWeights(w, sp.from, sp.to)
	case *plan.WinogradGrad:
		m.winogradGrad(w, sp.from, sp.to, worker)
	case *plan.WinogradFold:
		m.winogradFold(w, sp.from, sp.to)
	case *plan.Pool:
		m.pooling(w, sp.from, sp.to)
	case *plan.PoolGrad:
		m.poolingGrad(w, sp.from, sp.to)
	case *plan.Resize:
		m.resize(w, sp.from, sp.to)
	case *plan.Adam:
		m.adam(w, sp.from, sp.to)
	case *plan.Pick:
		m.pick(w, sp.from, sp.to)
	case *plan.Lanes:
		m.lanes(w, sp.from, sp.to)
	case *plan.Guard:
		if !m.finite(w, sp.from, sp.to) {
			m.tripped[worker] = true
		}
	}
}

func (m *Machine) adam(w *plan.Adam, from, to int) {
	lo, hi := from*plan.TileLen, min(to*plan.TileLen, w.Param.Len)
	decay := float32(0)
	if w.Decay != nil {
		decay = m.at(*w.Decay)[0]
	}
	step := w.Step(m.at(w.Rate)[0], m.at(w.Root)[0], decay)
	m.set.Adam(m.at(w.Param)[lo:hi], m.at(w.Grad)[lo:hi], m.at(w.M)[lo:hi], m.at(w.V)[lo:hi], step)
}

// finite reports whether tiles from..to of the guarded values are, laid end to end.
func (m *Machine) finite(w *plan.Guard, from, to int) bool {
	for _, r := range w.Values {
		n := plan.Tiles(r.Len)
		if lo, hi := max(0, from), min(to, n); lo < hi && !m.set.Finite(m.at(r)[lo*plan.TileLen:min(hi*plan.TileLen, r.Len)]) {
			return false
		}
		from, to = from-n, to-n
	}
	return true
}

func (m *Machine) gemm(w *plan.Gemm, from, to int) {
	g := kernel.Gemm{
		M: w.M, N: w.N, K: w.K, A: m.at(w.A), ARow: w.ARow, ACol: w.ACol,
		C: kernel.RowMajor(m.at(w.C), w.CRow), Relu: w.Relu,
	}
	if w.CPacked {
		g.C = kernel.Packed(m.at(w.C), w.M)
	}
	if w.BPacked {
		g.B = kernel.Packed(m.at(w.B), w.K)
	} else {
		g.B = kernel.RowMajor(m.at(w.B), w.BRow)
	}
	if w.Bias != nil {
		g.Bias = m.at(*w.Bias)
	}
	if w.Mask != nil {
		g.Mask = kernel.RowMajor(m.at(*w.Mask), w.MaskRow)
	}
	panels := kernel.Panels(w.N)
	eachRectangle(from, to, w.InnerTasks(), func(j0, j1, i0, i1 int) {
		if w.RowsOuter {
			i0, i1, j0, j1 = j0, j1, i0, i1
		}
		m.set.Gemm(g, i0*w.TaskRows, min(i1*w.TaskRows, w.M), j0*w.TaskPanels, min(j1*w.TaskPanels, panels))
	})
}

// eachRectangle calls f for tasks from..to, in lines of so many, as few rectangles: whole
// lines, or a part of one. Neighbouring tasks are one call of a kernel.
func eachRectangle(from, to, inner int, f func(line0, line1, i0, i1 int)) {
	for from < to {
		line, i := from/inner, from%inner
		lines, n := 1, min(to-from, inner-i)
		if n == inner {
			lines = (to - from) / inner
		}
		f(line, line+lines, i, i+n)
		from += lines * n
	}
}

// move copies one index of the first axis after the other.
func (m *Machine) move(w *plan.Move, from, to int) {
	src, dst := m.at(w.Src), m.at(w.Dst)
	if d, s, n := w.DstStride, w.SrcStride, w.Dims[1]; len(w.Dims) == 2 && d[1] == 1 && s[1] == 1 {
		for i := from; i < to; i++ {
			copy(dst[i*d[0]:][:n], src[i*s[0]:][:n])
		}
		return
	}
	for i := from; i < to; i++ {
		m.moveAxes(dst, src, i*w.DstStride[0], i*w.SrcStride[0], w.Dims[1:], w.DstStride[1:], w.SrcStride[1:])
	}
}

func (m *Machine) moveAxes(dst, src []float32, d, s int, dims, ds, ss []int) {
	n := dims[0]
	if len(dims) > 1 {
		for i := range n {
			m.moveAxes(dst, src, d+i*ds[0], s+i*ss[0], dims[1:], ds[1:], ss[1:])
		}
		return
	}
	switch {
	case ds[0] == 1 && ss[0] == 1:
		copy(dst[d:d+n], src[s:s+n])
	case ds[0] == 1 && ss[0] == 0:
		m.set.Fill(dst[d:d+n], src[s])
	default:
		for i := range n {
			dst[d+i*ds[0]] = src[s+i*ss[0]]
		}
	}
}

func (m *Machine) reduce(w *plan.Reduce, from, to int) {
	src, dst := m.at(w.Src), m.at(w.Dst)
	if w.Form == plan.SumColumns {
		for o := from; o < to; o++ {
			part := src[o*w.Rows*w.Stride:]
			rows := min(w.Rows, (len(part)+w.Stride-w.Cols)/w.Stride) // the last piece may be shorter
			out := dst[o*w.Cols : (o+1)*w.Cols]
			clear(out)
			m.set.SumColumns(out, part, rows, w.Cols, w.Stride)
		}
		return
	}
	f := m.set.Sum
	switch w.Form {
	case plan.MaxRows:
		f = m.set.MaxOf
	case plan.MinRows:
		f = m.set.MinOf
	}
	for i := from * w.TaskRows; i < min(to*w.TaskRows, w.Rows); i++ {
		dst[i] = f(src[i*w.Cols : min((i+1)*w.Cols, len(src))])
	}
}

func (m *Machine) rows(w *plan.Rows, from, to int) {
	i0, i1 := from*w.TaskRows, min(to*w.TaskRows, w.Rows)
	src := m.at(w.Src)[i0*w.Cols : i1*w.Cols]
	dst := m.at(w.Dst)
	switch w.Fn {
	case plan.Softmax:
		m.set.Softmax(dst[i0*w.Cols:i1*w.Cols], src, i1-i0, w.Cols)
	case plan.LogSoftmax:
		m.set.LogSoftmax(dst[i0*w.Cols:i1*w.Cols], src, i1-i0, w.Cols)
	case plan.LogSumExp:
		m.set.LogSumExp(dst[i0:i1], src, i1-i0, w.Cols)
	}
}

func oneHot(dst, src []float32, classes int) {
	clear(dst)
	for i, x := range src {
		if k := int(x); float32(k) == x && k >= 0 && k < classes {
			dst[i*classes+k] = 1
		}
	}
}

func argMax(dst, src []float32, cols int) {
	for i := range dst {
		row := src[i*cols : (i+1)*cols]
		best := 0
		for k, x := range row {
			if x > row[best] {
				best = k
			}
		}
		dst[i] = float32(best)
	}
}

// random fills tiles of a random node: numbers are those of the stream that seed,
// step and node name select, counted by row and element of the logical batch.
func (m *Machine) random(w *plan.Random, from, to int) {
	dst := m.at(w.Dst)
	stream := kernel.Stream{Key: m.seed, ID: streamID(w.Name, m.step)}
	start := uint64(m.firstRow) * uint64(w.PerRow)
	lo, hi := from*plan.TileLen, min(to*plan.TileLen, len(dst))
	if w.Dist == graph.StandardNormal {
		m.set.Normal(dst[lo:hi], stream, start+uint64(lo))
	} else {
		m.set.Uniform(dst[lo:hi], stream, start+uint64(lo))
	}
}

// streamID hashes a node's name and the step (FNV-1a, 64 bits).
func streamID(name string, step int64) uint64 {
	const prime = 1099511628211
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * prime
	}
	for i := range 8 {
		h = (h ^ uint64(step)>>(8*i)&0xff) * prime
	}
	return h
}
