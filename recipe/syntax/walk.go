package syntax

// Walk calls f for n and, while f returns true, for the nodes below it, parents first and in the order of the source. Parts that
// are not there (a missing else, an absent annotation) are skipped.
func Walk(n Node, f func(Node) bool) {
	if !f(n) {
		return
	}
	for _, c := range children(n) {
		Walk(c, f)
	}
}

// nodes collects the children of one node, leaving out absent ones.
type nodes []Node

// children lists the nodes directly below n, in the order of the source.
func children(n Node) nodes {
	var c nodes
	switch n := n.(type) {
	case *Module:
		c.stmts(n.Body)
	case *Param:
		c.ident(n.Name)
		c.exprs(n.Annotation, n.Default)
	case *Keyword:
		c.ident(n.Name)
		c.exprs(n.Value)
	case *Comprehension:
		c.exprs(n.Target, n.Iter)
		c.exprs(n.Ifs...)
	case *ExceptHandler:
		c.exprs(n.Type)
		c.ident(n.Name)
		c.stmts(n.Body)
	case *WithItem:
		c.exprs(n.Context, n.Target)
	case *Alias:
		c.ident(n.Name)
		c.ident(n.AsName)
	case Expr:
		c.ofExpr(n)
	case Stmt:
		c.ofStmt(n)
	}
	return c
}

func (c *nodes) ofExpr(n Expr) {
	switch n := n.(type) {
	case *JoinedStr:
		c.exprs(n.Values...)
	case *FormattedValue:
		c.exprs(n.Value)
		if n.FormatSpec != nil {
			c.exprs(n.FormatSpec)
		}
	case *Tuple:
		c.exprs(n.Elts...)
	case *List:
		c.exprs(n.Elts...)
	case *Set:
		c.exprs(n.Elts...)
	case *Dict:
		for i, key := range n.Keys {
			c.exprs(key, n.Values[i])
		}
	case *ListComp:
		c.comprehension(n.Generators, n.Elt)
	case *SetComp:
		c.comprehension(n.Generators, n.Elt)
	case *DictComp:
		c.comprehension(n.Generators, n.Key, n.Value)
	case *GeneratorExp:
		c.comprehension(n.Generators, n.Elt)
	case *Lambda:
		c.params(n.Params)
		c.exprs(n.Body)
	case *IfExp:
		c.exprs(n.Body, n.Test, n.Orelse)
	case *NamedExpr:
		c.exprs(n.Target, n.Value)
	case *BoolOp:
		c.exprs(n.Values...)
	case *BinOp:
		c.exprs(n.Left, n.Right)
	case *UnaryOp:
		c.exprs(n.Operand)
	case *Compare:
		c.exprs(n.Left)
		c.exprs(n.Comparators...)
	case *Call:
		c.exprs(n.Func)
		c.arguments(n.Args, n.Keywords)
	case *Attribute:
		c.exprs(n.Value)
		c.ident(n.Attr)
	case *Subscript:
		c.exprs(n.Value, n.Index)
	case *Slice:
		c.exprs(n.Lower, n.Upper, n.Step)
	case *Starred:
		c.exprs(n.Value)
	}
}

func (c *nodes) ofStmt(n Stmt) {
	switch n := n.(type) {
	case *ExprStmt:
		c.exprs(n.Value)
	case *Assign:
		c.exprs(n.Targets...)
		c.exprs(n.Value)
	case *AnnAssign:
		c.exprs(n.Target, n.Annotation, n.Value)
	case *AugAssign:
		c.exprs(n.Target, n.Value)
	case *FunctionDef:
		c.exprs(n.Decorators...)
		c.ident(n.Name)
		c.params(n.Params)
		c.exprs(n.Returns)
		c.stmts(n.Body)
	case *ClassDef:
		c.exprs(n.Decorators...)
		c.ident(n.Name)
		c.arguments(n.Bases, n.Keywords)
		c.stmts(n.Body)
	case *Return:
		c.exprs(n.Value)
	case *If:
		c.exprs(n.Test)
		c.stmts(n.Body)
		c.stmts(n.Orelse)
	case *For:
		c.exprs(n.Target, n.Iter)
		c.stmts(n.Body)
		c.stmts(n.Orelse)
	case *While:
		c.exprs(n.Test)
		c.stmts(n.Body)
		c.stmts(n.Orelse)
	case *With:
		for _, item := range n.Items {
			*c = append(*c, item)
		}
		c.stmts(n.Body)
	case *Assert:
		c.exprs(n.Test, n.Msg)
	case *Raise:
		c.exprs(n.Exc, n.Cause)
	case *Delete:
		c.exprs(n.Targets...)
	case *Import:
		c.aliases(n.Names)
	case *ImportFrom:
		c.ident(n.Module)
		c.aliases(n.Names)
	case *Try:
		c.stmts(n.Body)
		for _, h := range n.Handlers {
			*c = append(*c, h)
		}
		c.stmts(n.Orelse)
		c.stmts(n.Finalbody)
	case *BadStmt:
		c.stmts(n.Body)
	}
}

func (c *nodes) exprs(list ...Expr) {
	for _, e := range list {
		if e != nil {
			*c = append(*c, e)
		}
	}
}

func (c *nodes) stmts(list []Stmt) {
	for _, s := range list {
		*c = append(*c, s)
	}
}

func (c *nodes) ident(id *Ident) {
	if id != nil {
		*c = append(*c, id)
	}
}

func (c *nodes) params(list []*Param) {
	for _, p := range list {
		*c = append(*c, p)
	}
}

func (c *nodes) aliases(list []*Alias) {
	for _, a := range list {
		*c = append(*c, a)
	}
}

func (c *nodes) comprehension(generators []*Comprehension, elts ...Expr) {
	c.exprs(elts...)
	for _, g := range generators {
		*c = append(*c, g)
	}
}

// arguments merges positional and keyword arguments back into the order of the source, since *args may stand after a keyword.
func (c *nodes) arguments(args []Expr, keywords []*Keyword) {
	for len(args) > 0 || len(keywords) > 0 {
		if len(keywords) == 0 || len(args) > 0 && args[0].Span().Start.Offset < keywords[0].span.Start.Offset {
			*c = append(*c, args[0])
			args = args[1:]
			continue
		}
		*c = append(*c, keywords[0])
		keywords = keywords[1:]
	}
}
