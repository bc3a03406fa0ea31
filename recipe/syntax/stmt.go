package syntax

type (
	// ExprStmt is an expression that stands alone: a call, or a docstring.
	ExprStmt struct {
		stmtNode
		Value Expr
	}

	// Assign is "Targets[0] = Targets[1] = ... = Value". A target is a Name, Attribute, Subscript, Starred, or a Tuple or List of these.
	Assign struct {
		stmtNode
		Targets []Expr
		Value   Expr
	}

	// AnnAssign is "Target: Annotation = Value". Value is nil for a bare annotation. Simple means that Target is a name without
	// parentheses around it.
	AnnAssign struct {
		stmtNode
		Target     Expr
		Annotation Expr
		Value      Expr
		Simple     bool
	}

	// AugAssign is "Target Op= Value".
	AugAssign struct {
		stmtNode
		Target Expr
		Op     Operator
		OpPos  Pos
		Value  Expr
	}

	// FunctionDef is "def Name(Params) -> Returns: Body" under its decorators.
	FunctionDef struct {
		stmtNode
		Decorators []Expr
		Name       *Ident
		Params     []*Param
		Returns    Expr // nil without one
		Body       []Stmt
	}

	// ClassDef is "class Name(Bases, Keywords): Body" under its decorators.
	ClassDef struct {
		stmtNode
		Decorators []Expr
		Name       *Ident
		Bases      []Expr
		Keywords   []*Keyword
		Body       []Stmt
	}

	// Return is "return Value"; Value may be nil.
	Return struct {
		stmtNode
		Value Expr
	}

	// If is "if Test: Body" with its else. An elif is an If that is the only statement of Orelse; its span starts at the elif.
	If struct {
		stmtNode
		Test   Expr
		Body   []Stmt
		Orelse []Stmt
	}

	// For is "for Target in Iter: Body" with its else.
	For struct {
		stmtNode
		Target Expr
		Iter   Expr
		Body   []Stmt
		Orelse []Stmt
	}

	// While is "while Test: Body" with its else.
	While struct {
		stmtNode
		Test   Expr
		Body   []Stmt
		Orelse []Stmt
	}

	// With is "with Items: Body".
	With struct {
		stmtNode
		Items []*WithItem
		Body  []Stmt
	}

	// Break is "break".
	Break struct{ stmtNode }

	// Continue is "continue".
	Continue struct{ stmtNode }

	// Pass is "pass".
	Pass struct{ stmtNode }

	// Assert is "assert Test, Msg"; Msg may be nil.
	Assert struct {
		stmtNode
		Test Expr
		Msg  Expr
	}

	// Raise is "raise Exc from Cause"; both may be nil.
	Raise struct {
		stmtNode
		Exc   Expr
		Cause Expr
	}

	// Delete is "del Targets".
	Delete struct {
		stmtNode
		Targets []Expr
	}

	// Import is "import Names".
	Import struct {
		stmtNode
		Names []*Alias
	}

	// ImportFrom is "from Module import Names". Level counts the leading dots; Module is nil for "from . import x".
	ImportFrom struct {
		stmtNode
		Level  int
		Module *Ident
		Names  []*Alias
	}

	// Try is "try: Body" of imports alone, with its clauses: what code that runs with several versions of a library begins with.
	// Every other try is a BadStmt.
	Try struct {
		stmtNode
		Body      []Stmt
		Handlers  []*ExceptHandler
		Orelse    []Stmt
		Finalbody []Stmt
	}

	// BadStmt is a statement that was refused; an Error tells why. Body holds what could be read of the blocks below it.
	BadStmt struct {
		stmtNode
		Body []Stmt
	}
)
