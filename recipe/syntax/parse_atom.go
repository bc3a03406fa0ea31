package syntax

import "fmt"

// atom reads a name, a literal, or something in brackets.
func (p *parser) atom() Expr {
	t := p.tok()
	switch t.kind {
	case tokName:
		p.next()
		return &Name{exprNode{p.from(t.start)}, t.text}
	case tokNumber:
		p.next()
		return p.numberLiteral(*t)
	case tokString, tokFStart:
		return p.strings()
	case tokBad:
		p.next()
		return p.badExpr(t.start)
	}
	switch p.atAny("(", "[", "{", "None", "True", "False", "...", "yield") {
	case "(":
		return p.paren()
	case "[":
		return p.list()
	case "{":
		return p.brace()
	case "None":
		p.next()
		return &None{exprNode{p.from(t.start)}}
	case "True", "False":
		p.next()
		return &Bool{exprNode{p.from(t.start)}, t.text == "True"}
	case "...":
		p.next()
		return &Ellipsis{exprNode{p.from(t.start)}}
	case "yield":
		p.unexpected("an expression")
	default:
		p.unexpected(p.expectedValue())
	}
	return p.badExpr(t.start)
}

// expectedValue says what is missing where no expression starts, and after what.
func (p *parser) expectedValue() string {
	if p.i == 0 {
		return "a statement"
	}
	before := &p.tokens[p.i-1]
	switch {
	case before.is(";"), before.kind == tokNewline, before.kind == tokIndent, before.kind == tokDedent:
		return "a statement"
	case before.kind == tokOp, before.kind == tokKeyword:
		return "an expression after '" + before.text + "'"
	}
	return "an expression"
}

// yielded reads "yield ...", which is refused.
func (p *parser) yielded() Expr {
	t := p.next()
	p.report.add(Unsupported, t.span(), "yield is not supported: a function is traced once, from start to end",
		"collect the values in a list and return it")
	if p.accept("from") {
		p.expr()
	} else if startsOperand(p.tok()) {
		p.starExprs()
	}
	return p.badExpr(t.start)
}

// yieldOrExprs reads the right-hand side of an assignment.
func (p *parser) yieldOrExprs() Expr {
	if p.at("yield") {
		return p.yielded()
	}
	return p.starExprs()
}

// paren reads an expression in parentheses, a tuple or a generator expression.
func (p *parser) paren() Expr {
	start := p.next().start
	switch {
	case p.accept(")"):
		return &Tuple{exprNode: exprNode{p.from(start)}}
	case p.at("yield"):
		e := p.yielded()
		p.close(")")
		return e
	}
	first := p.starNamed()
	switch {
	case p.atComprehension():
		generators := p.comprehension(first)
		p.close(")")
		return &GeneratorExp{exprNode{p.from(start)}, first, generators}
	case p.at(","):
		elts := p.commaList([]Expr{first}, p.starNamed)
		p.close(")")
		return &Tuple{exprNode{p.from(start)}, elts}
	}
	if s, ok := first.(*Starred); ok && p.at(")") {
		p.report.add(Syntax, s.span, "cannot use starred expression here", "write (*x,) for a tuple")
		first = &BadExpr{s.exprNode}
	}
	p.close(")")
	return first
}

// list reads [a, b] or [a for ...].
func (p *parser) list() Expr {
	start := p.next().start
	if p.accept("]") {
		return &List{exprNode: exprNode{p.from(start)}}
	}
	first := p.starNamed()
	if p.atComprehension() {
		generators := p.comprehension(first)
		p.close("]")
		return &ListComp{exprNode{p.from(start)}, first, generators}
	}
	elts := p.commaList([]Expr{first}, p.starNamed)
	p.close("]")
	return &List{exprNode{p.from(start)}, elts}
}

// brace reads a dict, a set, or a comprehension of one.
func (p *parser) brace() Expr {
	start := p.next().start
	if p.accept("}") {
		return &Dict{exprNode: exprNode{p.from(start)}}
	}
	if p.at("**") {
		return p.dict(start, nil, false)
	}
	begin := p.tok()
	first := p.starNamed()
	switch {
	case p.at(":"):
		switch first.(type) {
		case *Starred:
			p.fail(Syntax, first.Span(), "cannot use a starred expression as a dictionary key")
		case *NamedExpr:
			if !begin.is("(") {
				p.fail(Syntax, first.Span(), "a named expression as a dictionary key needs parentheses", "{(name := key): value}")
			}
		}
		return p.dict(start, first, true)
	case p.atComprehension():
		generators := p.comprehension(first)
		p.close("}")
		return &SetComp{exprNode{p.from(start)}, first, generators}
	}
	elts := p.commaList([]Expr{first}, p.starNamed)
	p.close("}")
	return &Set{exprNode{p.from(start)}, elts}
}

// dict reads a dict or its comprehension, of which the first key may have been read.
func (p *parser) dict(start Pos, key Expr, haveKey bool) Expr {
	d := &Dict{}
	for {
		switch {
		case haveKey:
			haveKey = false
		case p.at("**"):
			key = nil
		default:
			key = p.expr()
		}
		value := p.dictValue(key)
		if p.atComprehension() && len(d.Keys) == 0 {
			generators := p.dictGenerators(key, value)
			p.close("}")
			return &DictComp{exprNode{p.from(start)}, key, value, generators}
		}
		d.Keys, d.Values = append(d.Keys, key), append(d.Values, value)
		if !p.accept(",") || !startsOperand(p.tok()) && !p.at("**") {
			break
		}
	}
	p.close("}")
	d.node = p.from(start)
	return d
}

