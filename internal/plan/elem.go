package plan

import "github.com/descent-ml/descent/graph"

// Elem is a program for elementwise work: its instructions are run on one tile of
// TileLen elements after the other. A task is one tile.
type Elem struct {
	Size  int // elements of the whole space
	Slots []Slot
	Code  []Instr
	Regs  int // tile registers in use
}

// SlotKind says where the elements of a slot are during a tile.
type SlotKind uint8

// The kinds of slots.
const (
	Register SlotKind = iota // a tile register
	Direct                   // memory with one element for each of the space
	Spread                   // memory that is repeated along axes: loaded into a register
	Single                   // one number in memory, the operand of scalar instructions
)

// Slot is an operand or a result.
type Slot struct {
	Kind SlotKind
	Reg  int // Register, Spread
	Ref  Ref // Direct, Spread, Single
	// Spread: element i of the space with axes Dims is at Σ index·Stride.
	Dims, Stride []int
}

// Instr is one kernel call on a tile. S and S2 are numbers known when planning.
type Instr struct {
	Code    Code
	Dst     int // slot
	A, B, C int // slots; Single ones are scalar operands
	S, S2   float32
	Node    *graph.Node
}

// Code is an instruction.
type Code uint8

// The instructions. A name with S takes a number as last operand: S of the
// instruction if B is none, else the number in slot B.
const (
	Load Code = iota // a Spread slot into a register
	Copy
	FillS
	Add
	Sub
	Mul
	Div
	Max
	Min
	Equal
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
	ReluGrad
	Pow
	AddS
	SubS
	RSubS
	MulS
	DivS
	RDivS
	MaxS
	MinS
	EqualS
	NotEqualS
	LessS
	LessEqualS
	GreaterS
	GreaterEqualS
	PowS
	Neg
	Abs
	Sqrt
	Square
	Relu
	Round
	Floor
	Sign
	Exp
	Expm1
	Log
	Log1p
	Tanh
	Sigmoid
	Softplus
	Erf
	Apply // the function of the node's op, in float64
	Where
	ClipS
	codes // their number
)

var codeNames = [codes]string{
	"load", "copy", "fill", "add", "sub", "mul", "div", "max", "min",
	"equal", "notequal", "less", "lessequal", "greater", "greaterequal", "relugrad", "pow",
	"adds", "subs", "rsubs", "muls", "divs", "rdivs", "maxs", "mins",
	"equals", "notequals", "lesss", "lessequals", "greaters", "greaterequals", "pows",
	"neg", "abs", "sqrt", "square", "relu", "round", "floor", "sign",
	"exp", "expm1", "log", "log1p", "tanh", "sigmoid", "softplus", "erf", "apply", "where", "clip",
}

func (c Code) String() string { return codeNames[c] }

// cost is the time of an instruction per element, in units of 1/16 ns on a core
// with vector kernels.
func (c Code) cost() int {
	switch {
	case c == Apply:
		return 1000
	case c == Pow || c == PowS || c == Erf:
		return 60
	case c >= Exp && c <= Erf:
		return 25
	case c == Div || c == DivS || c == RDivS || c == Sqrt:
		return 8
	}
	return 2
}

// unaries, binaries: op name -> instruction. Binary instructions have a scalar
// form for a number on the right, and one for a number on the left.
var unaries = map[string]Code{
	"Neg": Neg, "Abs": Abs, "Sqrt": Sqrt, "Square": Square, "Relu": Relu,
	"Round": Round, "Floor": Floor, "Sign": Sign,
	"Exp": Exp, "Expm1": Expm1, "Log": Log, "Log1p": Log1p,
	"Tanh": Tanh, "Sigmoid": Sigmoid, "Softplus": Softplus, "Erf": Erf,
	"Lgamma": Apply, "Polygamma": Apply,
}

type binaryForms struct {
	both, right, left Code // left is Copy where a number cannot stand there
}

var binaries = map[string]binaryForms{
	"Add": {Add, AddS, AddS}, "Sub": {Sub, SubS, RSubS}, "Mul": {Mul, MulS, MulS}, "Div": {Div, DivS, RDivS},
	"Maximum": {Max, MaxS, MaxS}, "Minimum": {Min, MinS, MinS}, "Power": {Pow, PowS, Copy},
	"Equal": {Equal, EqualS, EqualS}, "NotEqual": {NotEqual, NotEqualS, NotEqualS},
	"Less": {Less, LessS, GreaterS}, "LessEqual": {LessEqual, LessEqualS, GreaterEqualS},
	"Greater": {Greater, GreaterS, LessS}, "GreaterEqual": {GreaterEqual, GreaterEqualS, LessEqualS},
}

// isElementwise reports whether an op is computed element by element.
func isElementwise(n *graph.Node) bool {
	name := n.Op().Name()
	if _, ok := unaries[name]; ok {
		return true
	}
	if _, ok := binaries[name]; ok {
		return true
	}
	switch name {
	case "Pow", "Clip", "XLogY", "LogCosh", "Where", "And", "Or", "Not", "ReluGrad":
		return true
	case "Cast":
		a := n.Attrs()
		return a.To == graph.Int || a.To == graph.Bool
	}
	return false
}
