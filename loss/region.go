package loss

import "github.com/descent-ml/descent/graph"

// Per says what has an overlap of its own in losses of masks.
type Per uint8

const (
	// Batch is one overlap for all pixels of all images of the batch.
	Batch Per = iota
	// Image is one overlap for each image, and their mean. A weight a row weighs the
	// image in that mean, so that k still means k copies.
	Image
)

// region is what losses of masks share.
type region struct {
	per     Per
	classes bool
	smooth  float64
	squared bool
	empty   Empty
	by      []Weighting
}

// apply averages the costs of all overlaps.
func (r region) apply(c call, in In, cost func(Counts) *graph.Node, checks ...func(call) *graph.Diagnostic) *graph.Node {
	k := counting{classes: r.classes, rows: r.per == Image, squared: r.squared, by: r.by}
	t, refused := k.of(c, in, append(checks, setting("smooth", r.smooth, atLeast0))...)
	if refused != nil {
		return refused
	}
	g := in.Pred.Graph()
	defer g.Enter(graph.Scope{Name: g.Say(c.name, c.word)})()
	costs, kept := r.empty.apply(t.Counts, cost(t.Counts), r.smooth > 0)
	if t.rows != nil {
		t.rows = align(t.rows, costs)
	}
	return average(costs, t.rows, kept)
}

// overlap returns 1 − (a + smooth)/(b + smooth).
func (r region) overlap(a, b *graph.Node) *graph.Node {
	if r.smooth > 0 {
		a, b = a.Shift(r.smooth), b.Shift(r.smooth)
	}
	return divide(a, b).OneMinus()
}
