package graph

import "fmt"

// Op is one operation. An op is a small type in a file of its own, whose fields
// are its attributes and are written to model files as JSON.
type Op interface {
	// Name is the word that messages and model files use.
	Name() string
	// Infer returns shape and kind of the result, or why there is none.
	Infer(in []*Node) (Type, *Refusal)
	// Range bounds the result's elements.
	Range(in []*Node) Range
	// Diff says how the result depends on its inputs. Where no derivative passes
	// it gives the reason, a sentence that begins after the op's name.
	Diff() (Diff, string)
	// Grad returns the derivative of the loss to each input, given dy, the one to
	// n. An entry is nil where none passes.
	Grad(n, dy *Node) []*Node
	// Ref computes the result in float64 for a batch of that many rows: the
	// reference for every kernel. out is zero before.
	Ref(rows int, out Array, in []Array)
}

// Type is shape and kind of a value.
type Type struct {
	Shape Shape
	DType DType
}

// Function is implemented by ops of one input, element by element, that are too rare to
// have a kernel: the engine calls it for each element.
type Function interface{ Of(x float64) float64 }

func refOf(f Function, out Array, in []Array) {
	for i, x := range in[0].Data {
		out.Data[i] = f.Of(x)
	}
}

// Refusal is why an op cannot be applied; the graph adds the position.
type Refusal struct {
	Code    Code
	Message string
	Notes   []string
	Fixes   []string
}

// domained is implemented by ops that give NaN for values below a bound.
type domained interface {
	// Least returns the least value that input i may have.
	Least(i int) float64
}

// Diff is how smoothly an op's result follows its inputs.
type Diff uint8

const (
	// Smooth ops have a derivative wherever they are defined.
	Smooth Diff = iota
	// AlmostEverywhere ops have one but for isolated points: relu, abs, max.
	AlmostEverywhere
	// Flat ops have derivative 0 almost everywhere: round, sign.
	Flat
	// Discrete ops return positions, truth values or integers.
	Discrete
	// Cut ops stop the derivative because the user asked for it.
	Cut
)

func (d Diff) String() string {
	return [...]string{"smooth", "almost everywhere", "flat", "discrete", "cut"}[d]
}

// Passes reports whether derivatives go through.
func (d Diff) Passes() bool { return d <= AlmostEverywhere }

// unmoved ends the reasons of flat and discrete ops.
const unmoved = "nudging a weight leaves it where it is, so no weight would ever move"

// smooth and kinked are embedded by ops to say their Diff.
type smooth struct{}

func (smooth) Diff() (Diff, string) { return Smooth, "" }

type kinked struct{}

func (kinked) Diff() (Diff, string) { return AlmostEverywhere, "" }

// elementwise is embedded by ops whose inputs have one shape, which is also the
// result's.
type elementwise struct{}

func (elementwise) Infer(in []*Node) (Type, *Refusal) { return alike(in, Float) }

// alike infers the type of an element by element op: inputs of one shape.
func alike(in []*Node, kind DType) (Type, *Refusal) {
	for _, x := range in[1:] {
		if !x.shape.Equal(in[0].shape) {
			return Type{}, &Refusal{Code: CodeShape, Message: fmt.Sprintf("element by element on %v and %v", in[0].shape, x.shape)}
		}
	}
	return Type{Shape: in[0].shape, DType: kind}, nil
}

// viewing is embedded by ops that move elements without changing them: messages
// look through them.
type viewing struct{ smooth }

func (viewing) view() {}

// isView reports whether n only moves the elements of its input.
func (n *Node) isView() bool {
	_, ok := n.op.(interface{ view() })
	return ok
}

// origin returns what n shows, seen through views.
func (n *Node) origin() *Node {
	for n.isView() {
		n = n.in[0]
	}
	return n
}

// given reports whether n is not computed from other nodes.
func (n *Node) given() bool { return len(n.origin().in) == 0 }

// isParam reports whether n is a parameter.
func (n *Node) isParam() bool {
	_, ok := n.origin().op.(paramOp)
	return ok
}

// source is embedded by ops without inputs.
type source struct{ smooth }

func (source) Grad(n, dy *Node) []*Node { return nil }
