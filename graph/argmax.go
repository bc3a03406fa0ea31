package graph

// ArgMax returns the position of the largest element along an axis, the first of
// several equal ones.
func (n *Node) ArgMax(axis int) *Node {
	return n.reduce("argmax", []int{axis}, false, func(a []int) Op { return argMaxOp{oneAxis{reducing{a}}} })
}

type argMaxOp struct{ oneAxis }

func (argMaxOp) Name() string { return "ArgMax" }
func (argMaxOp) Diff() (Diff, string) {
	return Discrete, "returns a position: " + unmoved
}
func (op argMaxOp) Infer(in []*Node) (Type, *Refusal) { return op.infer("argmax", in, Int) }
func (op argMaxOp) Range(in []*Node) Range {
	return Range{Interval: Within(0, in[0].count(op.Axes).Hi-1), Tag: Index}
}
func (argMaxOp) Grad(n, dy *Node) []*Node { return []*Node{nil} }
func (op argMaxOp) Ref(rows int, out Array, in []Array) {
	outer, n, inner := in[0].split(op.Axes[0])
	for o := range outer {
		for i := range inner {
			at := in[0].Data[o*n*inner+i:]
			best := 0
			for k := 1; k < n; k++ {
				if at[k*inner] > at[best*inner] {
					best = k
				}
			}
			out.Data[o*inner+i] = float64(best)
		}
	}
}
