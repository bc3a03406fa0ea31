package program

import (
	"fmt"
	"math"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/internal/engine"
)

// NonFinite is a step that was stopped because a value became infinite or not a
// number. The parameters are those from before the step.
type NonFinite struct {
	Op    string // the first op whose result is not finite
	Pos   graph.Position
	Param string // the first parameter that feeds it, or ""
	Step  int64
	Value float32
	// Of is the layer, or whatever made it, of a log-variance whose exponential is
	// infinite; "" of anything else.
	Of string
}

// CodeNonFinite and CodeLogVarOverflow are the codes of a [NonFinite].
const (
	CodeNonFinite      graph.Code = "non-finite"
	CodeLogVarOverflow graph.Code = "log-var-overflow"
)

// Code returns the code of the error.
func (e *NonFinite) Code() graph.Code {
	if e.Of != "" {
		return CodeLogVarOverflow
	}
	return CodeNonFinite
}

func (e *NonFinite) Error() string {
	text := fmt.Sprintf("%v: %s gave %v in step %d [%s]", e.Pos, e.Op, e.Value, e.Step, e.Code())
	if e.Of != "" {
		text += "\n\tlog-variance: " + e.Of
	}
	if e.Param != "" {
		text += fmt.Sprintf("\n\tfirst parameter behind it: %s", e.Param)
	}
	return text + "\n\tThe step was not taken; the weights are those from before it."
}

// explain adds the first parameter that the value depends on.
func (p *Program) explain(bad *engine.NonFinite) error {
	e := &NonFinite{Op: bad.Node.Word(), Pos: bad.Node.Pos(), Step: bad.Step, Value: bad.Value}
	if op := bad.Node.Op().Name(); (op == "Exp" || op == "Expm1") && math.IsInf(float64(bad.Value), 1) {
		if v, is := bad.Node.In(0).LogVariance(); is {
			e.Of = v.Origin()
		}
	}
	for _, n := range graph.Reachable(bad.Node) {
		if d, ok := n.Param(); ok {
			e.Param = d.Name
			break
		}
	}
	return e
}
