package syntax

// kindOf names what sort of expression e is, in Python's words.
func kindOf(e Expr) string {
	switch e := e.(type) {
	case *None:
		return "None"
	case *Bool:
		return map[bool]string{true: "True", false: "False"}[e.Value]
	case *Ellipsis:
		return "ellipsis"
	case *Int, *Float, *Str, *Bytes:
		return "literal"
	case *JoinedStr:
		return "f-string expression"
	case *Name:
		return "name"
	case *Attribute:
		return "attribute"
	case *Subscript:
		return "subscript"
	case *Starred:
		return "starred"
	case *Tuple:
		return "tuple"
	case *List:
		return "list"
	case *Set:
		return "set display"
	case *Dict:
		return "dict literal"
	case *Lambda:
		return "lambda"
	case *Call:
		return "function call"
	case *Compare:
		return "comparison"
	case *IfExp:
		return "conditional expression"
	case *NamedExpr:
		return "named expression"
	case *ListComp:
		return "list comprehension"
	case *SetComp:
		return "set comprehension"
	case *DictComp:
		return "dict comprehension"
	case *GeneratorExp:
		return "generator expression"
	}
	return "expression"
}

// targets reads the targets of a for: like an assignment's, but ended by "in".
func (p *parser) targets() Expr {
	start := p.tok().start
	element := func() Expr { return p.star(func() Expr { return p.binary(bitOr) }) }
	first := element()
	if p.at(",") {
		elts := p.commaList([]Expr{first}, element)
		first = &Tuple{exprNode{p.from(start)}, elts}
	}
	p.checkTarget(first, "assign to")
	return first
}

// checkTarget refuses what cannot be assigned to (or deleted, as verb says).
func (p *parser) checkTarget(e Expr, verb string) {
	if s, ok := e.(*Starred); ok {
		p.refuse(s, "starred assignment target must be in a list or tuple", "*x, = values")
		return
	}
	p.checkTargetPart(e, verb)
}

func (p *parser) checkTargetPart(e Expr, verb string) {
	switch e := e.(type) {
	case *Name, *Attribute, *Subscript, *BadExpr:
	case *Starred:
		if verb == "delete" {
			p.refuse(e, "cannot delete starred")
			return
		}
		p.checkTargetPart(e.Value, verb)
	case *Tuple:
		p.checkUnpacking(e.Elts, verb)
	case *List:
		p.checkUnpacking(e.Elts, verb)
	default:
		p.refuse(e, "cannot "+verb+" "+kindOf(e))
	}
}

// checkUnpacking checks the parts of a target that unpacks.
func (p *parser) checkUnpacking(elts []Expr, verb string) {
	stars := 0
	for _, e := range elts {
		if _, ok := e.(*Starred); ok {
			if stars++; stars == 2 {
				p.refuse(e, "multiple starred expressions in assignment")
			}
		}
		p.checkTargetPart(e, verb)
	}
}

// refuse records an error about e, unless the statement has failed already.
func (p *parser) refuse(e Expr, msg string, fixes ...string) {
	if !p.failed {
		p.report.add(Syntax, e.Span(), msg, fixes...)
	}
}
