package graph

// Scheduled returns a scalar that the host computes in float64 from the number of
// the optimiser step, counted from 1: a learning rate, Adam's bias correction.
func (g *Graph) Scheduled(name string, f func(step int64) float64) *Node {
	return g.add(scheduleOp{ID: name, F: f}, Type{DType: Float})
}

type scheduleOp struct {
	source
	ID string                   `json:"name"`
	F  func(step int64) float64 `json:"-"`
}

func (scheduleOp) Name() string                      { return "Schedule" }
func (scheduleOp) Infer(in []*Node) (Type, *Refusal) { return Type{DType: Float}, nil }
func (scheduleOp) Range(in []*Node) Range            { return Unknown }
func (scheduleOp) Ref(rows int, out Array, in []Array) {
	panic("graph: a schedule is filled in by the host")
}

// Schedule returns the function of a Scheduled node.
func (n *Node) Schedule() (f func(step int64) float64, ok bool) {
	op, ok := n.op.(scheduleOp)
	return op.F, ok
}
