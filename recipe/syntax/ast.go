package syntax

// Node is any part of the tree: a *Module, an Expr, a Stmt, or one of the small parts that these hold
// (*Ident, *Param, *Keyword, *Comprehension, *WithItem, *ExceptHandler, *Alias).
type Node interface {
	// Span is where the node stands in the source. It follows CPython's ast module: parentheses around an expression are
	// outside its span, except those of a tuple or generator expression; a decorated definition starts at its def or class.
	Span() Span
}

// Expr is a node that has a value.
type Expr interface {
	Node
	expr()
}

// Stmt is a node that does something.
type Stmt interface {
	Node
	stmt()
}

// node holds what all nodes share.
type node struct{ span Span }

func (n *node) Span() Span { return n.span }

type exprNode struct{ node }

func (*exprNode) expr() {}

type stmtNode struct{ node }

func (*stmtNode) stmt() {}

// Module is one source file.
type Module struct {
	node
	*Source
	Body []Stmt
}

// Ident is a name where it is declared or selected: a parameter, an attribute, a keyword, a module path. A name that stands for
// a value is a Name.
type Ident struct {
	node
	Name string
}

// Param is one parameter of a def or lambda. As in CPython its span covers name and annotation, not stars or default.
type Param struct {
	node
	Kind       ParamKind
	Name       *Ident
	Annotation Expr // nil without one
	Default    Expr // nil without one
}

// ParamKind says how arguments reach a parameter.
type ParamKind int

// The kinds of parameters, in the order in which a signature lists them: def f(a, /, b, *args, c, **kwargs).
const (
	PositionalOnly ParamKind = iota // a
	Positional                      // b: by position or by keyword
	VarPositional                   // *args
	KeywordOnly                     // c
	VarKeyword                      // **kwargs
)

// Keyword is a keyword argument Name=Value of a call or class, or **Value, whose Name is nil.
type Keyword struct {
	node
	Name  *Ident
	Value Expr
}

// Comprehension is one "for Target in Iter if Ifs[0] if Ifs[1] ..." of a comprehension or generator expression.
type Comprehension struct {
	node
	Target Expr
	Iter   Expr
	Ifs    []Expr
}

// WithItem is one "Context as Target" of a with statement; Target is nil without as.
type WithItem struct {
	node
	Context Expr
	Target  Expr
}

// ExceptHandler is one "except Type as Name: Body" of a try statement; Type and Name may be nil.
type ExceptHandler struct {
	node
	Type Expr
	Name *Ident
	Body []Stmt
}

// Alias is one name of an import: Name is the dotted path (or "*"), AsName is nil without as.
type Alias struct {
	node
	Name   *Ident
	AsName *Ident
}

// Operator is an operator of BinOp, AugAssign, BoolOp, UnaryOp or Compare.
type Operator int

// The operators, grouped by the nodes that hold them.
const (
	Add Operator = iota // BinOp, AugAssign
	Sub
	Mult
	MatMult
	Div
	FloorDiv
	Mod
	Pow
	LShift
	RShift
	BitOr
	BitXor
	BitAnd

	And // BoolOp
	Or

	Not // UnaryOp
	Invert
	UAdd
	USub

	Eq // Compare
	NotEq
	Lt
	LtE
	Gt
	GtE
	Is
	IsNot
	In
	NotIn
)

var operatorText = [...]string{
	Add: "+", Sub: "-", Mult: "*", MatMult: "@", Div: "/", FloorDiv: "//", Mod: "%", Pow: "**",
	LShift: "<<", RShift: ">>", BitOr: "|", BitXor: "^", BitAnd: "&",
	And: "and", Or: "or", Not: "not", Invert: "~", UAdd: "+", USub: "-",
	Eq: "==", NotEq: "!=", Lt: "<", LtE: "<=", Gt: ">", GtE: ">=", Is: "is", IsNot: "is not", In: "in", NotIn: "not in",
}

// String returns the operator as it is written in source, without the = of an augmented assignment.
func (op Operator) String() string { return operatorText[op] }
