package graph

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

func (t DType) String() string { return [...]string{"bool", "int", "float"}[t] }
