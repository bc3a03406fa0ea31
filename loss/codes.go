package loss

import "github.com/descent-ml/descent/graph"

// The codes of diagnostics that only this package makes.
const (
	// CodeAveraged notes that a function gave a value per element and was averaged.
	CodeAveraged graph.Code = "loss-averaged"
	// CodeWeightScalar notes that weights cannot reach a loss that is one number.
	CodeWeightScalar graph.Code = "weight-scalar"
	// CodeArgument refuses a parameter of a loss, such as a negative weight.
	CodeArgument graph.Code = "loss-argument"
)