// dictValue reads ": value", or "** value" where there is no key.
func (p *parser) dictValue(key Expr) Expr {
	if key == nil {
		p.next()
		return p.binary(bitOr)
	}
	if !p.accept(":") {
		p.unexpected("':' after dictionary key")
	}
	if t := p.tok(); t.is("*") {
		p.fail(Syntax, t.span(), "cannot use a starred expression in a dictionary value")
	} else if t.is("}") || t.is(",") {
		p.unexpected("an expression after dictionary key and ':'")
	}
	return p.expr()
}

func (p *parser) dictGenerators(key, value Expr) []*Comprehension {
	if key == nil {
		p.fail(Syntax, value.Span(), "dict unpacking cannot be used in dict comprehension")
	}
	return p.comprehension(value)
}

// atComprehension says whether a "for" follows an element.
func (p *parser) atComprehension() bool {
	return p.at("for") || p.at("async") && p.ahead(1).is("for")
}

// comprehension reads the for and if clauses after an element.
func (p *parser) comprehension(elt Expr) []*Comprehension {
	if s, ok := elt.(*Starred); ok {
		p.fail(Syntax, s.span, "iterable unpacking cannot be used in comprehension")
	}
	var list []*Comprehension
	for p.atComprehension() {
		start := p.tok().start
		p.refuseAsync()
		p.next()
		c := &Comprehension{Target: p.targets()}
		if !p.accept("in") {
			p.unexpected("'in'")
		}
		c.Iter = p.or()
		for p.accept("if") {
			c.Ifs = append(c.Ifs, p.or())
		}
		c.node = p.from(start)
		list = append(list, c)
	}
	return list
}

// refuseAsync moves over "async", and says that it is refused.
func (p *parser) refuseAsync() {
	if t := p.tok(); p.accept("async") {
		p.report.add(Unsupported, t.span(), "async is not supported: a recipe is read from top to bottom", "leave out async")
	}
}

// arguments reads the arguments of a call or class, brackets included. In a call a generator expression may do without its own.
func (p *parser) arguments(call bool) ([]Expr, []*Keyword) {
	var args []Expr
	var keywords []*Keyword
	named := map[string]bool{}
	open := p.next().start
	for !p.at(")") && !p.failed {
		start := p.tok()
		switch {
		case p.accept("**"):
			value := p.expr()
			keywords = append(keywords, &Keyword{node: p.from(start.start), Value: value})
		case start.kind == tokName && p.ahead(1).is("="):
			keywords = append(keywords, p.keyword(named))
		case start.kind == tokKeyword && p.ahead(1).is("=") && !isConstant(start):
			p.fail(Syntax, start.span(), "keyword '"+start.text+"' cannot be the name of an argument", start.text+"_=...")
		default:
			arg := p.argument(keywords)
			if p.atComprehension() {
				arg = p.generatorArgument(open, arg, call && len(args)+len(keywords) == 0)
			}
			args = append(args, arg)
		}
		if !p.accept(",") {
			break
		}
	}
	p.close(")")
	return args, keywords
}

// keyword reads "name=value"; seen holds the names before it.
func (p *parser) keyword(seen map[string]bool) *Keyword {
	name := p.ident("a name")
	p.next()
	if seen[name.Name] {
		p.report.add(Syntax, name.span, "keyword argument repeated: "+shorten(name.Name))
	}
	seen[name.Name] = true
	value := p.expr()
	return &Keyword{p.from(name.span.Start), name, value}
}

// argument reads a positional argument, and checks that it does not follow a keyword.
func (p *parser) argument(keywords []*Keyword) Expr {
	start := p.tok()
	if p.accept("*") {
		value := p.expr()
		arg := &Starred{exprNode{p.from(start.start)}, value}
		if unpacks(keywords) {
			p.report.add(Syntax, arg.span, "iterable argument unpacking follows keyword argument unpacking", "put it before **")
		}
		return arg
	}
	arg := p.named()
	if p.at("=") {
		if isConstant(start) {
			p.fail(Syntax, start.span(), fmt.Sprintf("cannot assign to %s", start.text))
		} else {
			p.fail(Syntax, arg.Span(), `expression cannot contain assignment, perhaps you meant "=="?`)
		}
	}
	if len(keywords) > 0 && !p.failed {
		msg := "positional argument follows keyword argument"
		if unpacks(keywords) {
			msg += " unpacking"
		}
		p.report.add(Syntax, arg.Span(), msg, "put it before the keywords, or name it")
	}
	return arg
}

// unpacks says whether there is a ** among the keywords.
func unpacks(keywords []*Keyword) bool {
	for _, k := range keywords {
		if k.Name == nil {
			return true
		}
	}
	return false
}

// generatorArgument reads the clauses of a generator expression among arguments, where it must be the only one.
func (p *parser) generatorArgument(open Pos, elt Expr, only bool) Expr {
	generators := p.comprehension(elt)
	if close := p.tok(); only && close.is(")") {
		return &GeneratorExp{exprNode{node{Span{open, close.end}}}, elt, generators}
	}
	e := &GeneratorExp{exprNode{p.from(elt.Span().Start)}, elt, generators}
	if !p.failed {
		p.report.add(Syntax, e.span, "generator expression must be parenthesized", "(x for x in y)")
	}
	return e
}
