package ops

import (
	"strings"

	"github.com/descent-ml/descent/graph"
)

// Named makes nodes under the name that the user's call has. Refusals of package loss
// name it too: "loss bce: ..." becomes "loss binary_cross_entropy: ...". Where their
// fixes name another loss, they say what others, pairs of old and new, have for it.
func Named(g *graph.Graph, name string, f func() *graph.Node, others ...string) *graph.Node {
	said := len(g.Diagnostics())
	leave := g.Enter(graph.Scope{Name: name})
	n := f()
	leave()
	for _, d := range g.Diagnostics()[said:] {
		if _, rest, ok := strings.Cut(d.Message, ":"); ok && strings.HasPrefix(d.Message, "loss ") {
			d.Message = "loss " + name + ":" + rest
			swap := strings.NewReplacer(others...)
			for i, fix := range d.Fixes {
				d.Fixes[i] = swap.Replace(fix)
			}
		}
	}
	return n
}
