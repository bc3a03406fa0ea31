package graph

import (
	"fmt"
	"strings"
)

// mismatch is the refusal of two shapes that do not go together, or only by
// comparing rows with other rows.
func mismatch(what string, a, b *Node, result Shape) Diagnostic {
	d := Diagnostic{
		Code:    CodeLossShape,
		Message: fmt.Sprintf("%s: %s %v and %s %v do not have matching shapes", strings.ToLower(what), a.Display(), a.shape, b.Display(), b.shape),
		Notes: Columns(
			[]string{a.Display(), a.shape.String(), a.Origin()},
			[]string{b.Display(), b.shape.String(), b.Origin()},
		),
	}
	if result != nil {
		d.Notes = append(d.Notes, crossing(a, b, result))
	}
	d.Fixes = ShapeFixes(a, b)
	return d
}

// crossing says what broadcasting would have computed.
func crossing(a, b *Node, result Shape) string {
	meant := a.shape
	if sa, sb := count(a.shape), count(b.shape); sb > sa {
		meant = b.shape
	}
	return fmt.Sprintf("Broadcasting would give %v: every row against every other, %s terms where %s are meant.",
		result, terms(result), terms(meant))
}

// Broadcasting says in one sentence what NumPy's rule would compute from two
// shapes that a loss refuses, or "" when even that rule refuses them. The values
// are called by the names given.
func Broadcasting(a, b Shape, nameA, nameB string) string {
	result, ok := broadcast(a, b)
	if !ok {
		return ""
	}
	if crosses(a, b, result) {
		return fmt.Sprintf("Broadcasting would compare every %s with every %s: %s terms (%d in a batch of 64) where %s are meant.",
			nameA, nameB, terms(result), Size(result.At(64)), terms(smaller(a, b)))
	}
	return fmt.Sprintf("Broadcasting would give %v: %s terms where %s are meant.", result, terms(result), terms(smaller(a, b)))
}

func smaller(a, b Shape) Shape {
	if count(a) <= count(b) {
		return a
	}
	return b
}

// count orders shapes by the number of elements in a batch of a thousand rows.
func count(s Shape) int { return Size(s.At(1000)) }

// terms writes the number of elements of a shape as a product in N.
func terms(s Shape) string {
	fixed, text := 1, ""
	for _, d := range s {
		switch {
		case !d.Depends():
			fixed *= d.Const
		case text == "":
			text = d.String()
		default:
			text += "*" + d.String()
		}
	}
	switch {
	case text == "":
		return fmt.Sprint(fixed)
	case fixed == 1:
		return text
	}
	return fmt.Sprintf("%s*%d", text, fixed)
}

// ShapeFixes offers the reshapes that bring a and b to one shape: to give the one
// with fewer axes a last axis of one, or to drop it from the other.
func ShapeFixes(a, b *Node) []string {
	long, short := a, b
	if b.Rank() > a.Rank() {
		long, short = b, a
	}
	if long.Rank() != short.Rank()+1 || !long.shape[long.Rank()-1].IsOne() || !long.shape[:short.Rank()].Equal(short.shape) {
		return nil
	}
	g := a.g
	up, down := long.shape.spell(g.Language), short.shape.spell(g.Language)
	return []string{
		fmt.Sprintf("give %s a last axis of one: %s", short.Display(), g.Say(short.Display()+".Reshape("+up+")", short.Display()+".reshape("+up+")")),
		fmt.Sprintf("or drop it from %s: %s", long.Display(), g.Say(long.Display()+".Reshape("+down+")", long.Display()+".reshape("+down+")")),
	}
}

// spell writes a shape as the arguments of reshape, with -1 for the batch, so
// that it holds for any number of rows.
func (s Shape) spell(Language) string {
	text := ""
	for i, d := range s {
		if i > 0 {
			text += ", "
		}
		if d.Depends() {
			text += "-1"
		} else {
			text += d.String()
		}
	}
	return text
}
