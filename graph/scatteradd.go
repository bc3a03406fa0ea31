package graph

// scatterAddOp adds the elements of its first input to those places of a value of
// zeros that Gather would take them from: the derivative of Gather. Places that are
// taken several times get the sum, added in the order of the positions; Axis has
// length Size in the result.
type scatterAddOp struct {
	smooth
	Axis  int `json:"axis"`
	Batch int `json:"batch,omitempty"`
	Size  Dim `json:"size"`
}

func (scatterAddOp) Name() string { return "ScatterAdd" }
func (op scatterAddOp) Infer(in []*Node) (Type, *Refusal) {
	dy, index := in[0], in[1]
	if op.Axis < 0 || op.Axis > len(dy.shape) {
		return Type{}, noAxis("scatter_add", dy, op.Axis)
	}
	if refusal := positions(op.Batch, op.Axis, dy.shape[:op.Axis], index); refusal != nil {
		return Type{}, refusal
	}
	picked := index.shape[op.Batch:]
	end := op.Axis + len(picked)
	if end > len(dy.shape) || !dy.shape[op.Axis:end].Equal(picked) {
		return Type{}, unlike("scatter_add", dy, index, op.Axis)
	}
	shape := append(append(dy.shape[:op.Axis].clone(), op.Size), dy.shape[end:]...)
	return Type{Shape: shape, DType: dy.dtype}, nil
}
func (op scatterAddOp) Range(in []*Node) Range {
	picked := in[0].count(axesOf(op.Axis, in[1].Rank()-op.Batch))
	return only(in[0].rng.mul(picked).Hull(Within(0, 0)))
}
func (op scatterAddOp) Grad(n, dy *Node) []*Node {
	return []*Node{apply(gatherOp{Axis: op.Axis, Batch: op.Batch}, dy, n.in[1]), nil}
}
func (op scatterAddOp) Ref(rows int, out Array, in []Array) {
	picks(op.Axis, op.Batch, out, in[1], func(picked, at int) { out.Data[at] += in[0].Data[picked] })
}

// axesOf lists n axes from the first.
func axesOf(first, n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = first + i
	}
	return out
}
