package graph

// ArgMax returns the position of the largest element along an axis, the first of
// several equal ones.
func (n *Node) ArgMax(axis int) *Node {
	return n.reduce("argmax", []int{axis}, false, func(a []int) Op { return argMaxOp{reducing: reducing{Axes: a}} })
}

type argMaxOp struct{ reducing }

func (argMaxOp) Name() string { return "ArgMax" }
func (argMaxOp) Diff() (Diff, string) {
	return Discrete, "it returns a position, not a value: nudging a weight leaves the position where it is, so its derivative is 0 almost everywhere and no weight would ever move"
}
func (op argMaxOp) Infer(in []*Node) (Type, *Refusal) {
	t, refusal := op.reducing.Infer(in)
	t.DType = Int
	return t, refusal
}
func (op argMaxOp) Range(in []*Node) Range {
	r := Unknown
	if d := in[0].shape[op.Axes[0]]; !d.Depends() {
		r.Interval = Within(0, float64(d.Const-1))
	}
	r.Tag = Index
	return r
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
