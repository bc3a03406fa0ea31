package graph

// StopGradient returns n unchanged as a value that is taken as a constant: no
// derivative passes. It is how a program says that a mask, a mined index or a
// weight made from predictions is meant so.
func (n *Node) StopGradient() *Node { return apply(stopGradientOp{}, n) }

type stopGradientOp struct{}

func (stopGradientOp) Name() string { return "StopGradient" }
func (stopGradientOp) Diff() (Diff, string) {
	return Cut, "takes its input as a constant because the program says so: no weight behind it would ever move"
}
func (stopGradientOp) Infer(in []*Node) (Type, *Refusal) {
	return Type{Shape: in[0].shape, DType: in[0].dtype}, nil
}
func (stopGradientOp) Range(in []*Node) Range              { return in[0].rng }
func (stopGradientOp) Grad(n, dy *Node) []*Node            { return []*Node{nil} }
func (stopGradientOp) Ref(rows int, out Array, in []Array) { copy(out.Data, in[0].Data) }
