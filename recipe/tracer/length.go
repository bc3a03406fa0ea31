package tracer

import (
	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// LengthOf is the length of an axis as a value: an int unless it depends on the batch.
func (t *Tracer) LengthOf(d graph.Dim) Value {
	if d.Depends() {
		return Length{d}
	}
	return NewInt(int64(d.Const))
}

func isLength(v Value) bool {
	_, ok := v.(Length)
	return ok
}

// count is a length of the batch as a tensor, for arithmetic.
func (t *Tracer) count(l Length, at syntax.Span) *graph.Node {
	defer t.at(at)()
	return t.g.Count(l.Dim)
}

// Dim returns an int or a length as the length of an axis.
func Dim(v Value) (d graph.Dim, ok bool) {
	if l, ok := v.(Length); ok {
		return l.Dim, true
	}
	const most = 1 << 40
	b, _, kind := number(v)
	if kind != 'i' || !b.IsInt64() || b.Int64() > most || b.Int64() < -most {
		return graph.Dim{}, false
	}
	return graph.Fixed(int(b.Int64())), true
}

// binaryLength computes with lengths of the batch: 2 * N + 1 stays a length, which
// can shape a tensor; N / 2 is a tensor. It is nil when neither is a length or
// there is no such operator.
func (t *Tracer) binaryLength(op syntax.Operator, a, b Value, at syntax.Span) Value {
	if !isLength(a) && !isLength(b) {
		return nil
	}
	x, okX := Dim(a)
	y, okY := Dim(b)
	if okX && okY {
		if d, ok := dimArith(op, x, y); ok {
			return t.LengthOf(d)
		}
	}
	_, numA := Number(a)
	_, numB := Number(b)
	if (numA || isLength(a)) && (numB || isLength(b)) {
		return t.binaryTensor(op, a, b, at)
	}
	return nil
}

func dimArith(op syntax.Operator, a, b graph.Dim) (graph.Dim, bool) {
	switch op {
	case syntax.Add:
		return graph.Dim{Rows: a.Rows + b.Rows, Const: a.Const + b.Const}, true
	case syntax.Sub:
		return graph.Dim{Rows: a.Rows - b.Rows, Const: a.Const - b.Const}, true
	case syntax.Mult:
		const most = 1 << 31
		if a.Rows != 0 && b.Rows != 0 || max(abs(a.Rows), abs(a.Const)) > most || max(abs(b.Rows), abs(b.Const)) > most {
			return graph.Dim{}, false
		}
		return graph.Dim{Rows: a.Rows*b.Const + a.Const*b.Rows, Const: a.Const * b.Const}, true
	case syntax.FloorDiv:
		if b.Rows == 0 && b.Const > 0 && a.Rows%b.Const == 0 && a.Const%b.Const == 0 {
			return graph.Dim{Rows: a.Rows / b.Const, Const: a.Const / b.Const}, true
		}
		if a == b {
			return graph.Fixed(1), true
		}
	}
	return graph.Dim{}, false
}

func abs(n int) int { return max(n, -n) }

// equalLength compares a length of the batch with v. Where that depends on the
// number of rows it is not known while tracing, which is reported.
func (t *Tracer) equalLength(l Length, v Value, at syntax.Span) (equal, ok bool) {
	if _, isNone := v.(None); isNone {
		return true, true // Keras calls the length of the batch None
	}
	d, isDim := Dim(v)
	if !isDim {
		return false, true
	}
	diff := graph.Dim{Rows: l.Rows - d.Rows, Const: l.Const - d.Const}
	switch {
	case diff == graph.Dim{}:
		return true, true
	case !diff.Depends():
		return false, true
	case diff.Rows > 0 && diff.At(1) > 0 || diff.Rows < 0 && diff.At(1) < 0:
		return false, true // for every batch of one row or more
	}
	t.Report(at, t.TracedValue("==", "the number of rows of a batch", "a loss that holds for any number of rows"))
	return false, false
}

// orderLengths orders two lengths where they stand alike for every batch: 512 N > 1.
func orderLengths(a, b Value) (sign int, ok bool) {
	x, okX := Dim(a)
	y, okY := Dim(b)
	d := graph.Dim{Rows: x.Rows - y.Rows, Const: x.Const - y.Const}
	one := d.At(1)
	if !okX || !okY || one == 0 || one > 0 != (d.Rows >= 0) {
		return 0, false
	}
	return compareOrdered(one, 0), true
}
