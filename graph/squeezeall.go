package graph

import (
	"fmt"
	"slices"
)

// CodeSqueezeBatch notes a squeeze of whatever axes have length 1.
const CodeSqueezeBatch Code = "squeeze-batch"

// SqueezeAll drops every axis that has length 1 whatever the batch, as a squeeze
// without an axis does. The batch axis stays for every number of rows; elsewhere a
// batch of one row loses it and becomes another shape, which is noted
// [squeeze-batch].
func (n *Node) SqueezeAll() *Node {
	if n.poisoned {
		return n
	}
	var axes []int
	for i, d := range n.shape {
		if d.IsOne() {
			axes = append(axes, i)
		}
	}
	if n.shape.Depends() {
		n.noteSqueeze(axes)
	}
	if axes == nil {
		return n
	}
	return n.drop(axes)
}

// noteSqueeze says what a squeeze without an axis drops, and what it would drop of a
// single row.
func (n *Node) noteSqueeze(axes []int) {
	g, name := n.g, n.variable()
	d := Diagnostic{
		Code: CodeSqueezeBatch, Severity: Note,
		Message: fmt.Sprintf("squeeze without an axis drops what happens to have length 1, and of %v nothing has", n.shape),
		Notes: Columns(n.fact(),
			[]string{"would", fmt.Sprintf("make %s of a batch of one row elsewhere; here the batch axis stays.", spellAt(n.shape, 1))}),
		Fixes: []string{"take it away"},
	}
	if axes != nil {
		d.Message = fmt.Sprintf("squeeze without an axis drops what happens to have length 1, here axis %v of %v", spellAxes(axes), n.shape)
		axis := axes[len(axes)-1]
		d.Fixes = []string{g.Say(fmt.Sprintf("name the axis: %s.Squeeze(%d)", name, axis), fmt.Sprintf("name the axis: K.squeeze(%s, %d)", name, axis))}
	}
	g.Report(d)
}

// spellAt is what a squeeze leaves of a shape for a batch of n rows, as others do it.
func spellAt(s Shape, n int) string {
	left := slices.DeleteFunc(s.At(n), func(d int) bool { return d == 1 })
	return Dims(left...).String()
}

func spellAxes(axes []int) string {
	text := ""
	for i, a := range axes {
		if i > 0 {
			text += " and "
		}
		text += fmt.Sprint(a)
	}
	return text
}
