// Package array holds arrays of numbers as files give them, exactly, and makes them into rows to learn from.
//
//	x, err := npy.ReadFile("x.npy", "")                       // or idx.ReadFile("images.idx3.gz")
//	y, err := npy.ReadFile("y.npy", "")
//	parts, err := array.Prepare(array.Input{X: x, Target: y}, array.Options{}) // checked, divided, numbers
package array

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Kind is the type of an array's elements.
type Kind uint8

// The kinds.
const (
	Bool Kind = iota // one byte, 0 or 1
	Uint8
	Uint16
	Uint32
	Uint64
	Int8
	Int16
	Int32
	Int64
	Float16 // IEEE 754 binary16
	Float32
	Float64
)

var kinds = [...]struct {
	name string
	size int
}{
	{"bool", 1}, {"uint8", 1}, {"uint16", 2}, {"uint32", 4}, {"uint64", 8},
	{"int8", 1}, {"int16", 2}, {"int32", 4}, {"int64", 8}, {"float16", 2}, {"float32", 4}, {"float64", 8},
}

// String returns the name that NumPy has for the kind: "float32".
func (k Kind) String() string { return kinds[k].name }

// Size returns the bytes of one element.
func (k Kind) Size() int { return kinds[k].size }

// Whole reports whether every element is a whole number.
func (k Kind) Whole() bool { return k < Float16 }

// Array is the content of a file, or of one member of an archive.
type Array struct {
	File   string // as the user named it; of a member, "data.npz:x"
	SHA256 string // of the file's bytes, in hex
	Kind   Kind
	Shape  []int
	Data   []byte // the elements in row-major order, little-endian
}

// Len returns the number of elements.
func (a *Array) Len() int { return len(a.Data) / a.Kind.Size() }

// Rows returns the size of the first axis, 1 if there is none.
func (a *Array) Rows() int {
	if len(a.Shape) == 0 {
		return 1
	}
	return a.Shape[0]
}

// Width returns the number of elements of a row: the product of the sizes after the first.
func (a *Array) Width() int {
	width := 1
	for _, n := range a.Shape[min(1, len(a.Shape)):] {
		width *= n
	}
	return width
}

// At returns element i in row-major order. It is exact but for 64-bit integers beyond ±2^53, which are rounded.
func (a *Array) At(i int) float64 {
	b := a.Data[i*a.Kind.Size():]
	le := binary.LittleEndian
	switch a.Kind {
	case Bool, Uint8:
		return float64(b[0])
	case Uint16:
		return float64(le.Uint16(b))
	case Uint32:
		return float64(le.Uint32(b))
	case Uint64:
		return float64(le.Uint64(b))
	case Int8:
		return float64(int8(b[0]))
	case Int16:
		return float64(int16(le.Uint16(b)))
	case Int32:
		return float64(int32(le.Uint32(b)))
	case Int64:
		return float64(int64(le.Uint64(b)))
	case Float16:
		return half(le.Uint16(b))
	case Float32:
		return float64(math.Float32frombits(le.Uint32(b)))
	case Float64:
		return math.Float64frombits(le.Uint64(b))
	}
	panic(fmt.Sprintf("array: no kind %d", a.Kind))
}

// half returns the value of an IEEE 754 binary16 number: a sign, 5 bits of exponent with bias 15, 10 of fraction.
func half(bits uint16) float64 {
	sign, exponent, fraction := 1.0, int(bits>>10&0x1F), float64(bits&0x3FF)
	if bits>>15 == 1 {
		sign = -1
	}
	switch {
	case exponent == 0:
		return sign * math.Ldexp(fraction, -24)
	case exponent < 0x1F:
		return sign * math.Ldexp(1024+fraction, exponent-25)
	case fraction == 0:
		return math.Inf(int(sign))
	}
	return math.NaN()
}

// place returns where element i is, as messages show it: "[17 3 5]".
func (a *Array) place(i int) string {
	at := make([]int, len(a.Shape))
	for k := len(at) - 1; k >= 0; k-- {
		at[k] = i % a.Shape[k]
		i /= a.Shape[k]
	}
	return fmt.Sprint(at)
}
