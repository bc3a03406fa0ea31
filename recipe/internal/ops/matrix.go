package ops

import (
	"fmt"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/tracer"
)

// Band returns whether columns are at least lo and at most hi places to the right of the
// diagonal, for each place of a matrix.
func Band(g *graph.Graph, rows, columns graph.Dim, lo, hi int) *graph.Node {
	right := g.Positions(columns).ExpandDims(0).Sub(g.Positions(rows).ExpandDims(1))
	return right.GreaterEqual(g.Const(float64(lo))).And(right.LessEqual(g.Const(float64(hi))))
}

// Eye returns the unit matrix.
func Eye(g *graph.Graph, rows, columns graph.Dim) *graph.Node {
	return Band(g, rows, columns, 0, 0).Cast(graph.Float)
}

// Triangle keeps the places of the last two axes that are at least lo and at most hi
// places to the right of the diagonal, and makes the others 0.
func Triangle(x *graph.Node, lo, hi int) *graph.Node {
	return in(x, "triangle", func() *graph.Node {
		s := x.Shape()
		if len(s) < 2 {
			return x.Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: fmt.Sprintf("triangle: %v is no matrix", s)})
		}
		return Band(x.Graph(), s[len(s)-2], s[len(s)-1], lo, hi).Where(x, x.Graph().Const(0))
	})
}

// Diagonal returns the elements at equal places of two axes, offset places to the right
// along the second one, as a new last axis.
func Diagonal(x *graph.Node, offset, first, second int) *graph.Node {
	return in(x, "diagonal", func() *graph.Node {
		rank := x.Rank()
		if first < 0 {
			first += rank
		}
		if second < 0 {
			second += rank
		}
		if first < 0 || second < 0 || first >= rank || second >= rank || first == second {
			return x.Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: fmt.Sprintf("diagonal: %v has no two axes %d and %d", x.Shape(), first, second)})
		}
		if second < first {
			first, second, offset = second, first, -offset
		}
		x = MoveAxis(MoveAxis(x, second, -1), first, -2)
		rows, columns := x.Shape()[rank-2], x.Shape()[rank-1]
		length, start := rows, 0
		switch {
		case rows == columns && offset == 0:
		case rows.Depends() || columns.Depends():
			return x.Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: fmt.Sprintf("diagonal: rows %v and columns %v are not of one length", rows, columns)})
		case offset >= 0:
			length = graph.Fixed(max(0, min(rows.Const, columns.Const-offset)))
		default:
			start, length = -offset, graph.Fixed(max(0, min(rows.Const+offset, columns.Const)))
		}
		on := Band(x.Graph(), rows, columns, offset, offset).Where(x, x.Graph().Const(0)).Sum(-1)
		return on.Slice(-1, graph.Fixed(start), graph.Dim{Rows: length.Rows, Const: length.Const + start})
	})
}

// DiagonalMatrix returns matrices with the last axis of x on their diagonal.
func DiagonalMatrix(x *graph.Node) *graph.Node {
	return in(x, "diag", func() *graph.Node {
		if x.Rank() == 0 {
			return x.Graph().Poison(graph.Diagnostic{Code: graph.CodeShape, Message: "diag: a number has no diagonal"})
		}
		n := x.Shape()[x.Rank()-1]
		return x.ExpandDims(-1).Mul(Eye(x.Graph(), n, n))
	})
}

// EyeOf makes the unit matrix of as many rows as argument 0 says, and as many columns as
// argument columns says, which may be None; columns is negative where there is none.
// Either may be a length of the batch.
func EyeOf(c *tracer.Call, columns int) tracer.Value {
	wide := c.Arg(0)
	if columns >= 0 && !c.IsNone(columns) {
		wide = c.Arg(columns)
	}
	s, ok := c.Shape(tracer.Tuple{c.Arg(0), wide}, c.At)
	if !ok {
		return tracer.Poison
	}
	const most = 1 << 22
	n, m := s[0].At(1), s[1].At(1)
	if n < 1 || m < 1 || n > most/m {
		return c.Refuse(c.At, tracer.CodeLimit, "%s() of %v x %v elements: it makes at least 1 and at most %d", c.Fn.Name, s[0], s[1], most)
	}
	return c.Node(func() *graph.Node { return Eye(c.Graph(), s[0], s[1]) })
}
