package syntax

import "math/big"

type (
	// None is the constant None.
	None struct{ exprNode }

	// Bool is True or False.
	Bool struct {
		exprNode
		Value bool
	}

	// Int is an integer literal of any base.
	Int struct {
		exprNode
		Value *big.Int
	}

	// Float is a floating-point literal; one too large for a float64 is +Inf, as in Python.
	Float struct {
		exprNode
		Value float64
	}

	// Str is a string literal, or several that stand next to each other, with escapes resolved.
	Str struct {
		exprNode
		Value string
	}

	// Bytes is a bytes literal, or several that stand next to each other, with escapes resolved.
	Bytes struct {
		exprNode
		Value []byte
	}

	// Ellipsis is the constant "...".
	Ellipsis struct{ exprNode }

	// JoinedStr is an f-string, or several strings next to each other of which one is an f-string. Values holds Str and
	// FormattedValue in the order of the text.
	JoinedStr struct {
		exprNode
		Values []Expr
	}

	// FormattedValue is one {Value!Conversion:FormatSpec} of an f-string. For {Value=} a Str with the text "Value=" stands before it.
	FormattedValue struct {
		exprNode
		Value      Expr
		Conversion rune       // 's', 'r', 'a', or 0
		FormatSpec *JoinedStr // nil without a colon
	}

	// Name is a variable, read or assigned.
	Name struct {
		exprNode
		Id string
	}

	// Tuple is a tuple, with or without parentheses.
	Tuple struct {
		exprNode
		Elts []Expr
	}

	// List is [Elts...].
	List struct {
		exprNode
		Elts []Expr
	}

	// Set is {Elts...}.
	Set struct {
		exprNode
		Elts []Expr
	}

	// Dict is {Keys[i]: Values[i], ...}; a nil key stands for **Values[i].
	Dict struct {
		exprNode
		Keys   []Expr
		Values []Expr
	}

	// ListComp is [Elt for ...].
	ListComp struct {
		exprNode
		Elt        Expr
		Generators []*Comprehension
	}

	// SetComp is {Elt for ...}.
	SetComp struct {
		exprNode
		Elt        Expr
		Generators []*Comprehension
	}

	// DictComp is {Key: Value for ...}.
	DictComp struct {
		exprNode
		Key, Value Expr
		Generators []*Comprehension
	}

	// GeneratorExp is (Elt for ...). As the only argument of a call it shares the call's parentheses, and its span covers them.
	GeneratorExp struct {
		exprNode
		Elt        Expr
		Generators []*Comprehension
	}

	// Lambda is "lambda Params: Body".
	Lambda struct {
		exprNode
		Params []*Param
		Body   Expr
	}

	// IfExp is "Body if Test else Orelse".
	IfExp struct {
		exprNode
		Test, Body, Orelse Expr
	}

	// NamedExpr is "Target := Value".
	NamedExpr struct {
		exprNode
		Target *Name
		Value  Expr
	}

	// BoolOp is two or more Values joined by And or Or; OpPos[i] is the place of the operator between Values[i] and Values[i+1].
	BoolOp struct {
		exprNode
		Op     Operator
		OpPos  []Pos
		Values []Expr
	}

	// BinOp is "Left Op Right".
	BinOp struct {
		exprNode
		Left  Expr
		Op    Operator
		OpPos Pos
		Right Expr
	}

	// UnaryOp is "Op Operand"; the operator stands at the start of the span.
	UnaryOp struct {
		exprNode
		Op      Operator
		Operand Expr
	}

	// Compare is the chain "Left Ops[0] Comparators[0] Ops[1] Comparators[1] ..."; OpPos[i] is the place of Ops[i].
	Compare struct {
		exprNode
		Left        Expr
		Ops         []Operator
		OpPos       []Pos
		Comparators []Expr
	}

	// Call is Func(Args..., Keywords...); an argument *x is a Starred in Args.
	Call struct {
		exprNode
		Func     Expr
		Args     []Expr
		Keywords []*Keyword
	}

	// Attribute is Value.Attr.
	Attribute struct {
		exprNode
		Value Expr
		Attr  *Ident
	}

	// Subscript is Value[Index]. Index is a Slice, a Tuple (which may hold slices), or any other expression.
	Subscript struct {
		exprNode
		Value Expr
		Index Expr
	}

	// Slice is "Lower:Upper:Step" inside a Subscript; each part may be nil.
	Slice struct {
		exprNode
		Lower, Upper, Step Expr
	}

	// Starred is *Value in an assignment target, a display, a call or an index.
	Starred struct {
		exprNode
		Value Expr
	}

	// BadExpr is an expression that was refused; an Error tells why.
	BadExpr struct{ exprNode }
)
