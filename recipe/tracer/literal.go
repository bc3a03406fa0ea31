package tracer

import (
	"fmt"
	"math/big"
	"slices"

	"github.com/descent-ml/descent/recipe/syntax"
)

// Literal reads a text that is one literal of Python: a number, a string, True,
// False, None, or a list, tuple or dict of these.
func Literal(text string) (v Value, ok bool) {
	module, errs := syntax.Parse("", []byte(text))
	if len(errs) > 0 || len(module.Body) != 1 {
		return nil, false
	}
	s, ok := module.Body[0].(*syntax.ExprStmt)
	if !ok || !isLiteral(s.Value) {
		return nil, false
	}
	return literal(s.Value), true
}

func isLiteral(x syntax.Expr) bool {
	all := func(list []syntax.Expr) bool {
		return !slices.ContainsFunc(list, func(x syntax.Expr) bool { return x == nil || !isLiteral(x) })
	}
	switch x := x.(type) {
	case *syntax.None, *syntax.Bool, *syntax.Int, *syntax.Float, *syntax.Str:
		return true
	case *syntax.UnaryOp:
		_, isInt := x.Operand.(*syntax.Int)
		_, isFloat := x.Operand.(*syntax.Float)
		return x.Op == syntax.USub && (isInt || isFloat)
	case *syntax.Tuple:
		return all(x.Elts)
	case *syntax.List:
		return all(x.Elts)
	case *syntax.Dict:
		return all(x.Keys) && all(x.Values)
	}
	return false
}

// literal returns the value of a default in a signature.
func literal(x syntax.Expr) Value {
	switch x := x.(type) {
	case *syntax.None:
		return None{}
	case *syntax.Bool:
		return Bool(x.Value)
	case *syntax.Int:
		return Int{x.Value}
	case *syntax.Float:
		return Float(x.Value)
	case *syntax.Str:
		return Str(x.Value)
	case *syntax.Ellipsis:
		return Ellipsis{}
	case *syntax.UnaryOp:
		switch v := literal(x.Operand).(type) {
		case Int:
			return Int{new(big.Int).Neg(v.big)}
		case Float:
			return -v
		}
	case *syntax.Tuple:
		var elems Tuple
		for _, e := range x.Elts {
			elems = append(elems, literal(e))
		}
		return elems
	case *syntax.List:
		list := &List{}
		for _, e := range x.Elts {
			list.Elems = append(list.Elems, literal(e))
		}
		return list
	case *syntax.Dict:
		d := NewDict()
		for i, key := range x.Keys {
			d.Put(literal(key), literal(x.Values[i]))
		}
		return d
	}
	panic(fmt.Sprintf("tracer: default %T in a signature", x))
}
