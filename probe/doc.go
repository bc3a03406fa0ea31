// Package probe tries a loss on predictions whose worth is known, before anything is
// trained: on one that is perfect, on those that say the same of every row, and on
// perfect ones divided by 1000.
//
//	report, found := probe.Run(subject, rows)
//
// A loss that trains a model well tells them apart. Of one that does not, Run warns:
// training would find the answer that looks at no row ([CodeDegenerate]), scores
// without a level ([CodeScaleFree]), or the wrong thing altogether because prediction
// and target are swapped ([CodeOrder]), or nothing, because no value is a number
// ([CodeNever]). The values are those of the float64 reference.
package probe

import "github.com/descent-ml/descent/graph"

// The codes of this package's warnings.
const (
	// CodeDegenerate warns of a loss that an answer without a look at the rows
	// minimises.
	CodeDegenerate graph.Code = "degenerate-optimum"
	// CodeScaleFree warns of a loss that does not change when predictions are divided.
	CodeScaleFree graph.Code = "scale-free"
	// CodeOrder warns of a loss that tells predictions apart only with prediction and
	// target swapped.
	CodeOrder graph.Code = "argument-order"
	// CodeNever warns of a loss that is finite for no prediction.
	CodeNever graph.Code = "never-finite"
)
