package graph

import (
	"encoding/json"
	"fmt"
	"slices"
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

func (d Dim) plus(e Dim) Dim  { return Dim{Rows: d.Rows + e.Rows, Const: d.Const + e.Const} }
func (d Dim) minus(e Dim) Dim { return Dim{Rows: d.Rows - e.Rows, Const: d.Const - e.Const} }

// atMost reports whether d ≤ e for every batch of one row or more.
func (d Dim) atMost(e Dim) bool { return d.Rows <= e.Rows && d.At(1) <= e.At(1) }

// product multiplies two lengths. It fails when both depend on the batch, since
// a length of N·N elements is never what a loss means.
func (d Dim) product(e Dim) (Dim, bool) {
	if d.Rows != 0 && e.Rows != 0 {
		return Dim{}, false
	}
	return Dim{Rows: d.Rows*e.Const + d.Const*e.Rows, Const: d.Const * e.Const}, true
}

// quotient returns the length q with q·e = d for every batch, if there is one.
func (d Dim) quotient(e Dim) (q Dim, ok bool) {
	switch {
	case e.Rows != 0:
		q = Fixed(d.Rows / e.Rows)
	case e.Const != 0:
		q = Dim{Rows: d.Rows / e.Const, Const: d.Const / e.Const}
	default:
		return Dim{}, false
	}
	back, _ := q.product(e)
	return q, back == d
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
func (s Shape) Equal(t Shape) bool { return slices.Equal(s, t) }

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
func (s Shape) Depends() bool { return slices.ContainsFunc(s, Dim.Depends) }

func (s Shape) clone() Shape { return append(Shape(nil), s...) }

// squeezed returns s without the axes of length 1.
func (s Shape) squeezed() Shape {
	return slices.DeleteFunc(s.clone(), Dim.IsOne)
}

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
