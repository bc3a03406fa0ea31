package graph

import (
	"fmt"
	"slices"
)

// DType is the kind of a value's elements. All are stored as floating point
// numbers; the kind decides what may be done with them and what carries a
// derivative.
type DType uint8

// The kinds, in the order in which arithmetic promotes them.
const (
	Bool DType = iota
	Int
	Float
)

var kinds = []string{"bool", "int", "float"}

func (t DType) String() string { return kinds[t] }

// MarshalText writes the kind's name.
func (t DType) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads the kind's name.
func (t *DType) UnmarshalText(text []byte) error {
	k := slices.Index(kinds, string(text))
	if k < 0 {
		return fmt.Errorf("%.20q is no kind of element", text)
	}
	*t = DType(k)
	return nil
}
