package tracer

import (
	"math/big"
	"strings"

	"github.com/descent-ml/descent/graph"
	"github.com/descent-ml/descent/recipe/syntax"
)

// Value is what an expression gives: one of the types of this package, a tensor
// (*graph.Node), or a value of the host's, such as a declared model, which may
// implement [Attributer] and [Named].
type Value any

type (
	// None is Python's None.
	None struct{}
	// Ellipsis is Python's "...".
	Ellipsis struct{}
	// Bool is True or False.
	Bool bool
	// Int is a whole number of at most limits.RecipeIntBits bits. It never changes.
	Int struct{ big *big.Int }
	// Float is a float64.
	Float float64
	// Str is a string; its elements are code points.
	Str string
	// Tuple never changes.
	Tuple []Value
	// List is shared by all who hold it.
	List struct{ Elems []Value }
	// Range is range(Start, Stop, Step).
	Range struct{ Start, Stop, Step int64 }
	// Slice is the start:stop:step of an index; each part may be None.
	Slice struct{ Start, Stop, Step Value }
	// Length is the length of a tensor's axis that depends on the batch.
	Length struct{ graph.Dim }
	// DType is the kind of a tensor's elements, as K.floatx or x.dtype names it.
	DType struct {
		graph.DType
		Narrow
	}
)

// poisoned stands for a value that could not be made; why was reported.
type poisoned struct{}

// Poison is the value of an expression that was refused. Everything computed
// from it is Poison too, without another message.
var Poison Value = poisoned{}

// Poisoned reports whether v, or the node that it is, could not be made.
func Poisoned(v Value) bool {
	switch v := v.(type) {
	case poisoned:
		return true
	case *graph.Node:
		return v.Poisoned()
	}
	return false
}

// Named is implemented by values of the host that have a type name for messages.
type Named interface{ TypeName() string }

// Attributer is implemented by values of the host that have attributes.
type Attributer interface {
	// Attr returns the attribute, or ok false where there is none of that name.
	Attr(t *Tracer, name string, at syntax.Span) (v Value, ok bool)
	// Attrs lists the names of all attributes.
	Attrs() []string
}

// Sequence is implemented by what a class written in Go keeps of an instance, if the
// instance can be indexed and gone over as a list.
type Sequence interface{ Elements() []Value }

// sequence returns the elements of an instance that has some.
func sequence(v Value) (list []Value, ok bool) {
	i, ok := v.(*Instance)
	if !ok {
		return nil, false
	}
	s, ok := i.Host.(Sequence)
	if !ok {
		return nil, false
	}
	return s.Elements(), true
}

// Tensorer is implemented by values of the host that stand for a tensor of
// whatever graph is being made, such as the weights of a layer: reading a name,
// attribute or element that holds one gives the tensor.
type Tensorer interface {
	TensorIn(t *Tracer, at syntax.Span) Value
}

// resolve returns the tensor that v stands for, or v.
func (t *Tracer) resolve(v Value, at syntax.Span) Value {
	switch v := v.(type) {
	case Tensorer:
		return v.TensorIn(t, at)
	case *graph.Node:
		n := t.changes.latest(v)
		t.changes.held[n] = true
		return n
	}
	return v
}

// NewInt returns the Int of n.
func NewInt(n int64) Int { return Int{big.NewInt(n)} }

// Int64 returns i, and whether it fits.
func (i Int) Int64() (n int64, ok bool) { return i.big.Int64(), i.big.IsInt64() }

// Float64 returns the float64 nearest to i.
func (i Int) Float64() float64 {
	f, _ := new(big.Float).SetInt(i.big).Float64()
	return f
}

func (i Int) String() string { return i.big.String() }

// len returns the number of elements.
func (r Range) len() int64 {
	switch {
	case r.Step > 0 && r.Start < r.Stop:
		return int64((uint64(r.Stop-r.Start)-1)/uint64(r.Step)) + 1
	case r.Step < 0 && r.Start > r.Stop:
		return int64((uint64(r.Start-r.Stop)-1)/(-uint64(r.Step))) + 1
	}
	return 0
}

func (r Range) at(i int64) int64 { return r.Start + i*r.Step }

// TypeName returns what Python calls the type of v.
func TypeName(v Value) string {
	switch v := v.(type) {
	case None:
		return "NoneType"
	case Ellipsis:
		return "ellipsis"
	case Bool:
		return "bool"
	case Int:
		return "int"
	case Float:
		return "float"
	case Str:
		return "str"
	case Tuple:
		return "tuple"
	case *List:
		return "list"
	case *Dict:
		return "dict"
	case *Set:
		return "set"
	case Range:
		return "range"
	case Slice:
		return "slice"
	case *dictView:
		return "dict_" + v.what
	case *Iterator:
		return v.kind
	case *Function:
		return "function"
	case *Method:
		return "method"
	case *Builtin:
		if v.is != nil {
			return "type"
		}
		return "builtin_function_or_method"
	case *Class:
		return "type"
	case *Instance:
		return v.Class.Name
	case *Module:
		return "module"
	case *super:
		return "super"
	case *graph.Node:
		return "tensor"
	case Length:
		return "length of the batch"
	case DType:
		return "dtype"
	case Named:
		return v.TypeName()
	}
	return "object"
}

// Describe names a value for a message: its type with an article, and a tensor
// with its shape.
func Describe(v Value) string {
	switch v := v.(type) {
	case *graph.Node:
		return "a tensor " + v.Shape().String()
	case None:
		return "None"
	}
	name := TypeName(v)
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

// number returns a bool, int or float as int or float; kind is 'i', 'f', or 0 for
// anything else.
func number(v Value) (i *big.Int, f float64, kind byte) {
	switch v := v.(type) {
	case Bool:
		if v {
			return one, 0, 'i'
		}
		return zero, 0, 'i'
	case Int:
		return v.big, 0, 'i'
	case Float:
		return nil, float64(v), 'f'
	}
	return nil, 0, 0
}

var zero, one = new(big.Int), big.NewInt(1)

// Number returns a bool, int or float as a float64.
func Number(v Value) (f float64, ok bool) {
	i, f, kind := number(v)
	switch kind {
	case 'i':
		return Int{i}.Float64(), true
	case 'f':
		return f, true
	}
	return 0, false
}

// Truth is Python's bool(v) for values that are known while tracing; known is
// false for tensors and for lengths of the batch.
func Truth(v Value) (truth, known bool) {
	switch v := v.(type) {
	case *graph.Node, Later:
		return false, false
	case Length:
		return true, v.Const >= 0 // a batch holds at least one row
	case None:
		return false, true
	case Bool:
		return bool(v), true
	case Int:
		return v.big.Sign() != 0, true
	case Float:
		return v != 0, true
	case Str:
		return v != "", true
	case Tuple:
		return len(v) > 0, true
	case *List:
		return len(v.Elems) > 0, true
	case *Dict:
		return v.Len() > 0, true
	case *Set:
		return v.dict.Len() > 0, true
	case *dictView:
		return v.dict.Len() > 0, true
	case Range:
		return v.len() > 0, true
	}
	return true, true
}
