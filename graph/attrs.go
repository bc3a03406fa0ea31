package graph

// Attrs are the attributes of any op, for tables outside this package that
// choose a kernel or a file format's form. Fields that an op lacks are zero.
type Attrs struct {
	Axes           []int   // reductions, sorted
	Axis           int     // softmax, concat, slice, pad, gather, scatter-add, cumulative sum, top-k
	Batch          int     // gather, scatter-add: leading axes that have positions of their own
	Reverse        bool    // cumulative sum: from the last element
	Perm           []int   // transpose
	Start          Dim     // slice: first element; pad: elements before
	TransA, TransB bool    // matmul
	Lo, Hi         float64 // clip
	Exponent       float64 // pow by a constant
	Classes        int     // one-hot
	Least          bool    // min rather than max
	From, To       DType   // cast
	Window         Window  // convolutions
	Pooling        Pooling // poolings
	Factor         [2]int  // resize
	Linear         bool    // resize
}

// Attrs returns the attributes of n's op.
func (n *Node) Attrs() Attrs {
	switch op := n.op.(type) {
	case sumOp:
		return Attrs{Axes: op.Axes}
	case extremeOp:
		return Attrs{Axes: op.Axes, Least: op.Least}
	case argMaxOp:
		return Attrs{Axes: op.Axes}
	case logSumExpOp:
		return Attrs{Axes: op.Axes}
	case softmaxOp:
		return Attrs{Axis: op.Axis}
	case logSoftmaxOp:
		return Attrs{Axis: op.Axis}
	case concatOp:
		return Attrs{Axis: op.Axis}
	case sliceOp:
		return Attrs{Axis: op.Axis, Start: op.Start}
	case padOp:
		return Attrs{Axis: op.Axis, Start: op.Before}
	case transposeOp:
		return Attrs{Perm: op.Perm}
	case matMulOp:
		return Attrs{TransA: op.TransA, TransB: op.TransB}
	case clipOp:
		return Attrs{Lo: float64(op.Lo), Hi: float64(op.Hi)}
	case powConstOp:
		return Attrs{Exponent: float64(op.Exponent)}
	case oneHotOp:
		return Attrs{Classes: op.Classes}
	case gatherOp:
		return Attrs{Axis: op.Axis, Batch: op.Batch}
	case scatterAddOp:
		return Attrs{Axis: op.Axis, Batch: op.Batch}
	case cumSumOp:
		return Attrs{Axis: op.Axis, Reverse: op.Reverse}
	case topKOp:
		return Attrs{Axis: op.Axis}
	case interface{ pooling() Pooling }:
		return Attrs{Pooling: op.pooling()}
	case interface{ scale() ([2]int, bool) }:
		factor, linear := op.scale()
		return Attrs{Factor: factor, Linear: linear}
	case interface{ window() Window }:
		return Attrs{Window: op.window()}
	case castOp:
		return Attrs{From: op.From, To: op.To}
	}
	return Attrs{}
}
