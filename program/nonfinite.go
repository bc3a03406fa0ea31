package program

import (
	"fmt"

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
}

func (e *NonFinite) Error() string {
	text := fmt.Sprintf("%v: %s gave %v in step %d [non-finite]", e.Pos, e.Op, e.Value, e.Step)
	if e.Param != "" {
		text += fmt.Sprintf("\n\tfirst parameter behind it: %s", e.Param)
	}
	return text + "\n\tThe step was not taken; the weights are those from before it."
}

// explain adds the first parameter that the value depends on.
func (p *Program) explain(bad *engine.NonFinite) error {
	e := &NonFinite{Op: bad.Node.Word(), Pos: bad.Node.Pos(), Step: bad.Step, Value: bad.Value}
	for _, n := range graph.Reachable(bad.Node) {
		if d, ok := n.Param(); ok {
			e.Param = d.Name
			break
		}
	}
	return e
}
