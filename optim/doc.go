// Package optim has optimisers: rules that make new parameters from the old ones and
// their gradients.
//
//	updates := optim.Adam{LR: 1e-3}.Updates(g, params, grads)
//
// [ClipNorm], [ClipValue] and [EMA] are optimisers around another; a [Schedule] changes
// the learning rate from step to step.
//
// A rule is plain elementwise nodes of the training graph. What it remembers are
// frozen parameters such as "adam.m/Dense[0].Weight", which start at 0 and are saved
// with the rest; what depends on the number of the step is computed by the host in
// float64 ([graph.Graph.Scheduled]).
package optim

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
)

// CodeArgument refuses an optimiser whose fields make no sense.
const CodeArgument graph.Code = "optimizer-argument"

// Optimizer makes the updates of one step. A parameter whose gradient is nil stays
// as it is.
type Optimizer interface {
	Updates(g *graph.Graph, params, grads []*graph.Node) []graph.Update
}

// moment declares what a rule remembers of a parameter.
func moment(g *graph.Graph, kind string, param *graph.Node) *graph.Node {
	p, _ := param.Param()
	return g.Param(graph.Param{Name: kind + "/" + p.Name, Shape: p.Shape, Init: zeros{}, Frozen: true})
}

// zeros starts what was not seen yet.
type zeros struct{}

func (zeros) Fill(dst []float32, shape []int, seed uint64, name string) { clear(dst) }

// or returns v, or the default where v was left out.
func or(v, otherwise float64) float64 {
	if v == 0 {
		return otherwise
	}
	return v
}

// setting is a field of an optimiser, which must lie in an interval.
type setting struct {
	name  string
	value float64
	in    graph.Interval
}

// below is a setting in [0, limit).
func below(name string, value, limit float64) setting {
	return setting{name, value, graph.Interval{Lo: 0, Hi: limit, HiOpen: true}}
}

// refused reports the fields of an optimiser that lie outside their limits.
func refused(g *graph.Graph, optimizer string, fields ...setting) bool {
	bad := false
	for _, f := range fields {
		if f.in.Has(f.value) {
			continue
		}
		bad = true
		g.Report(graph.Diagnostic{
			Code:    CodeArgument,
			Message: fmt.Sprintf("%s: %s is %v, but it must lie in %v", optimizer, f.name, f.value, f.in),
		})
	}
	return bad
}

// refusedNil reports an optimiser that is there to change another one and has none.
func refusedNil(g *graph.Graph, optimizer string, of Optimizer) bool {
	if of != nil {
		return false
	}
	g.Report(graph.Diagnostic{
		Code:    CodeArgument,
		Message: optimizer + ": Of is nil: there is no rule to apply",
		Fixes:   []string{"Of: optim.Adam{LR: 1e-3}"},
	})
	return true
}
