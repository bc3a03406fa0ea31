package graph

import "fmt"

// mismatch is the refusal of two operands whose shapes do not go together, or only
// by comparing rows with other rows.
func mismatch(what string, a, b *Node) *Refusal {
	r := &Refusal{
		Code:    CodeLossShape,
		Message: fmt.Sprintf("%s: %s %v and %s %v do not go together", spell(what), a.Display(), a.shape, b.Display(), b.shape),
		Notes:   facts(a, b),
		Fixes:   shapeFixes(a, b),
	}
	if a.g.scope.layer() != nil {
		r.Code = CodeShape
	}
	if would := Broadcasting(a.shape, b.shape, a.Display(), b.Display()); would != "" {
		r.Notes = append(r.Notes, would)
	}
	return r
}

// facts tells the name, shape and origin of nodes, a line each.
func facts(nodes ...*Node) []string {
	rows := make([][]string, len(nodes))
	for i, n := range nodes {
		rows[i] = n.fact()
	}
	return Columns(rows...)
}

func (n *Node) fact() []string { return []string{n.Display(), n.shape.String(), n.Origin()} }

// Broadcasting says in one sentence what NumPy's rule would compute from two
// shapes that a loss refuses, or "" when even that rule refuses them. The values
// are called by the names given.
func Broadcasting(a, b Shape, nameA, nameB string) string {
	result, ok := broadcast(a, b)
	if !ok {
		return ""
	}
	meant := a
	if Size(b.At(64)) < Size(a.At(64)) {
		meant = b
	}
	if crosses(a, b, result) {
		return fmt.Sprintf("Broadcasting would compare every %s with every %s: %s terms (%d in a batch of 64) where %s are meant.",
			nameA, nameB, terms(result), Size(result.At(64)), terms(meant))
	}
	return fmt.Sprintf("Broadcasting would give %v: %s terms where %s are meant.", result, terms(result), terms(meant))
}

// terms writes the number of elements of a shape as a product in N.
func terms(s Shape) string {
	fixed, text := 1, ""
	for _, d := range s {
		switch {
		case !d.Depends():
			fixed *= d.Const
		case text == "":
			text = factor(d)
		default:
			text += "*" + factor(d)
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

// factor writes a length so that it can stand in a product.
func factor(d Dim) string {
	if d.Const == 0 {
		return d.String()
	}
	return "(" + d.String() + ")"
}

// shapeFixes offers the reshapes after which a and b go together: a last axis of
// one for the one that lacks an axis, or none for the other. A column and a line may be
// meant to be compared in all pairs.
func shapeFixes(a, b *Node) []string {
	long, short := a, b
	if b.Rank() > a.Rank() {
		long, short = b, a
	}
	if len(a.shape) == len(b.shape) && a.shape.Depends() && a.shape.squeezed().Equal(b.shape.squeezed()) && len(a.shape.squeezed()) == 1 {
		return []string{
			fmt.Sprintf("lay %s out as %s is: %s", b.Display(), a.Display(), b.reshaped(a.shape)),
			a.g.Say(
				fmt.Sprintf("or, if every %s is meant to meet every %s: %s.Reshape(-1).ExpandDims(1) and %s.Reshape(-1).ExpandDims(0)", a.Display(), b.Display(), a.variable(), b.variable()),
				fmt.Sprintf("or, if every %s is meant to meet every %s: %s.reshape(-1)[:, None] and %s.reshape(-1)[None, :]", a.Display(), b.Display(), a.variable(), b.variable())),
		}
	}
	last := long.Rank() - 1
	if last != short.Rank() || !long.shape[:max(last, 0)].Equal(short.shape) {
		return nil
	}
	fixes := []string{fmt.Sprintf("give %s a last axis of one: %s", short.Display(), short.reshaped(append(short.shape.clone(), Fixed(1))))}
	if long.shape[last].IsOne() {
		fixes = append(fixes, fmt.Sprintf("or drop it from %s: %s", long.Display(), long.reshaped(short.shape)))
	}
	return fixes
}

// reshaped writes the call that gives n a shape, with -1 for the batch so that it
// holds for any number of rows.
func (n *Node) reshaped(s Shape) string {
	name, lengths := n.variable(), ""
	for i, d := range s {
		if i > 0 {
			lengths += ", "
		}
		if d.Depends() {
			d = Infer
		}
		lengths += d.String()
	}
	return n.g.Say(name+".Reshape("+lengths+")", name+".reshape("+lengths+")")
}
