package graph

import "fmt"

// CodeParamUpdate refuses a parameter that a step cannot set.
const CodeParamUpdate Code = "parameter-update"

// Update sets a parameter to a value at the end of a run.
type Update struct{ Param, Value *Node }

// Update asks for a frozen parameter to be set to value at the end of each step,
// beside the updates of the optimiser: running statistics. A later value for the
// same parameter takes the place of an earlier one; [Graph.Latest] makes it follow
// from that.
func (g *Graph) Update(param, value *Node) {
	if param.poisoned || value.poisoned {
		return
	}
	p, isParam := param.Param()
	d := Diagnostic{Code: CodeParamUpdate, Notes: facts(param, value)}
	switch {
	case !isParam:
		d.Message = fmt.Sprintf("%s is no parameter: a step cannot set it", param.Display())
	case !p.Frozen:
		d.Message = fmt.Sprintf("%s is trained: the optimiser sets it, and nothing else may", p.Name)
		d.Fixes = []string{"declare it with Frozen: true"}
	case !param.shape.Equal(value.shape) || value.dtype != Float:
		d.Message = fmt.Sprintf("%s is %v, but its new value is %v of %v", p.Name, param.shape, value.shape, value.dtype)
	default:
		for i, u := range g.updates {
			if u.Param == param {
				g.updates[i].Value = value
				return
			}
		}
		g.updates = append(g.updates, Update{param, value})
		return
	}
	g.Report(d)
}

// Latest returns the value that param will have after this step as far as
// [Graph.Update] was called, else param itself.
func (g *Graph) Latest(param *Node) *Node {
	for _, u := range g.updates {
		if u.Param == param {
			return u.Value
		}
	}
	return param
}

// Updates returns what [Graph.Update] asked for, in the order of the first requests.
func (g *Graph) Updates() []Update { return g.updates }
