package recipe

import (
	"github.com/descent-ml/descent/metric"
	"github.com/descent-ml/descent/nn"
	"github.com/descent-ml/descent/recipe/tracer"
	"github.com/descent-ml/descent/train"
)

// declaration is a value that a word made. It keeps the call, so that --set can
// make it again with one argument changed.
type declaration struct {
	word string
	call *tracer.Call
}

// TypeName is what messages call the value.
func (d *declaration) TypeName() string { return d.word }

func (d *declaration) made() *tracer.Call { return d.call }

// declared is what all values made by words have in common.
type declared interface{ made() *tracer.Call }

type (
	// model builds a network for the data that it is to learn from.
	model struct {
		declaration
		build func(train.ModelSpec) (nn.Layer, error)
		stack *stack // how an objective calls it; nil if it cannot
	}
	// lossValue is a loss that a word made, or a sum of such.
	lossValue struct {
		declaration
		make lossMaker
	}
	// threshold is a rule for the cut between yes and no.
	threshold struct {
		declaration
		rule metric.Rule
	}
	// earlyStop ends training before the last epoch.
	earlyStop struct {
		declaration
		rule train.EarlyStop
	}
)
