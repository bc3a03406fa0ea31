package ops

import (
	"fmt"
	"strings"

	"github.com/descent-ml/descent/graph"
)

// MatMul is the matrix product as NumPy has it: of the last two axes, with the axes
// before them as a batch; a vector is a row on the left and a column on the right.
func MatMul(a, b *graph.Node) *graph.Node {
	if a.Poisoned() {
		return a
	}
	if b.Poisoned() {
		return b
	}
	switch {
	case a.Rank() == 2 && b.Rank() == 2:
		return a.MatMul(b)
	case a.Rank() == 0 || b.Rank() == 0:
		return a.Graph().Poison(graph.Diagnostic{
			Code:    graph.CodeShape,
			Message: fmt.Sprintf("matmul: %v and %v: a number is no matrix", a.Shape(), b.Shape()),
			Fixes:   []string{"a * b"},
		})
	case a.Rank() == 1 && b.Rank() == 1:
		return in(a, "dot", func() *graph.Node { return a.Mul(b).Sum() })
	case a.Rank() == 1:
		return in(a, "matmul", func() *graph.Node { return dropAxis(MatMul(a.ExpandDims(0), b), -2) })
	case b.Rank() == 1:
		return in(a, "matmul", func() *graph.Node { return dropAxis(MatMul(a, b.ExpandDims(1)), -1) })
	case b.Rank() == 2:
		return in(a, "matmul", func() *graph.Node {
			last := a.Rank() - 1
			rows := a.ReshapeTo(graph.Shape{graph.Infer, a.Shape()[last]})
			return rows.MatMul(b).ReshapeTo(append(append(graph.Shape{}, a.Shape()[:last]...), b.Shape()[1]))
		})
	}
	return in(a, "matmul", func() *graph.Node {
		lead := max(a.Rank(), b.Rank()) - 2
		const batch = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
		letters := batch[:min(lead, len(batch))]
		left := letters[lead-(a.Rank()-2):] + "ij"
		right := letters[lead-(b.Rank()-2):] + "jk"
		return Einsum(left+","+right+"->"+letters+"ik", a, b)
	})
}

func dropAxis(x *graph.Node, axis int) *graph.Node {
	if x.Poisoned() {
		return x
	}
	return x.Squeeze(axis)
}

// Einsum sums products over the axes that letters name: "bij,bjk->bik". A letter that
// the result lacks is summed over. Without an arrow the result has the letters that
// occur once, in the order of the alphabet.
func Einsum(equation string, operands ...*graph.Node) *graph.Node {
	for _, x := range operands {
		if x.Poisoned() {
			return x
		}
	}
	return in(operands[0], "einsum", func() *graph.Node {
		left, result, arrow := strings.Cut(strings.ReplaceAll(equation, " ", ""), "->")
		terms := strings.Split(left, ",")
		if !arrow {
			result = once(left)
		}
		lengths, why := letterLengths(terms, operands)
		if why == "" {
			why = wrongResult(result, lengths)
		}
		if why != "" {
			return operands[0].Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: fmt.Sprintf("einsum: %q %s", equation, why)})
		}
		order := result
		for _, t := range terms {
			for _, l := range t {
				if !strings.ContainsRune(order, l) {
					order += string(l)
				}
			}
		}
		whole := make(graph.Shape, 0, len(order))
		for _, l := range order {
			whole = append(whole, lengths[l])
		}
		var product *graph.Node
		for i, x := range operands {
			x = inOrder(x, terms[i], order).BroadcastTo(whole)
			if product == nil {
				product = x
			} else {
				product = product.Mul(x)
			}
		}
		var summed []int
		for i := len(result); i < len(order); i++ {
			summed = append(summed, i)
		}
		if summed == nil {
			return product
		}
		return product.Sum(summed...)
	})
}

// once lists the letters that occur once, in the order of the alphabet.
func once(left string) string {
	out := ""
	for l := 'A'; l <= 'z'; l++ {
		if strings.Count(left, string(l)) == 1 {
			out += string(l)
		}
	}
	return out
}

// letterLengths gives each letter the length of its axes, or says why it cannot.
func letterLengths(terms []string, operands []*graph.Node) (lengths map[rune]graph.Dim, why string) {
	if len(terms) != len(operands) {
		return nil, fmt.Sprintf("names %d operands, but there are %d", len(terms), len(operands))
	}
	lengths = map[rune]graph.Dim{}
	for i, t := range terms {
		x := operands[i]
		if len(t) != x.Rank() {
			return nil, fmt.Sprintf("names %d axes of operand %d, which is %v", len(t), i+1, x.Shape())
		}
		for k, l := range t {
			d := x.Shape()[k]
			old, known := lengths[l]
			switch {
			case l < 'A' || l > 'z' || l > 'Z' && l < 'a':
				return nil, fmt.Sprintf("has %q, but axes are named by letters", string(l))
			case strings.Count(t, string(l)) > 1:
				return nil, fmt.Sprintf("takes the diagonal of operand %d, which is not supported", i+1)
			case known && old != d && !old.IsOne() && !d.IsOne():
				return nil, fmt.Sprintf("gives axis %q the lengths %v and %v", string(l), old, d)
			case !known || old.IsOne():
				lengths[l] = d
			}
		}
	}
	return lengths, ""
}

func wrongResult(result string, lengths map[rune]graph.Dim) string {
	for i, l := range result {
		if _, ok := lengths[l]; !ok || strings.ContainsRune(result[:i], l) {
			return fmt.Sprintf("asks for axis %q in the result, which no operand has or which is there already", string(l))
		}
	}
	return ""
}

// inOrder brings the axes of x, named by letters, into an order that has all of them,
// with axes of one for those that x lacks.
func inOrder(x *graph.Node, letters, order string) *graph.Node {
	var perm []int
	shape := make(graph.Shape, 0, len(order))
	for _, l := range order {
		d := graph.Fixed(1)
		if k := strings.IndexRune(letters, l); k >= 0 {
			perm = append(perm, k)
			d = x.Shape()[k]
		}
		shape = append(shape, d)
	}
	if len(perm) > 0 {
		sorted := true
		for i, p := range perm {
			sorted = sorted && i == p
		}
		if !sorted {
			x = x.Transpose(perm...)
		}
	}
	return x.ReshapeTo(shape)
}
