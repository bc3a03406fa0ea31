package graph

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Dim is the length of one axis: N·Rows + Const, where N is the number of rows
// of the batch and is known only when a program runs.
type Dim struct{ Rows, Const int }

// Batch is the symbol N: as many elements as the batch has rows.
var Batch = Dim{Rows: 1}

// Infer stands in a call of [Node.ReshapeTo] for the one length that follows
// from the others.
var Infer = Dim{Const: -1}

// Fixed returns an axis of n elements, whatever the batch.
func Fixed(n int) Dim { return Dim{Const: n} }

// At returns the length of the axis for a batch of n rows.
func (d Dim) At(n int) int { return d.Rows*n + d.Const }

// Depends reports whether the length changes with the batch.
func (d Dim) Depends() bool { return d.Rows != 0 }

// IsOne reports whether the axis has one element for every batch.
func (d Dim) IsOne() bool { return d == Dim{Const: 1} }

func (d Dim) String() string {
	switch {
	case d.Rows == 0:
		return strconv.Itoa(d.Const)
	case d.Rows == 1 && d.Const == 0:
		return "N"
	case d.Const == 0:
		return fmt.Sprintf("%dN", d.Rows)
	case d.Rows == 1:
		return fmt.Sprintf("N%+d", d.Const)
	}
	return fmt.Sprintf("%dN%+d", d.Rows, d.Const)
}

// MarshalJSON writes a fixed length as a number and a length that depends on
// the batch as [rows, const].
func (d Dim) MarshalJSON() ([]byte, error) {
	if d.Rows == 0 {
		return json.Marshal(d.Const)
	}
	return json.Marshal([2]int{d.Rows, d.Const})
}

// UnmarshalJSON reads what MarshalJSON writes.
func (d *Dim) UnmarshalJSON(b []byte) error {
	*d = Dim{}
	if err := json.Unmarshal(b, &d.Const); err == nil {
		return nil
	}
	var pair [2]int
	if err := json.Unmarshal(b, &pair); err != nil {
		return fmt.Errorf("graph: %s is not the length of an axis", b)
	}
	d.Rows, d.Const = pair[0], pair[1]
	return nil
}

// product multiplies two lengths. It fails when both depend on the batch, since
// a length of N·N elements is never what a loss means.
func (d Dim) product(e Dim) (Dim, bool) {
	if d.Rows != 0 && e.Rows != 0 {
		return Dim{}, false
	}
	return Dim{Rows: d.Rows*e.Const + d.Const*e.Rows, Const: d.Const * e.Const}, true
}

// quotient divides d by a fixed length, if that leaves no remainder.
func (d Dim) quotient(e Dim) (Dim, bool) {
	if d == e && d != (Dim{}) {
		return Fixed(1), true
	}
	if e.Rows != 0 {
		if e.Const == 0 && d.Const == 0 && d.Rows%e.Rows == 0 {
			return Fixed(d.Rows / e.Rows), true
		}
		return Dim{}, false
	}
	if e.Const <= 0 || d.Rows%e.Const != 0 || d.Const%e.Const != 0 {
		return Dim{}, false
	}
	return Dim{Rows: d.Rows / e.Const, Const: d.Const / e.Const}, true
}

// Shape is the lengths of the axes of a value, outermost first. A scalar has
// the empty shape.
type Shape []Dim

// Dims makes a shape of fixed lengths.
func Dims(n ...int) Shape {
	s := make(Shape, len(n))
	for i, v := range n {
		s[i] = Fixed(v)
	}
	return s
}

// Rows makes the shape [N n...].
func Rows(n ...int) Shape { return append(Shape{Batch}, Dims(n...)...) }

func (s Shape) String() string {
	parts := make([]string, len(s))
	for i, d := range s {
		parts[i] = d.String()
	}
	return "[" + strings.Join(parts, " ") + "]"
}

// Equal reports whether both shapes are the same for every batch.
func (s Shape) Equal(t Shape) bool {
	if len(s) != len(t) {
		return false
	}
	for i := range s {
		if s[i] != t[i] {
			return false
		}
	}
	return true
}

// At returns the concrete lengths for a batch of n rows.
func (s Shape) At(n int) []int {
	out := make([]int, len(s))
	for i, d := range s {
		out[i] = d.At(n)
	}
	return out
}

// Size returns the number of elements; ok is false when the batch symbol stands
// on two axes, so that the number is not a multiple of N.
func (s Shape) Size() (size Dim, ok bool) {
	size = Fixed(1)
	for _, d := range s {
		if size, ok = size.product(d); !ok {
			return Dim{}, false
		}
	}
	return size, true
}

// Depends reports whether any axis changes with the batch.
func (s Shape) Depends() bool {
	for _, d := range s {
		if d.Depends() {
			return true
		}
	}
	return false
}

func (s Shape) clone() Shape { return append(Shape(nil), s...) }

// axis resolves a possibly negative axis of s.
func (s Shape) axis(i int) (int, bool) {
	if i < 0 {
		i += len(s)
	}
	return i, i >= 0 && i < len(s)
}

// Size returns the number of elements of concrete lengths.
func Size(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}

// broadcast returns the shape that NumPy's rule gives for two operands, aligned
// from the right. ok is false where two lengths differ and neither is 1.
func broadcast(a, b Shape) (out Shape, ok bool) {
	n := max(len(a), len(b))
	out = make(Shape, n)
	for i := range out {
		da, db := Fixed(1), Fixed(1)
		if k := i - (n - len(a)); k >= 0 {
			da = a[k]
		}
		if k := i - (n - len(b)); k >= 0 {
			db = b[k]
		}
		switch {
		case da == db || db.IsOne():
			out[i] = da
		case da.IsOne():
			out[i] = db
		default:
			return nil, false
		}
	}
	return out, true
}
